namespace UcfActionRecognition;

/// <summary>Size of the data set that <see cref="SyntheticActions"/> makes.</summary>
public sealed record SyntheticActionsOptions
{
    /// <summary>Size of the frames, each side 16 to 1024 pixels. Default: 64x64.</summary>
    public FrameSize FrameSize { get; init; } = FrameSize.Square(64);

    /// <summary>Frames of the shortest video, at least 2. Default: 20.</summary>
    public int MinFrames { get; init; } = 20;

    /// <summary>Frames of the longest video, at least <see cref="MinFrames"/>. Default: 32.</summary>
    public int MaxFrames { get; init; } = 32;

    /// <summary>Videos of each group (25 groups a class, as in UCF-101), 1 to 99. Default: 1.</summary>
    public int ClipsPerGroup { get; init; } = 1;

    /// <summary>Seed of everything. Default: 0.</summary>
    public long Seed { get; init; }

    internal void Validate()
    {
        Check(FrameSize.Height, 16, 1024, nameof(FrameSize));
        Check(FrameSize.Width, 16, 1024, nameof(FrameSize));
        Check(MinFrames, 2, 100_000, nameof(MinFrames));
        Check(MaxFrames, MinFrames, 100_000, nameof(MaxFrames));
        Check(ClipsPerGroup, 1, 99, nameof(ClipsPerGroup));
    }

    private static void Check(int value, int minimum, int maximum, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, minimum, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, maximum, name);
    }
}
