namespace UcfActionRecognition;

/// <summary>
/// One clip of consecutive frames from a uniformly random start in <c>0 .. T - length</c>, both included. A video shorter
/// than the clip is looped: frame <c>i mod T</c>. A length of 1 is a random frame.
/// </summary>
public sealed record RandomClip : IClipSampler
{
    /// <summary>Creates the sampler.</summary>
    /// <param name="length">Frames in a clip, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is not positive.</exception>
    public RandomClip(int length)
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
        ArgumentNullException.ThrowIfNull(random);
        int count = ConsecutiveFrames.CountOf(video, "A random clip");
        int start = random.Next(Math.Max(count - Length, 0) + 1);
        return [ConsecutiveFrames.Looped(start, Length, count)];
    }
}
