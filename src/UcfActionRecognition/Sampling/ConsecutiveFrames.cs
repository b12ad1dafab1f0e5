namespace UcfActionRecognition;

/// <summary>What samplers of consecutive frames have in common.</summary>
internal static class ConsecutiveFrames
{
    /// <summary>The indices <c>start</c> to <c>start + length - 1</c>, modulo the video's length: past its end a video is looped.</summary>
    public static int[] Looped(int start, int length, int count)
    {
        var frames = new int[length];
        for (int i = 0; i < length; i++)
        {
            frames[i] = (start + i) % count;
        }

        return frames;
    }

    /// <summary>The length of a video.</summary>
    /// <exception cref="ArgumentException">It is not known, or the video has no frame.</exception>
    public static int CountOf(VideoInfo video, string sampler)
    {
        ArgumentNullException.ThrowIfNull(video);
        return video.FrameCount switch
        {
            null => throw new ArgumentException($"{sampler} needs a video of known length; this one is a stream.", nameof(video)),
            < 1 => throw new ArgumentException($"{sampler} needs a video with a frame; this one has {video.FrameCount}.", nameof(video)),
            { } count => count,
        };
    }
}
