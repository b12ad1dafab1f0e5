using System.Globalization;

namespace UcfActionRecognition;

/// <summary>See <see cref="AugmentationPipeline.CenterCrop"/>.</summary>
internal sealed record CenterCrop : IAugmentation
{
    public CenterCrop(double ratio) => Ratio = SquareCrop.CheckRatio(ratio, nameof(ratio));

    public double Ratio { get; }

    public ClipTransform Apply(ClipTransform transform, ClipRandom random) => SquareCrop.Apply(transform, Ratio, CropPosition.Center);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"CenterCrop({Ratio})");
}
