using System.Globalization;

namespace UcfActionRecognition;

/// <summary>See <see cref="AugmentationPipeline.RandomHorizontalFlip"/>.</summary>
internal sealed record RandomHorizontalFlip : IAugmentation
{
    public RandomHorizontalFlip(double probability) => Probability = UcfActionRecognition.Probability.Check(probability);

    public double Probability { get; }

    public ClipTransform Apply(ClipTransform transform, ClipRandom random) =>
        random.NextBoolean(Probability) ? transform.Flip() : transform;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"RandomHorizontalFlip({Probability})");
}
