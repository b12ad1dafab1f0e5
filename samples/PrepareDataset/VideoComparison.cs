namespace UcfActionRecognition.Samples.Prepare;

/// <summary>Compares a decoded video with its stored frames.</summary>
internal static class VideoComparison
{
    /// <returns>The number of frames, all of them equal.</returns>
    /// <exception cref="VideoReadException">Size, length or a frame differs, or either cannot be read.</exception>
    public static int Compare(string video, VideoReader decoded, VideoReader stored)
    {
        if (decoded.Info.Size != stored.Info.Size)
        {
            throw new VideoReadException(video, $"The video's frames are {decoded.Info.Size}, the HDF5 file's {stored.Info.Size}. Delete the file and convert again.");
        }

        var expected = new byte[decoded.Info.FrameBytes];
        var actual = new byte[decoded.Info.FrameBytes];
        for (int frame = 0; ; frame++)
        {
            bool more = decoded.ReadNext(expected);
            if (more != stored.ReadNext(actual))
            {
                throw new VideoReadException(
                    video, $"The HDF5 file has {stored.Info.FrameCount} frames, the video {decoded.Info.FrameCount}. Delete the file and convert again.");
            }

            if (!more)
            {
                return frame;
            }

            if (!expected.AsSpan().SequenceEqual(actual))
            {
                throw new VideoReadException(video, $"Frame {frame} of the HDF5 file is not that of the video. Delete the file and convert again.");
            }
        }
    }
}
