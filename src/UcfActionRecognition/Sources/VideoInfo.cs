namespace UcfActionRecognition;

/// <summary>What a video is, before any frame of it is read.</summary>
/// <param name="Height">Height of every frame, in pixels.</param>
/// <param name="Width">Width of every frame, in pixels.</param>
/// <param name="FrameCount">The number of frames that can be read; <see langword="null"/> for a stream of unknown length.</param>
/// <param name="FramesPerSecond">Average frame rate; <see langword="null"/> where the source does not know it.</param>
public sealed record VideoInfo(int Height, int Width, int? FrameCount, double? FramesPerSecond = null)
{
    /// <summary>Height and width of every frame.</summary>
    public FrameSize Size => new(Height, Width);

    /// <summary>Bytes of one RGB24 frame: <c>Height * Width * 3</c>.</summary>
    public int FrameBytes => checked(Height * Width * 3);
}
