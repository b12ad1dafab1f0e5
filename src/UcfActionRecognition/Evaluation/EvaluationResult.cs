namespace UcfActionRecognition;

/// <summary>What a model does on whole videos.</summary>
/// <param name="Report">One prediction per video, from all its clips.</param>
/// <param name="ClipAccuracy">One prediction per clip (frame, window), over all clips of the videos that could be read; each crop of a clip counts as one.</param>
/// <param name="Scores">Each video's score, in the order of the videos.</param>
/// <param name="Failures">The videos that could not be read.</param>
/// <param name="Frames">
/// Frames that went through the model, of the videos that were read to their ends; one that is in several clips counts in each, and so does each crop
/// of it. Those of videos that were taken from files (<see cref="Reused"/>) do not count.
/// </param>
/// <param name="Elapsed">Time that it took.</param>
public sealed record EvaluationResult(
    ClassificationReport Report,
    TopKAccuracy ClipAccuracy,
    IReadOnlyList<VideoScore> Scores,
    IReadOnlyList<VideoFailure> Failures,
    long Frames,
    TimeSpan Elapsed)
{
    /// <summary>Videos whose scores come from the files of an earlier evaluation (<see cref="EvaluatorOptions.Resume"/>).</summary>
    public int Reused { get; init; }

    /// <summary>What <see cref="ClipAccuracy"/> counts: <c>frame</c> for a model of single frames, else <c>clip</c> (the default).</summary>
    public string Unit { get; init; } = MetricNames.Clip;

    /// <summary>
    /// The accuracies by name: <c>frame@1</c>, <c>frame@5</c> and <c>frame@10</c> of a model of single frames, else <c>clip@1</c> and so on; then
    /// <c>video@1</c>, <c>video@5</c> and <c>video@10</c>.
    /// </summary>
    public IReadOnlyList<(string Name, Accuracy Value)> Metrics =>
        [.. MetricNames.Of(Unit, ClipAccuracy), .. MetricNames.Of(MetricNames.Video, Report.Accuracy)];
}
