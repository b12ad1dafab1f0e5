namespace UcfActionRecognition.Benchmarks;

/// <summary>A video whose frames are in memory, for what takes a reader.</summary>
internal sealed class FramesInMemory(FrameSize size, byte[] rgb) : VideoReader
{
    private int _next;

    public override VideoInfo Info { get; } = new(size.Height, size.Width, rgb.Length / (size.Height * size.Width * 3));

    public override void ReadFrames(ReadOnlySpan<int> frames, Span<byte> rgb) => throw new NotSupportedException("Frames come one after another only.");

    public override bool ReadNext(Span<byte> frame)
    {
        CheckReadNext(frame);
        if (_next == Info.FrameCount)
        {
            return false;
        }

        rgb.AsSpan(_next++ * Info.FrameBytes, Info.FrameBytes).CopyTo(frame);
        return true;
    }
}
