namespace UcfActionRecognition;

/// <summary>
/// A fixed number of clips of consecutive frames, spread evenly over a video, the same at every call: the test protocols "n clips", such as 10
/// clips of 16 frames for a 3D network and 25 single frames for a temporal segment network. Of a video of T frames:
/// <list type="bullet">
/// <item>
/// Single frames (a length of 1) are the centres of as many equal segments: frame <c>(2 i + 1) T / (2 count)</c>, rounded down, for i from 0 (the
/// test frames of TSN: Wang et al., "Temporal segment networks", ECCV 2016).
/// </item>
/// <item>
/// Clips start evenly spaced from the first possible start to the last one, both included: at frame <c>i (T - length) / (count - 1)</c>, rounded
/// down (as pytorchvideo's <c>ConstantClipsPerVideoSampler</c> and SlowFast's test do). A single clip lies in the middle, as <see cref="CenterClip"/>.
/// </item>
/// </list>
/// A video with fewer starts than clips gives some of them more than once. One shorter than a clip is looped: frame <c>i mod T</c>.
/// </summary>
public sealed record UniformClips : IClipSampler
{
    /// <summary>Creates the sampler.</summary>
    /// <param name="count">Clips of a video, at least 1.</param>
    /// <param name="length">Frames in a clip, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not positive.</exception>
    public UniformClips(int count, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        (Count, Length) = (count, length);
    }

    /// <summary>Clips of a video.</summary>
    public int Count { get; }

    /// <summary>Frames in a clip.</summary>
    public int Length { get; }

    int? IClipSampler.ViewsPerVideo => Count;

    int? IClipSampler.FramesPerClip => Length;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The length of the video is not known.</exception>
    public IReadOnlyList<int[]> Sample(VideoInfo video, ClipRandom random)
    {
        int frames = ConsecutiveFrames.CountOf(video, "A sampler of uniform clips");
        var clips = new int[Count][];
        for (int i = 0; i < Count; i++)
        {
            clips[i] = ConsecutiveFrames.Looped(Start(i, frames), Length, frames);
        }

        return clips;
    }

    private int Start(int clip, int frames)
    {
        if (Length == 1)
        {
            return (int)(((2L * clip) + 1) * frames / (2L * Count));
        }

        int last = Math.Max(frames - Length, 0);
        return Count == 1 ? last / 2 : (int)((long)clip * last / (Count - 1));
    }
}
