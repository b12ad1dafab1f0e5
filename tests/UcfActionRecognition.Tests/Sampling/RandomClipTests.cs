namespace UcfActionRecognition.Tests.Sampling;

public class RandomClipTests
{
    [Test]
    public void Sample_LongVideo_ReachesEveryStartFromFirstToLast()
    {
        int[][] clips = [.. Enumerable.Range(0, 500).Select(epoch => Sample(length: 16, frames: 20, epoch))];
        Assert.Multiple(() =>
        {
            Assert.That(clips.Select(clip => clip[0]).Distinct().Order(), Is.EqualTo(new[] { 0, 1, 2, 3, 4 }), "0 .. T - n, both included");
            Assert.That(clips, Is.All.Matches<int[]>(clip => clip.SequenceEqual(Enumerable.Range(clip[0], 16))));
        });
    }

    [Test]
    public void Sample_ShortVideo_LoopsIt() =>
        Assert.That(Sample(length: 7, frames: 3, epoch: 0), Is.EqualTo(new[] { 0, 1, 2, 0, 1, 2, 0 }));

    [Test]
    public void Sample_OneFrame_ReachesTheLastFrame() =>
        Assert.That(Enumerable.Range(0, 200).Select(epoch => Sample(1, 5, epoch)[0]).Distinct().Order(), Is.EqualTo(new[] { 0, 1, 2, 3, 4 }));

    [Test]
    public void Sample_Stream_Throws() =>
        Assert.That(() => new RandomClip(1).Sample(new VideoInfo(4, 4, null), new ClipRandom(0, 0, 0, 0)),
            Throws.ArgumentException.With.Message.StartsWith("A random clip needs a video of known length"));

    private static int[] Sample(int length, int frames, int epoch) =>
        new RandomClip(length).Sample(new VideoInfo(4, 4, frames), new ClipRandom(0, epoch, 0, 0)).Single();
}
