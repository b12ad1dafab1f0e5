using System.Globalization;

namespace UcfActionRecognition;

/// <summary>See <see cref="AugmentationPipeline.MultiScaleCrop"/>.</summary>
internal sealed record MultiScaleCrop : IAugmentation
{
    private const int Positions = (int)CropPosition.Center + 1;

    public MultiScaleCrop(IReadOnlyList<double> scales)
    {
        ArgumentNullException.ThrowIfNull(scales);
        Scales = scales.Count > 0
            ? Array.AsReadOnly([.. scales.Select(scale => SquareCrop.CheckRatio(scale, nameof(scales)))])
            : throw new ArgumentOutOfRangeException(nameof(scales), "There is no scale; at least one is needed.");
    }

    /// <summary>The scales of TSN.</summary>
    public static IReadOnlyList<double> DefaultScales { get; } = [1, 0.875, 0.75, 0.66];

    public IReadOnlyList<double> Scales { get; }

    public ClipTransform Apply(ClipTransform transform, ClipRandom random)
    {
        double scale = Scales[random.Next(Scales.Count)];
        return SquareCrop.Apply(transform, scale, (CropPosition)random.Next(Positions));
    }

    public bool Equals(MultiScaleCrop? other) => other is not null && Scales.SequenceEqual(other.Scales);

    public override int GetHashCode() => Scales.Aggregate(0, HashCode.Combine);

    public override string ToString() =>
        $"MultiScaleCrop({string.Join(", ", Scales.Select(scale => scale.ToString(CultureInfo.InvariantCulture)))})";
}
