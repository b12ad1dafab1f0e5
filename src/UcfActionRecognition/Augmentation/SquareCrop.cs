namespace UcfActionRecognition;

/// <summary>Square crops whose side is a part of the frame's short side; resized to a square, they keep the aspect.</summary>
internal static class SquareCrop
{
    /// <summary>Checks a ratio of a crop's side to the frame's short side.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not above 0 and at most 1.</exception>
    public static double CheckRatio(double ratio, string name)
    {
        OptionCheck.IsPart(ratio, name);
        return ratio;
    }

    /// <summary>The side of a crop: the ratio times the frame's short side, rounded to the nearest pixel (halves up), at least 1.</summary>
    public static int SideOf(FrameSize frame, double ratio) =>
        Math.Max((int)Math.Round(ratio * Math.Min(frame.Height, frame.Width), MidpointRounding.AwayFromZero), 1);

    /// <summary>Crops what the transform shows so far; a crop in the centre that leaves an odd number of pixels has the larger part to its right and below.</summary>
    public static ClipTransform Apply(ClipTransform transform, double ratio, CropPosition position)
    {
        int side = SideOf(transform.OutputSize, ratio);
        (int right, int bottom) = (transform.OutputSize.Width - side, transform.OutputSize.Height - side);
        (int x, int y) = position switch
        {
            CropPosition.TopLeft => (0, 0),
            CropPosition.TopRight => (right, 0),
            CropPosition.BottomLeft => (0, bottom),
            CropPosition.BottomRight => (right, bottom),
            _ => (right / 2, bottom / 2),
        };
        return transform.CropTo(x, y, FrameSize.Square(side));
    }
}
