namespace UcfActionRecognition;

/// <summary>What <see cref="ClipMetricsSum"/> has added up.</summary>
/// <param name="Loss">The clips' losses together.</param>
/// <param name="Clips">Clips that have a loss.</param>
/// <param name="Accuracy">Right and all predictions.</param>
/// <param name="Unit">What is predicted, as in <see cref="MetricNames"/>.</param>
internal sealed record ClipSums(double Loss, long Clips, TopKAccuracy Accuracy, string Unit = MetricNames.Clip);
