using System.Globalization;

namespace UcfActionRecognition;

/// <summary>See <see cref="AugmentationPipeline.RandomCrop"/>.</summary>
internal sealed record RandomCrop : IAugmentation
{
    public RandomCrop(double minScale, double probability)
    {
        OptionCheck.IsPart(minScale);
        OptionCheck.InRange(probability, 0.0, 1.0);
        (MinScale, Probability) = (minScale, probability);
    }

    public double MinScale { get; }

    public double Probability { get; }

    public ClipTransform Apply(ClipTransform transform, ClipRandom random)
    {
        if (!random.NextBoolean(Probability))
        {
            return transform;
        }

        int width = Scale(transform.OutputSize.Width, random);
        int height = Scale(transform.OutputSize.Height, random);
        int x = random.Next(transform.OutputSize.Width - width + 1);
        int y = random.Next(transform.OutputSize.Height - height + 1);
        return transform.CropTo(x, y, new FrameSize(height, width));
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"RandomCrop(minScale {MinScale}, probability {Probability})");

    private int Scale(int length, ClipRandom random)
    {
        double factor = MinScale + (1 - MinScale) * random.NextDouble();
        return Math.Max(1, (int)(length * factor));
    }
}
