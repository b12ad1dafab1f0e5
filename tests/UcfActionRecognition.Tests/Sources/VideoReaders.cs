namespace UcfActionRecognition.Tests.Sources;

/// <summary>Ways to read a whole video.</summary>
internal static class VideoReaders
{
    /// <summary>All frames by index, in one call.</summary>
    public static byte[] ReadAll(this VideoReader reader)
    {
        int[] frames = [.. Enumerable.Range(0, reader.Info.FrameCount!.Value)];
        byte[] rgb = new byte[frames.Length * reader.Info.FrameBytes];
        reader.ReadFrames(frames, rgb);
        return rgb;
    }

    /// <summary>All frames, one after the other.</summary>
    public static byte[] ReadToEnd(this VideoReader reader)
    {
        using var all = new MemoryStream();
        byte[] frame = new byte[reader.Info.FrameBytes];
        while (reader.ReadNext(frame))
        {
            all.Write(frame);
        }

        return all.ToArray();
    }

    /// <summary>The frames of a list.</summary>
    public static byte[] Read(this VideoReader reader, params int[] frames)
    {
        byte[] rgb = new byte[frames.Length * reader.Info.FrameBytes];
        reader.ReadFrames(frames, rgb);
        return rgb;
    }
}
