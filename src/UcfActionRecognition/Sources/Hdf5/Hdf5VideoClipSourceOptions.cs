namespace UcfActionRecognition;

/// <summary>Settings of a <see cref="Hdf5VideoClipSource"/>.</summary>
public sealed record Hdf5VideoClipSourceOptions
{
    /// <summary>
    /// Files kept open between reads, 1 to 65,536; the least recently used one is closed first. Files that a reader
    /// still holds come on top. Default: 64.
    /// </summary>
    public int MaxOpenFiles { get; init; } = 64;

    /// <summary>
    /// Files whose frames' place is remembered after they are closed, 1 to 16,777,216, at about 300 bytes each; those not used for longest
    /// are forgotten first. Default: 131,072.
    /// </summary>
    public int MaxKnownFiles { get; init; } = 1 << 17;

    /// <summary>
    /// The largest decoded chunk that is accepted from a chunked file, in bytes, 1 to 1 GiB: it bounds what a small
    /// compressed file can make the library allocate. The largest JPEG of a frame likewise. Default: 256 MiB.
    /// </summary>
    public int MaxChunkBytes { get; init; } = 256 << 20;

    /// <summary>The largest frame that is accepted, in pixels (height times width), 1 to 500,000,000. Default: 8192 x 8192.</summary>
    public int MaxFramePixels { get; init; } = 8192 * 8192;

    /// <summary>The longest video that is accepted, in frames, at least 1. Default: 1,000,000 (11 hours at 25 frames per second).</summary>
    public int MaxFrames { get; init; } = 1_000_000;

    /// <summary>
    /// Bytes of decoded frames that <see cref="VideoReader.ReadNext"/> may hold ahead for a chunked file; one frame is always held. Less than a chunk's length
    /// in frames makes it decode chunks again.
    /// </summary>
    internal int ReadAheadBytes { get; init; } = 64 << 20;

    internal void Validate()
    {
        OptionCheck.InRange(MaxOpenFiles, 1, 65_536);
        OptionCheck.InRange(MaxKnownFiles, 1, 1 << 24);
        OptionCheck.InRange(MaxChunkBytes, 1, 1 << 30);
        OptionCheck.InRange(MaxFramePixels, 1, 500_000_000);
        OptionCheck.InRange(MaxFrames, 1, int.MaxValue);
    }
}
