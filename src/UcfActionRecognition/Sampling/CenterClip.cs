namespace UcfActionRecognition;

/// <summary>
/// The clip of consecutive frames in the middle of a video, from frame <c>(T - length) / 2</c>, rounded down: the same at every call,
/// for validation. A video shorter than the clip is looped: frame <c>i mod T</c>.
/// </summary>
public sealed record CenterClip : IClipSampler
{
    /// <summary>Creates the sampler.</summary>
    /// <param name="length">Frames in a clip, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is not positive.</exception>
    public CenterClip(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        Length = length;
    }

    /// <summary>Frames in a clip.</summary>
    public int Length { get; }

    int? IClipSampler.ViewsPerVideo => 1;

    int? IClipSampler.FramesPerClip => Length;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The length of the video is not known.</exception>
    public IReadOnlyList<int[]> Sample(VideoInfo video, ClipRandom random)
    {
        int count = ConsecutiveFrames.CountOf(video, "A centre clip");
        return [ConsecutiveFrames.Looped(Math.Max(count - Length, 0) / 2, Length, count)];
    }
}
