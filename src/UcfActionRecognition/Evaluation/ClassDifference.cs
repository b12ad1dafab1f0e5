namespace UcfActionRecognition;

/// <summary>How two models do on the videos of one class.</summary>
/// <param name="Class">The class's name.</param>
/// <param name="First">The first model's accuracy.</param>
/// <param name="Second">The second model's accuracy, over the same videos.</param>
/// <param name="OnlyFirst">The videos that only the first model gets right, in the order of the videos.</param>
/// <param name="OnlySecond">The videos that only the second model gets right, in the order of the videos.</param>
public sealed record ClassDifference(
    string Class, Accuracy First, Accuracy Second, IReadOnlyList<ComparedVideo> OnlyFirst, IReadOnlyList<ComparedVideo> OnlySecond)
{
    /// <summary>The second model's accuracy less the first one's, -1 to 1: positive where the second wins.</summary>
    public double Difference => (double)(Second.Correct - First.Correct) / First.Total;
}
