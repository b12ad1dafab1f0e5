namespace UcfActionRecognition;

/// <summary>What a model does on whole videos.</summary>
/// <param name="Report">One prediction per video, from all its clips.</param>
/// <param name="ClipAccuracy">One prediction per clip (frame, window), over all clips of the videos that could be read.</param>
/// <param name="Scores">Each video's score, in the order of the videos.</param>
/// <param name="Failures">The videos that could not be read.</param>
/// <param name="Frames">
/// Frames that went through the model, of the videos that were read to their ends; one that is in several clips counts in each.
/// </param>
/// <param name="Elapsed">Time that it took.</param>
public sealed record EvaluationResult(
    ClassificationReport Report,
    TopKAccuracy ClipAccuracy,
    IReadOnlyList<VideoScore> Scores,
    IReadOnlyList<VideoFailure> Failures,
    long Frames,
    TimeSpan Elapsed);
