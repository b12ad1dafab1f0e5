namespace UcfActionRecognition.Tests.Reporting;

/// <summary>Videos of smooth colours, without files.</summary>
internal sealed class ColorVideos : IVideoClipSource
{
    /// <summary>Whether every video is broken.</summary>
    public bool IsBroken { get; init; }

    public VideoReader Open(string video, CancellationToken cancel = default) =>
        IsBroken ? throw new VideoReadException(video, "It is broken.") : new Reader();

    public void Dispose()
    {
    }

    private sealed class Reader : VideoReader
    {
        public override VideoInfo Info { get; } = new(60, 80, 30);

        public override void ReadFrames(ReadOnlySpan<int> frames, Span<byte> rgb)
        {
            for (int i = 0; i < rgb.Length; i++)
            {
                rgb[i] = (byte)((i / 7) + frames[i / Info.FrameBytes]);
            }
        }

        public override bool ReadNext(Span<byte> rgb) => false;
    }
}
