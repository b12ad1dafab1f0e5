using System.Globalization;

namespace UcfActionRecognition;

/// <summary>See <see cref="AugmentationPipeline.RandomBrightness"/>.</summary>
internal sealed record RandomBrightness : IAugmentation
{
    public RandomBrightness(int maxLevels)
    {
        OptionCheck.InRange(maxLevels, 0, 255);
        MaxLevels = maxLevels;
    }

    public int MaxLevels { get; }

    public ClipTransform Apply(ClipTransform transform, ClipRandom random) => transform.Brighten(random.Next(-MaxLevels, MaxLevels));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"RandomBrightness({MaxLevels})");
}
