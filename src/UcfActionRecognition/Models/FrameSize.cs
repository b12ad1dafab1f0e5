namespace UcfActionRecognition;

/// <summary>Height and width of a frame, in pixels.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
public readonly record struct FrameSize(int Height, int Width)
{
    /// <summary>A frame as high as it is wide.</summary>
    /// <param name="side">Height and width, in pixels.</param>
    public static FrameSize Square(int side) => new(side, side);

    /// <summary>The size as <c>height x width</c>, for messages.</summary>
    public override string ToString() => $"{Height}x{Width}";
}
