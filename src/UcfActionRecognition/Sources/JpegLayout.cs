namespace UcfActionRecognition;

/// <summary>How the samples of a frame lie in memory between decoding and conversion: three planes, of whole groups of blocks.</summary>
/// <param name="Size">The frame.</param>
/// <param name="Across">Brightness samples for each colour sample, across.</param>
/// <param name="Down">Brightness samples for each colour sample, down.</param>
internal readonly record struct JpegLayout(FrameSize Size, int Across, int Down)
{
    public int GroupHeight => 8 * Down;

    public int GroupsAcross { get; } = (Size.Width + (8 * Across) - 1) / (8 * Across);

    public int GroupsDown { get; } = (Size.Height + (8 * Down) - 1) / (8 * Down);

    /// <summary>Colour samples of a row that belong to the frame.</summary>
    public int ColorWidth => (Size.Width + Across - 1) / Across;

    /// <summary>Rows of colour samples that belong to the frame.</summary>
    public int ColorHeight => (Size.Height + Down - 1) / Down;

    /// <summary>Bytes of all planes.</summary>
    public int Bytes => checked(BrightnessBytes + (2 * ColorBytes));

    private int BrightnessBytes => checked(Stride(0) * GroupsDown * GroupHeight);

    private int ColorBytes => checked(Stride(1) * GroupsDown * 8);

    /// <summary>Bytes from one row of a plane to the next.</summary>
    public int Stride(int component) => GroupsAcross * 8 * (component == 0 ? Across : 1);

    /// <summary>Where a plane begins.</summary>
    public int Start(int component) => component switch
    {
        0 => 0,
        1 => BrightnessBytes,
        _ => BrightnessBytes + ColorBytes,
    };
}
