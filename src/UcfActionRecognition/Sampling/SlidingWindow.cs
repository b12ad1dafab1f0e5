namespace UcfActionRecognition;

/// <summary>
/// All windows of consecutive frames that start at multiples of a stride: with the stride at the window's length they lie side by
/// side, with a stride of 1 they are every subsequence. If frames are left over at the end, one more window is aligned to the end, so
/// that every frame of the video is in a window (unless the stride leaves gaps by being longer than the window). A video shorter than
/// a window gives one, looped: frame <c>i mod T</c>. A window and a stride of 1 give every single frame.
/// </summary>
public sealed record SlidingWindow : IClipSampler
{
    /// <summary>Creates the sampler.</summary>
    /// <param name="length">Frames in a window, at least 1.</param>
    /// <param name="stride">Frames from the start of one window to that of the next, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is not positive.</exception>
    public SlidingWindow(int length, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(stride);
        (Length, Stride) = (length, stride);
    }

    /// <summary>Frames in a window.</summary>
    public int Length { get; }

    /// <summary>Frames from the start of one window to that of the next; the last one may follow closer.</summary>
    public int Stride { get; }

    // Longer videos have more windows.
    int? IClipSampler.ViewsPerVideo => null;

    int? IClipSampler.FramesPerClip => Length;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The length of the video is not known.</exception>
    public IReadOnlyList<int[]> Sample(VideoInfo video, ClipRandom random)
    {
        int count = ConsecutiveFrames.CountOf(video, "A sliding window");
        int last = Math.Max(count - Length, 0);
        var windows = new List<int[]>();
        for (long start = 0; start < last; start += Stride)
        {
            windows.Add(ConsecutiveFrames.Looped((int)start, Length, count));
        }

        windows.Add(ConsecutiveFrames.Looped(last, Length, count));
        return windows;
    }
}
