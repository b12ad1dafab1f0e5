using CsCheck;

namespace UcfActionRecognition.Tests.Sampling;

public class UniformClipsTests
{
    [TestCase(100, 5, new[] { 10, 30, 50, 70, 90 })]
    [TestCase(10, 3, new[] { 1, 5, 8 }, Description = "centres at 1.67, 5 and 8.33")]
    [TestCase(7, 7, new[] { 0, 1, 2, 3, 4, 5, 6 })]
    [TestCase(3, 5, new[] { 0, 0, 1, 2, 2 }, Description = "more segments than frames")]
    [TestCase(1, 4, new[] { 0, 0, 0, 0 })]
    [TestCase(9, 1, new[] { 4 })]
    public void Sample_SingleFrames_AreTheCentresOfEqualSegments(int frames, int count, int[] expected) =>
        Assert.That(Sample(frames, count, 1).Select(clip => clip.Single()), Is.EqualTo(expected));

    [TestCase(100, 10, 16, new[] { 0, 9, 18, 28, 37, 46, 56, 65, 74, 84 }, Description = "84 / 9 = 9.33 frames apart, from the first start to the last")]
    [TestCase(116, 3, 16, new[] { 0, 50, 100 })]
    [TestCase(116, 2, 16, new[] { 0, 100 })]
    [TestCase(116, 1, 16, new[] { 50 }, Description = "one lies in the middle")]
    [TestCase(16, 3, 16, new[] { 0, 0, 0 }, Description = "as long as a clip")]
    [TestCase(17, 3, 16, new[] { 0, 0, 1 })]
    public void Sample_Clips_StartEvenlySpacedFromTheFirstStartToTheLast(int frames, int count, int length, int[] starts)
    {
        IReadOnlyList<int[]> clips = Sample(frames, count, length);
        Assert.That(clips, Is.EqualTo(starts.Select(start => Enumerable.Range(start, length))));
    }

    [TestCase(3, new[] { 0, 1, 2, 0, 1, 2, 0 })]
    [TestCase(1, new[] { 0, 0, 0, 0, 0, 0, 0 })]
    public void Sample_AVideoShorterThanAClip_IsLooped(int frames, int[] looped) =>
        Assert.That(Sample(frames, 2, 7), Is.EqualTo(new[] { looped, looped }));

    [Test]
    public void Sample_OneClip_IsTheCentreClip() => Gen.Select(Gen.Int[1, 300], Gen.Int[2, 40]).Sample((frames, length) =>
        Sample(frames, 1, length)[0].SequenceEqual(new CenterClip(length).Sample(new VideoInfo(4, 4, frames), new ClipRandom(0, 0, 0, 0))[0]));

    [Test]
    public void Sample_AnyVideo_IsInRangeInOrderAndSymmetric() =>
        Gen.Select(Gen.Int[1, 2000], Gen.Int[1, 40], Gen.Int[1, 40]).Sample((frames, count, length) =>
        {
            IReadOnlyList<int[]> clips = Sample(frames, count, length);
            int last = Math.Max(frames - length, 0);
            int[] starts = [.. clips.Select(clip => clip[0])];

            // Rounded down, a start and its counterpart may both lose a part of a frame.
            int mirrored = length == 1 ? frames : last;
            return clips.Count == count
                && clips.All(clip => clip.Length == length && clip.Index().All(entry => entry.Item == (clip[0] + entry.Index) % frames))
                && starts.All(start => start >= 0 && start <= last)
                && starts.SequenceEqual(starts.Order())
                && starts.Zip(starts.Reverse(), (start, counterpart) => mirrored - start - counterpart).All(rest => rest is 0 or 1);
        });

    [TestCase(0, 1)]
    [TestCase(1, 0)]
    [TestCase(-3, 16)]
    public void Constructor_NotPositive_Throws(int count, int length) =>
        Assert.That(() => new UniformClips(count, length), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void Sample_Stream_Throws() =>
        Assert.That(() => new UniformClips(10, 16).Sample(new VideoInfo(4, 4, null), new ClipRandom(0, 0, 0, 0)),
            Throws.ArgumentException.With.Message.StartsWith("A sampler of uniform clips needs a video of known length"));

    private static IReadOnlyList<int[]> Sample(int frames, int count, int length) =>
        new UniformClips(count, length).Sample(new VideoInfo(4, 4, frames), new ClipRandom(0, 0, 0, 0));
}
