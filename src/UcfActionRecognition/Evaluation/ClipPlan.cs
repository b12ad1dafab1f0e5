namespace UcfActionRecognition;

/// <summary>Decides which clips of a video go through a model, and how many frames at once. Safe for concurrent use.</summary>
internal sealed class ClipPlan
{
    private const long DefaultActivationBytes = 4L << 30;

    // Evaluation draws the same clips every time, should the sampler draw at all.
    private const long Seed = 0;

    private readonly IClipSampler _sampler;
    private readonly int _framesOfAClip;
    private readonly TestCrops _crops;
    private readonly FrameSize _size;

    // Set where a clip can go through the model in parts.
    private readonly TemporalField? _field;

    /// <exception cref="ArgumentException">The sampler's clips, the crops or the size of the frames are not what the model can take.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The options leave no room for a clip.</exception>
    public ClipPlan(ActionModel model, EvaluatorOptions options)
    {
        int length = model.Input.ClipLength;
        _sampler = options.Sampler ?? new SlidingWindow(length, length);
        if (length == 1 && _sampler.FramesPerClip != 1)
        {
            throw new ArgumentException(
                $"The model takes {model.Input}; clips of several frames are for models of clips. Take a SlidingWindow of length 1.", nameof(options));
        }

        (_crops, _size) = (options.Crops, model.Input.Size);
        if (_crops.Layout != TestCropLayout.WholeFrame && _size.Height != _size.Width)
        {
            throw new ArgumentException(
                $"The crops {_crops} are squares and the model takes frames of {_size}: resized to that they would lose their aspect. "
                + $"Take {nameof(TestCrops)}.{nameof(TestCrops.WholeFrame)}, or a model of square frames.", nameof(options));
        }

        _framesOfAClip = (int)(Array.MaxLength / (3L * _size.Height * _size.Width));
        if (_framesOfAClip == 0)
        {
            throw new ArgumentException($"A frame of {_size} takes more than 2 GiB. Evaluate a model of smaller frames.", nameof(model));
        }

        if (model is ResNet3D network)
        {
            _field = network.TemporalField;
            _framesOfAClip = Math.Min(_framesOfAClip, FramesThatFit(network, options.MaxActivationBytes));
        }

        FramesAtOnce = Math.Min(options.FramesPerChunk, _framesOfAClip);
    }

    /// <summary>What makes the clips.</summary>
    public IClipSampler Sampler => _sampler;

    /// <summary>Bytes of a frame as the model takes it.</summary>
    public int FrameBytes => 3 * _size.Height * _size.Width;

    /// <summary>What of each frame is in the clips.</summary>
    public TestCrops Crops => _crops;

    /// <summary>Frames that go through the model at once; a clip may have more of its own.</summary>
    public int FramesAtOnce { get; }

    /// <summary>What happens to the frames of a video, crop by crop.</summary>
    /// <param name="source">Size of its frames.</param>
    public IReadOnlyList<ClipTransform> TransformsOf(FrameSize source) => _crops.TransformsOf(source, _size);

    /// <summary>The clips of one video, in order, each in all its crops; at least one.</summary>
    /// <param name="video">The video's name, which decides what a sampler that draws at random draws.</param>
    /// <param name="info">What it is; its length is known.</param>
    /// <exception cref="InvalidOperationException">The sampler did not do what samplers promise.</exception>
    /// <exception cref="VideoReadException">A clip is too long to be held at once and the model cannot take it in parts.</exception>
    public IReadOnlyList<PlannedClip> Plan(string video, VideoInfo info)
    {
        IReadOnlyList<int[]> clips = _sampler.Sample(info, new ClipRandom(Seed, epoch: 0, KeyOf(video), view: -1));
        Check(video, info, clips);
        return [.. clips.SelectMany(clip => clip.Length <= _framesOfAClip ? [new PlannedClip(clip, null)] : InParts(video, clip)).SelectMany(InCrops)];
    }

    private IEnumerable<PlannedClip> InCrops(PlannedClip clip) => Enumerable.Range(0, _crops.Count).Select(crop => clip with { Crop = crop });

    // Of the name, not of the place in the list: a resumed evaluation, or one of other videos besides, draws the same clips of a video.
    private static int KeyOf(string video)
    {
        // FNV-1a (Fowler, Noll and Vo): string.GetHashCode differs from process to process.
        uint hash = 2166136261;
        foreach (char letter in video)
        {
            hash = (hash ^ letter) * 16777619;
        }

        return (int)hash;
    }

    private IEnumerable<PlannedClip> InParts(string video, int[] clip)
    {
        if (_field is not { } field)
        {
            throw new VideoReadException(
                video, $"A clip of {clip.Length} frames of '{video}' takes more than 2 GiB; this model takes up to {_framesOfAClip} frames. Test on windows.");
        }

        return TimeChunk.Split(clip.Length, field, _framesOfAClip)
            .Select(part => new PlannedClip(clip[part.Start..(part.Start + part.Frames)], part));
    }

    private int FramesThatFit(ResNet3D network, long? maxActivationBytes)
    {
        // Half as much again as the fewest, so that the overlap stays below three times the work.
        int fewest = TimeChunk.FewestFrames(network.TemporalField);
        long bytes = maxActivationBytes ?? Math.Max(DefaultActivationBytes, fewest * 3L / 2 * network.ActivationBytesPerFrame);
        int frames = (int)Math.Min(bytes / network.ActivationBytesPerFrame, int.MaxValue);
        int needed = Math.Min(fewest, _sampler.FramesPerClip ?? int.MaxValue);
        return frames >= needed
            ? frames
            : throw new ArgumentOutOfRangeException(
                nameof(maxActivationBytes), maxActivationBytes,
                $"{network.Architecture} takes {needed} frames of {network.Input.Size} at once or more, "
                + (needed == fewest
                    ? $"as its features depend on {network.TemporalField.Radius} frames to either side: "
                    : "the length of a clip: ")
                + $"set {nameof(EvaluatorOptions.MaxActivationBytes)} to {needed * network.ActivationBytesPerFrame} or more.");
    }

    private void Check(string video, VideoInfo info, IReadOnlyList<int[]> clips)
    {
        string sampler = _sampler.GetType().Name;
        if (clips is null || clips.Count == 0 || (_sampler.ViewsPerVideo is { } views && views != clips.Count))
        {
            throw new InvalidOperationException(
                $"{sampler} drew {clips?.Count ?? 0} clips of '{video}'; it promises {_sampler.ViewsPerVideo?.ToString() ?? "one or more"}.");
        }

        foreach (int[] clip in clips)
        {
            if (clip is null || clip.Length == 0 || (_sampler.FramesPerClip is { } frames && frames != clip.Length))
            {
                throw new InvalidOperationException(
                    $"{sampler} drew a clip of {clip?.Length ?? 0} frames of '{video}'; it promises {_sampler.FramesPerClip?.ToString() ?? "one or more"}.");
            }

            if (clip.Min() < 0 || clip.Max() >= info.FrameCount)
            {
                throw new InvalidOperationException(
                    $"{sampler} drew frames from {clip.Min()} to {clip.Max()} of '{video}', which has {info.FrameCount}.");
            }
        }
    }
}
