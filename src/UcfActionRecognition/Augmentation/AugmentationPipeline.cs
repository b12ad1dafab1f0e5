namespace UcfActionRecognition;

/// <summary>
/// The augmentation of clips, as a list of steps. Immutable: every method returns a longer pipeline. The parameters are
/// drawn once for a clip and hold for all its frames. Safe for concurrent use.
/// </summary>
public sealed class AugmentationPipeline
{
    private readonly IAugmentation[] _steps;

    private AugmentationPipeline(IAugmentation[] steps, FrameSize? outputSize)
    {
        _steps = steps;
        OutputSize = outputSize;
    }

    /// <summary>Size of the frames that come out; <see langword="null"/> before <see cref="Resize"/> was added.</summary>
    public FrameSize? OutputSize { get; }

    /// <summary>Starts a pipeline, which leaves clips as they are.</summary>
    public static AugmentationPipeline Create() => new([], null);

    /// <summary>
    /// Crops a random rectangle: width and height are each scaled by a factor of their own, uniform in
    /// <c>[minScale, 1)</c> and rounded down to pixels; the position is uniform.
    /// </summary>
    /// <param name="minScale">Smallest part of the width and of the height that is kept, above 0 and up to 1.</param>
    /// <param name="probability">Share of the clips that are cropped, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of range.</exception>
    /// <exception cref="InvalidOperationException">The pipeline resizes already: a crop comes before the resize.</exception>
    public AugmentationPipeline RandomCrop(double minScale = 0.7, double probability = 1) => OutputSize is null
        ? Then(new RandomCrop(minScale, probability))
        : throw new InvalidOperationException("A crop comes before the resize: add RandomCrop first, then Resize.");

    /// <summary>Exchanges left and right.</summary>
    /// <param name="probability">Share of the clips that are flipped, 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The probability is out of range.</exception>
    public AugmentationPipeline RandomHorizontalFlip(double probability = 0.5) => Then(new RandomHorizontalFlip(probability));

    /// <summary>Resizes to the given size, bilinear, without antialiasing: bit-exact with OpenCV's <c>INTER_LINEAR</c> on uint8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The size is empty.</exception>
    public AugmentationPipeline Resize(FrameSize size)
    {
        var step = new Resize(size);
        return new AugmentationPipeline([.. _steps, step], size);
    }

    /// <summary>Adds one integer, uniform in <c>-maxLevels .. maxLevels</c>, to all channels, and clamps to 0..255.</summary>
    /// <param name="maxLevels">Grey levels, 0 to 255.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxLevels"/> is out of range.</exception>
    public AugmentationPipeline RandomBrightness(int maxLevels) => Then(new RandomBrightness(maxLevels));

    /// <summary>Adds a step of the caller's own.</summary>
    public AugmentationPipeline Then(IAugmentation step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return new AugmentationPipeline([.. _steps, step], OutputSize);
    }

    /// <summary>Draws what happens to one clip of frames of the given size.</summary>
    /// <exception cref="InvalidOperationException">A step of the caller's own changed the size that <see cref="Resize"/> set.</exception>
    public ClipTransform Draw(FrameSize source, ClipRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var transform = ClipTransform.Identity(source);
        foreach (IAugmentation step in _steps)
        {
            transform = step.Apply(transform, random);
        }

        return OutputSize is { } size && transform.Output != size
            ? throw new InvalidOperationException($"The pipeline resizes to {size}, but a later step made the clip {transform.Output}.")
            : transform;
    }
}
