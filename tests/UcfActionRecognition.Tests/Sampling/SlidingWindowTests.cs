using CsCheck;

namespace UcfActionRecognition.Tests.Sampling;

public class SlidingWindowTests
{
    [TestCase(48, 16, 16, new[] { 0, 16, 32 })]
    [TestCase(50, 16, 16, new[] { 0, 16, 32, 34 }, Description = "the last window is aligned to the end")]
    [TestCase(16, 16, 16, new[] { 0 })]
    [TestCase(17, 16, 16, new[] { 0, 1 })]
    [TestCase(20, 16, 1, new[] { 0, 1, 2, 3, 4 }, Description = "every subsequence")]
    [TestCase(20, 4, 7, new[] { 0, 7, 14, 16 })]
    [TestCase(3, 1, 1, new[] { 0, 1, 2 }, Description = "every frame")]
    public void Sample_StartsAtMultiplesOfTheStrideAndEndsAtTheEnd(int frames, int length, int stride, int[] starts)
    {
        IReadOnlyList<int[]> windows = Sample(frames, length, stride);
        Assert.Multiple(() =>
        {
            Assert.That(windows.Select(window => window[0]), Is.EqualTo(starts));
            Assert.That(windows, Is.All.Matches<int[]>(window => window.SequenceEqual(Enumerable.Range(window[0], length))));
        });
    }

    [Test]
    public void Sample_ShortVideo_GivesOneLoopedWindow() =>
        Assert.That(Sample(frames: 3, length: 7, stride: 2), Is.EqualTo(new[] { new[] { 0, 1, 2, 0, 1, 2, 0 } }));

    [Test]
    public void Sample_AnyVideo_EveryFrameIsInAWindow() => Gen.Int[1, 300].Select(Gen.Int[1, 40], Gen.Int[1, 40]).Sample((frames, length, stride) =>
    {
        IReadOnlyList<int[]> windows = Sample(frames, length, Math.Min(stride, length));
        return windows.SelectMany(window => window).Distinct().Order().SequenceEqual(Enumerable.Range(0, frames))
            && windows.Distinct(new SameFrames()).Count() == windows.Count;
    });

    [TestCase(0, 1)]
    [TestCase(-1, 1)]
    [TestCase(1, 0)]
    public void Constructor_NotPositive_Throws(int length, int stride) =>
        Assert.That(() => new SlidingWindow(length, stride), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static IReadOnlyList<int[]> Sample(int frames, int length, int stride) =>
        new SlidingWindow(length, stride).Sample(new VideoInfo(4, 4, frames), new ClipRandom(0, 0, 0, 0));

    private sealed class SameFrames : IEqualityComparer<int[]>
    {
        public bool Equals(int[]? x, int[]? y) => x!.SequenceEqual(y!);

        public int GetHashCode(int[] frames) => frames[0];
    }
}
