namespace UcfActionRecognition;

/// <summary>How a model does on clips, each scored on its own.</summary>
/// <param name="Loss">Mean cross entropy, in nats.</param>
/// <param name="Accuracy">Top-1, top-5 and top-10 over the clips.</param>
public sealed record ClipMetrics(double Loss, TopKAccuracy Accuracy);
