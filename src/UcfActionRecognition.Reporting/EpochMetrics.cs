namespace UcfActionRecognition.Reporting;

/// <summary>One row of <c>metrics.csv</c>; what the row does not have is <see langword="null"/>.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="TrainLoss">Mean cross entropy of the training clips.</param>
/// <param name="TrainTop1">Top-1 accuracy on the training clips, 0 to 1.</param>
/// <param name="TestLoss">Mean cross entropy of the clips that were held against it.</param>
/// <param name="TestTop1">Top-1 accuracy on them, 0 to 1.</param>
public sealed record EpochMetrics(int Epoch, double? TrainLoss, double? TrainTop1, double? TestLoss, double? TestTop1);
