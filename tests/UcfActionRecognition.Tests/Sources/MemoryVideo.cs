namespace UcfActionRecognition.Tests.Sources;

/// <summary>A video in memory that claims any number of frames.</summary>
internal sealed class MemoryVideo(int height, int width, byte[] video, int? claimed) : VideoReader
{
    private int _next;

    public override VideoInfo Info { get; } = new(height, width, claimed);

    /// <summary>Called before each frame.</summary>
    public Action<int>? BeforeFrame { get; init; }

    public override void ReadFrames(ReadOnlySpan<int> frames, Span<byte> rgb) => throw new NotSupportedException();

    public override bool ReadNext(Span<byte> rgb)
    {
        CheckReadNext(rgb);
        if ((_next + 1) * Info.FrameBytes > video.Length)
        {
            return false;
        }

        BeforeFrame?.Invoke(_next);
        video.AsSpan(_next++ * Info.FrameBytes, Info.FrameBytes).CopyTo(rgb);
        return true;
    }
}
