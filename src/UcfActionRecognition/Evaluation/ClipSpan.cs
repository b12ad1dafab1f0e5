namespace UcfActionRecognition;

/// <summary>What a <see cref="ClipChunk"/> holds of one video.</summary>
/// <param name="Video">The video.</param>
/// <param name="Clips">How many of the chunk's clips are its own; they follow those of the span before.</param>
/// <param name="IsLast">Whether the video ends here.</param>
/// <param name="Error">Why the video could not be read to its end; the span is then its last and without clips.</param>
/// <param name="Finished">Set where an earlier evaluation has done the video: its clips only take their places.</param>
internal sealed record ClipSpan(LabeledVideo Video, int Clips, bool IsLast, VideoReadException? Error, ScoredVideo? Finished = null);
