namespace UcfActionRecognition.Samples.Prepare;

/// <summary>Compares a decoded video with its stored frames.</summary>
internal static class VideoComparison
{
    /// <returns>The number of frames, all of them as they should be.</returns>
    /// <exception cref="VideoReadException">Size, length or a frame differs, or either cannot be read.</exception>
    public static int Compare(string video, VideoReader decoded, VideoReader stored, FrameComparison comparison)
    {
        if (comparison.StoredSize != stored.Info.Size)
        {
            throw new VideoReadException(
                video, $"The video's frames are to be stored as {comparison.StoredSize}, the HDF5 file's are {stored.Info.Size}. {StoredForm.Advice}");
        }

        var expected = new byte[decoded.Info.FrameBytes];
        var actual = new byte[stored.Info.FrameBytes];
        for (int frame = 0; ; frame++)
        {
            bool more = decoded.ReadNext(expected);
            if (more != stored.ReadNext(actual))
            {
                throw new VideoReadException(
                    video, $"The HDF5 file has {stored.Info.FrameCount} frames, the video {decoded.Info.FrameCount}. {StoredForm.Advice}");
            }

            if (!more)
            {
                return frame;
            }

            if (comparison.Compare(expected, actual) is { } wrong)
            {
                throw new VideoReadException(video, $"Frame {frame} of the HDF5 file {wrong}. {StoredForm.Advice}");
            }
        }
    }
}
