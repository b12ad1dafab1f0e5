namespace UcfActionRecognition;

/// <summary>See <see cref="AugmentationPipeline.RandomCrop"/>.</summary>
internal sealed class RandomCrop : IAugmentation
{
    private readonly double _minScale;
    private readonly double _probability;

    public RandomCrop(double minScale, double probability)
    {
        if (!(minScale is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(minScale), minScale, "The part that is kept is above 0 and at most 1.");
        }

        _minScale = minScale;
        _probability = Probability.Check(probability);
    }

    public ClipTransform Apply(ClipTransform transform, ClipRandom random)
    {
        if (!random.NextBoolean(_probability))
        {
            return transform;
        }

        int width = Scale(transform.Output.Width, random);
        int height = Scale(transform.Output.Height, random);
        int x = random.Next(transform.Output.Width - width + 1);
        int y = random.Next(transform.Output.Height - height + 1);
        return transform.CropTo(x, y, new FrameSize(height, width));
    }

    private int Scale(int length, ClipRandom random)
    {
        double factor = _minScale + (1 - _minScale) * random.NextDouble();
        return Math.Max(1, (int)(length * factor));
    }
}
