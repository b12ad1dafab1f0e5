using System.Globalization;

namespace UcfActionRecognition;

/// <summary>See <see cref="AugmentationPipeline.RandomHorizontalFlip"/>.</summary>
internal sealed record RandomHorizontalFlip : IAugmentation
{
    public RandomHorizontalFlip(double probability)
    {
        OptionCheck.InRange(probability, 0.0, 1.0);
        Probability = probability;
    }

    public double Probability { get; }

    public ClipTransform Apply(ClipTransform transform, ClipRandom random) =>
        random.NextBoolean(Probability) ? transform.Flip() : transform;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"RandomHorizontalFlip({Probability})");
}
