namespace UcfActionRecognition;

/// <summary>One frame of a video, as ffprobe lists it.</summary>
/// <param name="Time">Its time stamp, in the stream's time base; <see cref="NoTime"/> where there is none.</param>
/// <param name="Position">Where its packet's data begins in the file; negative where that is unknown.</param>
/// <param name="Size">Bytes of its packet.</param>
/// <param name="Key">Decoding can begin with it.</param>
internal readonly record struct FFmpegFrame(long Time, long Position, int Size, bool Key)
{
    public const long NoTime = long.MinValue;
}
