namespace UcfActionRecognition;

/// <summary>
/// The augmentation of clips, as a list of steps. Immutable: every method returns a longer pipeline. The parameters are
/// drawn once for a clip and hold for all its frames. Two pipelines are equal where their steps are, one by one. Safe for concurrent use.
/// </summary>
public sealed record AugmentationPipeline
{
    private readonly IAugmentation[] _steps;

    private AugmentationPipeline(IAugmentation[] steps, FrameSize? outputSize)
    {
        _steps = steps;
        OutputSize = outputSize;
    }

    /// <summary>Size of the frames that come out; <see langword="null"/> before <see cref="Resize"/> was added.</summary>
    public FrameSize? OutputSize { get; }

    /// <summary>The steps, in order; the built-in ones have their parameters as properties.</summary>
    internal IReadOnlyList<IAugmentation> Steps => _steps;

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
    public AugmentationPipeline RandomCrop(double minScale = 0.7, double probability = 1) => ThenCrop(new RandomCrop(minScale, probability));

    /// <summary>
    /// Crops a square of a random size at a random place: its side is one of the scales times the short side, rounded to the nearest pixel; it
    /// lies in one of the four corners or in the centre. Resized to a square, the picture keeps its aspect.
    /// </summary>
    /// <remarks>
    /// Corner cropping of Wang et al., "Temporal segment networks", ECCV 2016, section 3.2 (whose code may also take neighbouring scales for the width
    /// and the height, which this does not), and of Hara et al., "Can spatiotemporal 3D CNNs retrace the history of 2D CNNs and ImageNet?", CVPR
    /// 2018, with the scales 1, 2^(-1/4), 2^(-1/2), 2^(-3/4) and 1/2.
    /// </remarks>
    /// <param name="scales">
    /// The scales, each drawn as often as the others: above 0 and up to 1. By default (<see langword="null"/>) those of TSN: 1, 0.875, 0.75 and 0.66.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">There is no scale, or one is out of range.</exception>
    /// <exception cref="InvalidOperationException">The pipeline resizes already: a crop comes before the resize.</exception>
    public AugmentationPipeline MultiScaleCrop(IReadOnlyList<double>? scales = null) =>
        ThenCrop(new MultiScaleCrop(scales ?? UcfActionRecognition.MultiScaleCrop.DefaultScales));

    /// <summary>
    /// Crops a square in the middle, the same for every clip: the single crop of a test. Resized to a square, the picture keeps its aspect. The
    /// same as <see cref="TestCrops.Center"/>.
    /// </summary>
    /// <param name="ratio">
    /// Side of the square over the short side of the frame, above 0 and up to 1; rounded to the nearest pixel. 0.875 is the field's 224 of 256
    /// (torchvision, TSN); 1, the default, is the full short side (3D ResNets).
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="ratio"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">The pipeline resizes already: a crop comes before the resize.</exception>
    public AugmentationPipeline CenterCrop(double ratio = 1) => ThenCrop(new CenterCrop(ratio));

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

    /// <summary>The pipeline of these steps.</summary>
    /// <exception cref="InvalidOperationException">A crop comes after a resize.</exception>
    internal static AugmentationPipeline Of(IReadOnlyList<IAugmentation> steps) => steps.Aggregate(Create(), (pipeline, step) => step switch
    {
        Resize resize => pipeline.Resize(resize.Size),
        UcfActionRecognition.RandomCrop or UcfActionRecognition.CenterCrop or UcfActionRecognition.MultiScaleCrop => pipeline.ThenCrop(step),
        _ => pipeline.Then(step),
    });

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

        return OutputSize is { } size && transform.OutputSize != size
            ? throw new InvalidOperationException($"The pipeline resizes to {size}, but a later step made the clip {transform.OutputSize}.")
            : transform;
    }

    /// <summary>Whether the other pipeline has the same steps. A step of the caller's own is compared by its <c>Equals</c>.</summary>
    public bool Equals(AugmentationPipeline? other) => other is not null && _steps.SequenceEqual(other._steps);

    /// <inheritdoc/>
    public override int GetHashCode() => _steps.Aggregate(0, HashCode.Combine);

    /// <summary>The steps with their parameters: <c>RandomCrop(minScale 0.7, probability 0.5), RandomHorizontalFlip(0.5)</c>; <c>none</c> where there is none.</summary>
    public override string ToString() => _steps.Length == 0 ? "none" : string.Join(", ", _steps.AsEnumerable());

    private AugmentationPipeline ThenCrop(IAugmentation crop) => OutputSize is null
        ? Then(crop)
        : throw new InvalidOperationException($"A crop comes before the resize: add {crop.GetType().Name} first, then Resize.");
}
