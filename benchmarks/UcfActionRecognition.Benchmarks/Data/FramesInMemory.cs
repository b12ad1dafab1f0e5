namespace UcfActionRecognition.Benchmarks;

/// <summary>A video whose frames are in memory, for what takes a reader.</summary>
internal sealed class FramesInMemory(FrameSize size, byte[] rgb) : VideoReader
{
    private int _next;

    public override VideoInfo Info { get; } = new(size.Height, size.Width, rgb.Length / (size.Height * size.Width * 3));

    public override void ReadFrames(ReadOnlySpan<int> frames, Span<byte> rgb)
    {
        CheckReadFrames(frames, rgb);
        for (int i = 0; i < frames.Length; i++)
        {
            Frame(frames[i]).CopyTo(rgb[(i * Info.FrameBytes)..]);
        }
    }

    public override bool ReadNext(Span<byte> frame)
    {
        CheckReadNext(frame);
        if (_next == Info.FrameCount)
        {
            return false;
        }

        Frame(_next++).CopyTo(frame);
        return true;
    }

    private ReadOnlySpan<byte> Frame(int index) => rgb.AsSpan(index * Info.FrameBytes, Info.FrameBytes);
}
