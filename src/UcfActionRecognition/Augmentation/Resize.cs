namespace UcfActionRecognition;

/// <summary>See <see cref="AugmentationPipeline.Resize"/>.</summary>
internal sealed class Resize : IAugmentation
{
    private readonly FrameSize _size;

    public Resize(FrameSize size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size.Height, nameof(size));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size.Width, nameof(size));
        _size = size;
    }

    public ClipTransform Apply(ClipTransform transform, ClipRandom random) => transform.Resize(_size);
}
