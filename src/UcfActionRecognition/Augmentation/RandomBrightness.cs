namespace UcfActionRecognition;

/// <summary>See <see cref="AugmentationPipeline.RandomBrightness"/>.</summary>
internal sealed class RandomBrightness : IAugmentation
{
    private readonly int _maxLevels;

    public RandomBrightness(int maxLevels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxLevels);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxLevels, 255);
        _maxLevels = maxLevels;
    }

    public ClipTransform Apply(ClipTransform transform, ClipRandom random) => transform.Brighten(random.Next(-_maxLevels, _maxLevels));
}
