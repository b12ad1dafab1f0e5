using System.Text.Json.Serialization;

namespace UcfActionRecognition;

/// <summary>How a model does on clips, each scored on its own.</summary>
/// <param name="Loss">Mean cross entropy over the clips that could be read, in nats.</param>
/// <param name="Accuracy">Top-1, top-5 and top-10 over the clips; those of test videos that could not be read count as wrong.</param>
public sealed record ClipMetrics(double Loss, TopKAccuracy Accuracy)
{
    /// <summary>Test videos that could not be read.</summary>
    public IReadOnlyList<VideoFailure> Failures { get; init; } = [];

    /// <summary>What is predicted: <c>frame</c> for a model of single frames, else <c>clip</c> (the default).</summary>
    public string Unit { get; init; } = MetricNames.Clip;

    /// <summary>The accuracies by name: <c>frame@1</c>, <c>frame@5</c> and <c>frame@10</c> of a model of single frames, else <c>clip@1</c> and so on.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Name, Accuracy Value)> Metrics => MetricNames.Of(Unit, Accuracy);
}
