namespace UcfActionRecognition;

/// <summary>Clips of one video, resized, on their way to the model.</summary>
/// <param name="Video">The video.</param>
/// <param name="Rgb">The clips' bytes, <c>clips x T x H x W x 3</c>, in a buffer that may be longer; empty where there is an error.</param>
/// <param name="Group">Which clips; <see langword="null"/> where there is an error.</param>
/// <param name="IsLast">Whether the video ends with this chunk.</param>
/// <param name="Error">Why the video could not be read to its end; the chunk is then the last.</param>
internal sealed record ClipChunk(LabeledVideo Video, byte[] Rgb, ClipGroup? Group, bool IsLast, VideoReadException? Error);
