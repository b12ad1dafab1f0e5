namespace UcfActionRecognition;

/// <summary>Decides which clips of a video go through a model, and how many frames at once. Safe for concurrent use.</summary>
internal sealed class ClipPlan
{
    // Evaluation draws the same clips every time, should the sampler draw at all.
    private const long Seed = 0;

    private readonly IClipSampler _sampler;
    private readonly int _framesAtOnce;
    private readonly int _framesOfAClip;
    private readonly TemporalField _field;

    /// <exception cref="ArgumentException">The sampler's clips are not what the model takes, or the options leave no room for them.</exception>
    public ClipPlan(ActionModel model, EvaluatorOptions options)
    {
        int length = model.Input.ClipLength;
        _sampler = options.Sampler ?? new SlidingWindow(length, length);
        if (length == 1 && _sampler.FramesPerClip != 1)
        {
            throw new ArgumentException(
                $"The model takes {model.Input}; clips of several frames are for models of clips. Take a SlidingWindow of length 1.", nameof(options));
        }

        long frameBytes = 3L * model.Input.Size.Height * model.Input.Size.Width;
        _framesOfAClip = (int)(Array.MaxLength / frameBytes);
        if (options.FramesPerChunk > _framesOfAClip)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.FramesPerChunk, $"A chunk may take 2 GiB; a frame takes {frameBytes} bytes, so FramesPerChunk is too large.");
        }

        if (model is ResNet3D network)
        {
            _field = network.TemporalField;
            _framesOfAClip = (int)Math.Min(options.MaxActivationBytes / network.BytesPerFrame, _framesOfAClip);
            CheckRoom(network, options);
        }

        _framesAtOnce = Math.Min(options.FramesPerChunk, _framesOfAClip);
    }

    /// <summary>What makes the clips.</summary>
    public IClipSampler Sampler => _sampler;

    /// <summary>The clips of one video, in order.</summary>
    /// <param name="video">The video's name.</param>
    /// <param name="index">Its number.</param>
    /// <param name="info">What it is; its length is known.</param>
    /// <exception cref="VideoReadException">A clip is too long to be held at once and the model cannot take it in parts.</exception>
    public IReadOnlyList<ClipGroup> Plan(string video, int index, VideoInfo info)
    {
        var groups = new List<ClipGroup>();
        var together = new List<int[]>();
        foreach (int[] clip in _sampler.Sample(info, new ClipRandom(Seed, epoch: 0, index, view: -1)))
        {
            Check(video, info, clip);
            if (together.Count > 0 && (together[0].Length != clip.Length || (together.Count + 1L) * clip.Length > _framesAtOnce))
            {
                groups.Add(new ClipGroup(together, null));
                together = [];
            }

            if (clip.Length <= _framesOfAClip)
            {
                together.Add(clip);
            }
            else
            {
                groups.AddRange(TimeChunk.Split(clip.Length, _field, _framesOfAClip)
                    .Select(part => new ClipGroup([clip[part.Start..(part.Start + part.Frames)]], part)));
            }
        }

        return together.Count > 0 ? [.. groups, new ClipGroup(together, null)] : groups;
    }

    private void CheckRoom(ResNet3D network, EvaluatorOptions options)
    {
        int needed = Math.Min(TimeChunk.FewestFrames(_field), _sampler.FramesPerClip ?? int.MaxValue);
        if (_framesOfAClip < needed)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.MaxActivationBytes,
                $"{network.Architecture} needs {needed} frames of {network.Input.Size} at once, as a position of its features depends on "
                + $"{network.TemporalField.Radius} frames to either side: set {nameof(EvaluatorOptions.MaxActivationBytes)} to {needed * network.BytesPerFrame} "
                + "or more, use smaller frames, or test on windows.");
        }
    }

    private void Check(string video, VideoInfo info, int[] clip)
    {
        if (clip.Length == 0 || clip.Any(frame => (uint)frame >= (uint)info.FrameCount!.Value))
        {
            throw new InvalidOperationException(
                $"{_sampler.GetType().Name} drew a clip of {clip.Length} frames, from {clip.DefaultIfEmpty().Min()} to {clip.DefaultIfEmpty().Max()}, "
                + $"of '{video}', which has {info.FrameCount} frames.");
        }

        if (clip.Length > _framesOfAClip && _field.Stride == 0)
        {
            throw new VideoReadException(
                video, $"A clip of {clip.Length} frames of '{video}' takes more than 2 GiB; this model can take {_framesOfAClip} frames at once. Test on windows.");
        }
    }
}
