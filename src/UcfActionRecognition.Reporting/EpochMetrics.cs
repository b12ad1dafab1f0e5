namespace UcfActionRecognition.Reporting;

/// <summary>One row of <c>metrics.csv</c>; what the row does not have is <see langword="null"/>.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="TrainLoss">Mean cross entropy of the training clips.</param>
/// <param name="TrainTop1">Top-1 accuracy on the training clips, 0 to 1.</param>
/// <param name="ValidationLoss">Mean cross entropy of the clips that it was validated on after the epoch.</param>
/// <param name="ValidationTop1">Top-1 accuracy on them, 0 to 1.</param>
public sealed record EpochMetrics(int Epoch, double? TrainLoss, double? TrainTop1, double? ValidationLoss, double? ValidationTop1);
