namespace UcfActionRecognition.Tests.Sources;

public class VideoReaderTests
{
    [TestCase(null, -1, "Frames count from 0.")]
    [TestCase(3, 3, "The video has 3 frames, 0 to 2.")]
    public void ReadFrames_AFrameThatIsNotThere_SaysWhichAre(int? count, int frame, string message)
    {
        using var reader = new BlackVideo(count);
        Assert.That(() => reader.Read(frame), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith(message));
    }

    private sealed class BlackVideo(int? count) : VideoReader
    {
        public override VideoInfo Info { get; } = new(2, 2, count);

        public override void ReadFrames(ReadOnlySpan<int> frames, Span<byte> rgb) => CheckReadFrames(frames, rgb);

        public override bool ReadNext(Span<byte> rgb) => false;
    }
}
