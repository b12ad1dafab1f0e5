namespace UcfActionRecognition;

/// <summary>Size of the data set that <see cref="SyntheticActions"/> makes.</summary>
public sealed record SyntheticActionsOptions
{
    private const int MostFrames = 100_000;

    /// <summary>Size of the frames, each side 16 to 1024 pixels. Default: 64x64.</summary>
    public FrameSize FrameSize { get; init; } = FrameSize.Square(64);

    /// <summary>Frames of the shortest video, 2 to 100,000. Default: 20.</summary>
    public int MinFrames { get; init; } = 20;

    /// <summary>
    /// Frames of the longest video, <see cref="MinFrames"/> to 100,000, and no more than make 2 GiB of bytes (three a pixel): 682 frames of 1024x1024. Default: 32.
    /// </summary>
    public int MaxFrames { get; init; } = 32;

    /// <summary>Videos of each group (25 groups a class, as in UCF-101), 1 to 99. Default: 1.</summary>
    public int ClipsPerGroup { get; init; } = 1;

    /// <summary>Seed of everything. Default: 0.</summary>
    public long Seed { get; init; }

    internal void Validate()
    {
        OptionCheck.InRange(FrameSize.Height, 16, 1024, nameof(FrameSize));
        OptionCheck.InRange(FrameSize.Width, 16, 1024, nameof(FrameSize));
        OptionCheck.InRange(MinFrames, 2, MostFrames);
        OptionCheck.InRange(MaxFrames, MinFrames, MostFrames);
        OptionCheck.InRange(ClipsPerGroup, 1, 99);
        long bytes = (long)MaxFrames * FrameSize.Height * FrameSize.Width * 3;
        if (bytes > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(MaxFrames), MaxFrames, $"{MaxFrames} frames of {FrameSize} take {bytes} bytes; a video may take {Array.MaxLength}. Take fewer or smaller frames.");
        }
    }
}
