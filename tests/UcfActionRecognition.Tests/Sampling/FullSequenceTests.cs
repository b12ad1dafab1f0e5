namespace UcfActionRecognition.Tests.Sampling;

public class FullSequenceTests
{
    [Test]
    public void Sample_IsOneClipOfAllFrames() =>
        Assert.That(Sample(new FullSequence(16), frames: 100), Is.EqualTo(new[] { Enumerable.Range(0, 100) }));

    [Test]
    public void Sample_ShortVideo_IsLoopedToTheMinimalLength() => Assert.Multiple(() =>
    {
        Assert.That(Sample(new FullSequence(5), frames: 3), Is.EqualTo(new[] { new[] { 0, 1, 2, 0, 1 } }));
        Assert.That(Sample(new FullSequence(), frames: 3), Is.EqualTo(new[] { new[] { 0, 1, 2 } }));
    });

    [TestCase(0)]
    [TestCase(-16)]
    public void Constructor_NotPositive_Throws(int minimumLength) =>
        Assert.That(() => new FullSequence(minimumLength), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static IReadOnlyList<int[]> Sample(FullSequence sampler, int frames) =>
        sampler.Sample(new VideoInfo(4, 4, frames), new ClipRandom(0, 0, 0, 0));
}
