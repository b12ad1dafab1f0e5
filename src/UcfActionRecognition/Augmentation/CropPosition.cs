namespace UcfActionRecognition;

/// <summary>Where a <see cref="SquareCrop"/> lies in a frame.</summary>
internal enum CropPosition
{
    TopLeft,
    TopRight,
    BottomLeft,
    BottomRight,
    Center,
}
