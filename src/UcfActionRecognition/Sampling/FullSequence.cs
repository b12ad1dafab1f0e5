namespace UcfActionRecognition;

/// <summary>
/// All frames of a video as one clip. A video that is too short is looped (frame <c>i mod T</c>) up to the minimal length.
/// </summary>
public sealed record FullSequence : IClipSampler
{
    /// <summary>Creates the sampler.</summary>
    /// <param name="minimumLength">Frames that a clip has at least; 1 by default. Give the clip length that the model was trained on.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="minimumLength"/> is not positive.</exception>
    public FullSequence(int minimumLength = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minimumLength);
        MinimumLength = minimumLength;
    }

    /// <summary>Frames that a clip has at least.</summary>
    public int MinimumLength { get; }

    int? IClipSampler.ViewsPerVideo => 1;

    // As many as the video has.
    int? IClipSampler.FramesPerClip => null;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The length of the video is not known.</exception>
    public IReadOnlyList<int[]> Sample(VideoInfo video, ClipRandom random)
    {
        int count = ConsecutiveFrames.CountOf(video, "A full sequence");
        return [ConsecutiveFrames.Looped(0, Math.Max(count, MinimumLength), count)];
    }
}
