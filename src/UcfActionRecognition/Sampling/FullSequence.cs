namespace UcfActionRecognition;

/// <summary>
/// All frames of a video as one clip. A video that is too short is looped (frame <c>i mod T</c>) up to the minimal length.
/// </summary>
public sealed class FullSequence : IClipSampler
{
    private readonly int _minimumLength;

    /// <summary>Creates the sampler.</summary>
    /// <param name="minimumLength">Frames that a clip has at least; 1 by default. Give the clip length that the model was trained on.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="minimumLength"/> is not positive.</exception>
    public FullSequence(int minimumLength = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(minimumLength);
        _minimumLength = minimumLength;
    }

    /// <inheritdoc/>
    public int? ViewsPerVideo => 1;

    /// <summary><see langword="null"/>: as many as the video has.</summary>
    public int? FramesPerClip => null;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The length of the video is not known.</exception>
    public IReadOnlyList<int[]> Sample(VideoInfo video, ClipRandom random)
    {
        int count = ConsecutiveFrames.CountOf(video, "A full sequence");
        return [ConsecutiveFrames.Looped(0, Math.Max(count, _minimumLength), count)];
    }
}
