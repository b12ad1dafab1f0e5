namespace UcfActionRecognition;

/// <summary>Settings of a <see cref="CompactVideoWriter"/>.</summary>
public sealed record CompactVideoWriterOptions
{
    /// <summary>Quality of the JPEG frames, 1 to 100, as libjpeg counts it: higher is larger and nearer to the video. Default: 90.</summary>
    public int Quality { get; init; } = 90;

    /// <summary>
    /// The shorter side that frames are resized to, in pixels, 16 to 65,535, the other side in proportion; frames that are no larger stay as they are.
    /// <see langword="null"/> (the default) keeps their size. Crops of training are taken from these frames, so leave some room: 128 for crops resized to 112.
    /// </summary>
    public int? ShortSide { get; init; }

    internal void Validate()
    {
        OptionCheck.InRange(Quality, 1, 100);
        OptionCheck.InRange(ShortSide ?? 16, 16, JpegEncoder.LargestSide, nameof(ShortSide));
    }

    /// <summary>The size that frames of a size are stored in.</summary>
    public FrameSize StoredSize(FrameSize size)
    {
        int shorter = Math.Min(size.Height, size.Width);
        return ShortSide is not { } side || side >= shorter
            ? size
            : new FrameSize(InProportion(size.Height, side, shorter), InProportion(size.Width, side, shorter));
    }

    private static int InProportion(int length, int side, int shorter) => (int)((((long)length * side) + (shorter / 2)) / shorter);
}
