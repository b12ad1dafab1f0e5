namespace UcfActionRecognition;

/// <summary>Consecutive frames of one video, resized, on their way to the model.</summary>
/// <param name="Video">The video.</param>
/// <param name="Rgb">The frames' bytes, <c>Frames x H x W x 3</c>, in a buffer that may be longer.</param>
/// <param name="Frames">Frames in the chunk; 0 in the one that ends a video.</param>
/// <param name="IsLast">Whether the video ends with this chunk.</param>
/// <param name="Error">Why the video could not be read to its end; the chunk is then the last.</param>
internal sealed record FrameChunk(LabeledVideo Video, byte[] Rgb, int Frames, bool IsLast, VideoReadException? Error);
