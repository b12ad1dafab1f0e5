namespace UcfActionRecognition.Tests.Evaluation;

public class TimelineSegmentTests
{
    [Test]
    public void Join_NeighboursOfOneClass_AreOneSegmentWithTheirMeanProbability()
    {
        TimelineSegment[] segments = Join(Window(0, 10, 0.6), Window(10, 20, 0.8), Window(20, 30, 0.1));
        Assert.That(segments.Select(Bounds), Is.EqualTo(new[] { (0, 20, "A"), (20, 30, "B") }));
        Assert.That(segments.Select(segment => segment.Probability), Is.EqualTo(new[] { 0.7, 0.9 }).Within(1e-12));
        Assert.That((segments[1].StartSeconds, segments[1].EndSeconds), Is.EqualTo((2.0, 3.0)));
    }

    [Test]
    public void Join_OverlappingWindows_PartInTheMiddleOfWhatBothHave() =>
        Assert.That(
            Join(Window(0, 16, 0.9), Window(4, 20, 0.1), Window(8, 24, 0.9), Window(9, 25, 0.9)).Select(Bounds),
            Is.EqualTo(new[] { (0, 10, "A"), (10, 14, "B"), (14, 25, "A") }));

    [Test]
    public void Join_WindowsApart_LeaveTheFramesBetweenThemOutUnlessTheyAreOfOneClass() =>
        Assert.That(
            Join(Window(0, 4, 0.9), Window(10, 14, 0.9), Window(20, 24, 0.1)).Select(Bounds), Is.EqualTo(new[] { (0, 14, "A"), (20, 24, "B") }));

    [Test]
    public void Join_GivesASegmentAsSoonAsTheNextOneBegins()
    {
        int taken = 0;
        IEnumerable<WindowClassification> endless = Enumerable.Range(0, int.MaxValue).Select(i => Window(taken = i, i + 1, i % 4 < 2 ? 0.9 : 0.1));
        Assert.That(TimelineSegment.Join(endless).First().EndFrame, Is.EqualTo(2));
        Assert.That(taken, Is.EqualTo(2));
    }

    [Test]
    public void Join_OfNothing_IsNothing() => Assert.That(Join(), Is.Empty);

    [Test]
    public void Seconds_WithoutAFrameRate_AreNotKnown()
    {
        TimelineSegment segment = Join(Window(0, 10, 0.6) with { FramesPerSecond = null })[0];
        Assert.That((segment.StartSeconds, segment.EndSeconds), Is.EqualTo(((double?)null, (double?)null)));
    }

    private static TimelineSegment[] Join(params WindowClassification[] windows) => [.. TimelineSegment.Join(windows)];

    private static (int First, int End, string Class) Bounds(TimelineSegment segment) => (segment.FirstFrame, segment.EndFrame, segment.Class);

    private static WindowClassification Window(int first, int end, double probabilityOfA) =>
        new(first, end, 10, new ClassProbabilities(["A", "B"], [Math.Log(probabilityOfA), Math.Log(1 - probabilityOfA)]));
}
