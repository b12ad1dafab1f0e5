namespace UcfActionRecognition;

/// <summary>
/// Sparse sampling for training: the possible starts of a clip, <c>0 .. T - length</c>, in equal segments, and one random clip (by default one
/// frame) from each, in order. Each is a view of the video.
/// </summary>
/// <remarks>
/// Temporal segment networks: Wang et al., "Temporal segment networks: towards good practices for deep action recognition", ECCV 2016, section 3.1.
/// The segments are exactly equal: where one ends within a start, that start belongs to both, in proportion (TSN's own code rounds their length
/// down and never draws the starts that are left over at the end). So a video with fewer starts than segments gives some of them more than
/// once, still in order and over its whole length. A video shorter than a clip is looped: frame <c>i mod T</c>.
/// </remarks>
public sealed record RandomSegments : IClipSampler
{
    /// <summary>Creates the sampler.</summary>
    /// <param name="count">Segments of a video, at least 1; 3 in the paper's training.</param>
    /// <param name="length">Frames in a clip, at least 1; 1 by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not positive.</exception>
    public RandomSegments(int count, int length = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        (Count, Length) = (count, length);
    }

    /// <summary>Segments of a video, and so clips.</summary>
    public int Count { get; }

    /// <summary>Frames in a clip.</summary>
    public int Length { get; }

    int? IClipSampler.ViewsPerVideo => Count;

    int? IClipSampler.FramesPerClip => Length;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The length of the video is not known.</exception>
    public IReadOnlyList<int[]> Sample(VideoInfo video, ClipRandom random)
    {
        ArgumentNullException.ThrowIfNull(random);
        int frames = ConsecutiveFrames.CountOf(video, "A sampler of random segments");
        int starts = Math.Max(frames - Length, 0) + 1;
        var clips = new int[Count][];
        for (int i = 0; i < Count; i++)
        {
            // In units of 1/count of a start, a segment is as long as there are starts.
            long place = ((long)i * starts) + random.Next(starts);
            clips[i] = ConsecutiveFrames.Looped((int)(place / Count), Length, frames);
        }

        return clips;
    }
}
