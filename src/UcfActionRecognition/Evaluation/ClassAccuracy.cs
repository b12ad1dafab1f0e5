namespace UcfActionRecognition;

/// <summary>How well the videos of one class are recognised.</summary>
/// <param name="Class">The class's name.</param>
/// <param name="Top1">Right predictions among the class's videos.</param>
public sealed record ClassAccuracy(string Class, Accuracy Top1);
