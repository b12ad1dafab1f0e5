namespace UcfActionRecognition;

/// <summary>Videos of one class that are taken for another.</summary>
/// <param name="Actual">The class that they show.</param>
/// <param name="Predicted">The class that they are taken for.</param>
/// <param name="Share">Their share among the class's videos that have a prediction, above 0 and up to 1: the element of the row-normalised matrix.</param>
/// <param name="Count">Their number, at least 1.</param>
public sealed record ConfusedPair(string Actual, string Predicted, double Share, long Count);
