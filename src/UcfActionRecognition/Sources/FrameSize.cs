namespace UcfActionRecognition;

/// <summary>Size of a frame, in pixels.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct FrameSize(int Height, int Width)
{
    /// <summary>A square of the given side.</summary>
    public static FrameSize Square(int side) => new(side, side);

    /// <summary>A square of the given side, as in <c>Size = 224</c>.</summary>
    public static implicit operator FrameSize(int side) => Square(side);

    /// <inheritdoc/>
    public override string ToString() => $"{Height}x{Width}";
}
