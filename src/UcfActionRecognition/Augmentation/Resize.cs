namespace UcfActionRecognition;

/// <summary>See <see cref="AugmentationPipeline.Resize"/>.</summary>
internal sealed record Resize : IAugmentation
{
    public Resize(FrameSize size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size.Height, nameof(size));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size.Width, nameof(size));
        Size = size;
    }

    public FrameSize Size { get; }

    public ClipTransform Apply(ClipTransform transform, ClipRandom random) => transform.Resize(Size);

    public override string ToString() => $"Resize({Size})";
}
