using System.Globalization;

namespace UcfActionRecognition;

/// <summary>
/// The regions of every frame that a test sends through the model. Squares are cut in the pixels of the source and resized from there in one
/// pass, so a picture keeps its aspect; they are for models of square frames.
/// </summary>
public sealed record TestCrops
{
    private static readonly CropPosition[] FivePositions =
        [CropPosition.TopLeft, CropPosition.TopRight, CropPosition.BottomLeft, CropPosition.BottomRight, CropPosition.Center];

    private TestCrops(TestCropLayout layout, double ratio)
    {
        Layout = layout;
        Ratio = SquareCrop.CheckRatio(ratio, nameof(ratio));
    }

    /// <summary>The whole frame, resized to the model's size without regard to its aspect: what the UCF-101 assignment does.</summary>
    public static TestCrops WholeFrame { get; } = new(TestCropLayout.WholeFrame, 1);

    /// <summary>
    /// Three squares of the full short side: at the left, in the middle and at the right of a frame that is wider than high, else at the top, in
    /// the middle and at the bottom (the "3 spatial crops" of Wang et al., "Non-local neural networks", CVPR 2018, and of SlowFast).
    /// </summary>
    public static TestCrops Three { get; } = new(TestCropLayout.Three, 1);

    /// <summary>Which regions these are.</summary>
    public TestCropLayout Layout { get; }

    /// <summary>Side of the squares over the frame's short side, above 0 and up to 1; 1 for <see cref="WholeFrame"/> and <see cref="Three"/>.</summary>
    public double Ratio { get; }

    /// <summary>Regions of a frame: 1, 3 or 10.</summary>
    public int Count => Layout switch
    {
        TestCropLayout.Three => 3,
        TestCropLayout.Ten => 2 * FivePositions.Length,
        _ => 1,
    };

    /// <summary>A square in the middle.</summary>
    /// <param name="ratio">
    /// Side of the square over the short side of the frame, above 0 and up to 1; the side is rounded to the nearest pixel, halves up. 0.875 is the
    /// field's 224 of 256 (torchvision, TSN); 1, the default, is the full short side (3D ResNets).
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ratio"/> is out of range.</exception>
    public static TestCrops Center(double ratio = 1) => new(TestCropLayout.Center, ratio);

    /// <summary>
    /// Squares at the top left, top right, bottom left, bottom right and in the middle, then the mirror images of the five in the same order
    /// (Krizhevsky et al., NIPS 2012; the test of TSN, with a ratio of 0.875).
    /// </summary>
    /// <param name="ratio">As for <see cref="Center"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ratio"/> is out of range.</exception>
    public static TestCrops Ten(double ratio = 1) => new(TestCropLayout.Ten, ratio);

    /// <summary>In words: <c>WholeFrame</c>, <c>Center(0.875)</c>, <c>Three</c>, <c>Ten(0.875)</c>.</summary>
    public override string ToString() => Layout is TestCropLayout.Center or TestCropLayout.Ten
        ? string.Create(CultureInfo.InvariantCulture, $"{Layout}({Ratio})")
        : Layout.ToString();

    /// <summary>Reads what <see cref="ToString"/> gives; <see langword="null"/> for anything else.</summary>
    internal static TestCrops? Parse(string text)
    {
        if (text == WholeFrame.ToString() || text == Three.ToString())
        {
            return text == Three.ToString() ? Three : WholeFrame;
        }

        int open = text.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || !text.EndsWith(')') || !double.TryParse(text[(open + 1)..^1], NumberStyles.Float, CultureInfo.InvariantCulture, out double ratio) || ratio is not (> 0 and <= 1))
        {
            return null;
        }

        return text[..open] switch
        {
            nameof(Center) => Center(ratio),
            nameof(Ten) => Ten(ratio),
            _ => null,
        };
    }

    /// <summary>What happens to a frame of the given size, crop by crop.</summary>
    /// <param name="source">Size of the frames that come in.</param>
    /// <param name="output">Size of the frames that the model takes.</param>
    internal IReadOnlyList<ClipTransform> TransformsOf(FrameSize source, FrameSize output)
    {
        var whole = ClipTransform.Identity(source);
        IEnumerable<ClipTransform> crops = Layout switch
        {
            TestCropLayout.Center => [SquareCrop.Apply(whole, Ratio, CropPosition.Center)],
            TestCropLayout.Three => Along(whole),
            TestCropLayout.Ten => WithMirrorImages([.. FivePositions.Select(position => SquareCrop.Apply(whole, Ratio, position))]),
            _ => [whole],
        };
        return [.. crops.Select(crop => crop.Resize(output))];
    }

    // The full short side leaves no room across the long one, so the corners are its ends.
    private static IEnumerable<ClipTransform> Along(ClipTransform whole) =>
        new[] { CropPosition.TopLeft, CropPosition.Center, CropPosition.BottomRight }.Select(position => SquareCrop.Apply(whole, 1, position));

    private static IEnumerable<ClipTransform> WithMirrorImages(ClipTransform[] crops) => [.. crops, .. crops.Select(crop => crop.Flip())];
}
