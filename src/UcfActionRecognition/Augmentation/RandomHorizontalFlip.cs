namespace UcfActionRecognition;

/// <summary>See <see cref="AugmentationPipeline.RandomHorizontalFlip"/>.</summary>
internal sealed class RandomHorizontalFlip(double probability) : IAugmentation
{
    private readonly double _probability = Probability.Check(probability);

    public ClipTransform Apply(ClipTransform transform, ClipRandom random) =>
        random.NextBoolean(_probability) ? transform.Flip() : transform;
}
