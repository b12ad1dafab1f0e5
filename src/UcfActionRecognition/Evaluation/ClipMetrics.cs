namespace UcfActionRecognition;

/// <summary>How a model does on clips, each scored on its own.</summary>
/// <param name="Loss">Mean cross entropy over the clips that could be read, in nats.</param>
/// <param name="Accuracy">Top-1, top-5 and top-10 over the clips; those of test videos that could not be read count as wrong.</param>
public sealed record ClipMetrics(double Loss, TopKAccuracy Accuracy)
{
    /// <summary>Test videos that could not be read.</summary>
    public IReadOnlyList<VideoFailure> Failures { get; init; } = [];
}
