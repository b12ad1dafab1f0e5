namespace UcfActionRecognition.Tests.Sampling;

public class CenterClipTests
{
    [TestCase(16, 0)]
    [TestCase(17, 0)]
    [TestCase(18, 1)]
    [TestCase(116, 50)]
    public void Sample_IsInTheMiddleWhateverTheRandomNumbers(int frames, int start) => Assert.Multiple(() =>
    {
        Assert.That(Sample(16, frames, seed: 0), Is.EqualTo(Enumerable.Range(start, 16)));
        Assert.That(Sample(16, frames, seed: 1), Is.EqualTo(Enumerable.Range(start, 16)));
    });

    [Test]
    public void Sample_ShortVideo_LoopsIt() =>
        Assert.That(Sample(5, frames: 2, seed: 0), Is.EqualTo(new[] { 0, 1, 0, 1, 0 }));

    [Test]
    public void Sample_Stream_Throws() =>
        Assert.That(() => new CenterClip(16).Sample(new VideoInfo(4, 4, null), new ClipRandom(0, 0, 0, 0)),
            Throws.ArgumentException.With.Message.StartsWith("A centre clip needs a video of known length"));

    [TestCase(0)]
    [TestCase(-16)]
    public void Constructor_NotPositive_Throws(int length) =>
        Assert.That(() => new CenterClip(length), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static int[] Sample(int length, int frames, long seed) =>
        new CenterClip(length).Sample(new VideoInfo(4, 4, frames), new ClipRandom(seed, 0, 0, 0)).Single();
}
