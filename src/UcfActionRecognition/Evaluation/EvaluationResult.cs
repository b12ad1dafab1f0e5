namespace UcfActionRecognition;

/// <summary>What a model does on whole videos.</summary>
/// <param name="Report">One prediction per video, from all its frames.</param>
/// <param name="FrameAccuracy">One prediction per frame, over all frames of the videos that could be read.</param>
/// <param name="Scores">Each video's score, in the order of the videos.</param>
/// <param name="Failures">The videos that could not be read.</param>
/// <param name="Frames">Frames that went through the model.</param>
/// <param name="Elapsed">Time that it took.</param>
public sealed record EvaluationResult(
    ClassificationReport Report,
    TopKAccuracy FrameAccuracy,
    IReadOnlyList<VideoScore> Scores,
    IReadOnlyList<VideoFailure> Failures,
    long Frames,
    TimeSpan Elapsed);
