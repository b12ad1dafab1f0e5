namespace UcfActionRecognition;

/// <summary>How well two models do together with one weight.</summary>
/// <param name="Weight">The first model's weight, 0 to 1; the second's is the rest to 1.</param>
/// <param name="Top1">Right predictions; videos without a prediction count as wrong.</param>
public readonly record struct FusionWeightPoint(double Weight, Accuracy Top1);
