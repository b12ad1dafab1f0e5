namespace UcfActionRecognition.Tests.Sources;

/// <summary>The files that tests/reference/hdf5_fixtures.py wrote, and what they hold.</summary>
internal static class Hdf5Fixtures
{
    public const int Frames = 5;
    public const int Height = 6;
    public const int Width = 7;

    public static string Folder { get; } = Path.Combine(TestContext.CurrentContext.TestDirectory, "Fixtures", "hdf5");

    /// <summary>The fixtures that are readable and hold <see cref="Content"/>: name, frames, height, width.</summary>
    public static readonly object[][] Readable =
    [
        ["contiguous", Frames, Height, Width],
        ["contiguous_latest", Frames, Height, Width],
        ["contiguous_userblock", Frames, Height, Width],
        ["one_frame", 1, 4, 4],
        ["chunked_odd", Frames, Height, Width],
        ["chunked_auto", 12, 20, 24],
        ["chunked_larger_than_video", Frames, Height, Width],
        ["chunked_deep_index", 10, 6, 8],
        ["chunked_early", Frames, Height, Width],
        ["gzip", Frames, Height, Width],
        ["gzip_shuffle", Frames, Height, Width],
        ["gzip_shuffle_fletcher32", Frames, Height, Width],
        ["latest_single_chunk", Frames, Height, Width],
        ["latest_fixed_array", Frames, Height, Width],
        ["latest_extensible_array", Frames, Height, Width],
        ["latest_btree2", Frames, Height, Width],
        ["compact", Frames, Height, Width],
    ];

    /// <summary>The video that hdf5_fixtures.py writes, by the same formula.</summary>
    public static byte[] Content(int frames, int height, int width)
    {
        byte[] video = new byte[frames * height * width * 3];
        int i = 0;
        for (int t = 0; t < frames; t++)
        {
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    for (int c = 0; c < 3; c++)
                    {
                        video[i++] = (byte)((31 * t) + (7 * y) + (3 * x) + (101 * c) + (t * y * x));
                    }
                }
            }
        }

        return video;
    }

    /// <summary>A frame of a video in memory.</summary>
    public static ReadOnlySpan<byte> Frame(byte[] video, VideoInfo info, int frame) => video.AsSpan(frame * info.FrameBytes, info.FrameBytes);
}
