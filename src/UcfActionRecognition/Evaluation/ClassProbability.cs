namespace UcfActionRecognition;

/// <summary>How sure a model is of one class.</summary>
/// <param name="Label">The index of the class.</param>
/// <param name="Class">Its name.</param>
/// <param name="Probability">0 to 1.</param>
public sealed record ClassProbability(int Label, string Class, double Probability);
