namespace UcfActionRecognition;

/// <summary>The confidence intervals of a <see cref="TopKAccuracy"/>.</summary>
/// <param name="Top1">Of the top-1 accuracy.</param>
/// <param name="Top5">Of the top-5 accuracy.</param>
/// <param name="Top10">Of the top-10 accuracy.</param>
public readonly record struct TopKIntervals(ConfidenceInterval Top1, ConfidenceInterval Top5, ConfidenceInterval Top10);
