namespace UcfActionRecognition;

/// <summary>What one validation gave.</summary>
/// <param name="Step">Steps done before it.</param>
/// <param name="Epoch">The epoch that it was made in or after, from 1.</param>
/// <param name="Metrics">Mean loss and accuracy over the validation clips.</param>
public sealed record ValidationResult(long Step, int Epoch, ClipMetrics Metrics);
