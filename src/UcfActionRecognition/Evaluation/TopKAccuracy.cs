namespace UcfActionRecognition;

/// <summary>How often the true class is the best scored, among the best five and among the best ten.</summary>
/// <param name="Top1">The true class has the best score.</param>
/// <param name="Top5">The true class is among the five best.</param>
/// <param name="Top10">The true class is among the ten best.</param>
public readonly record struct TopKAccuracy(Accuracy Top1, Accuracy Top5, Accuracy Top10)
{
    /// <summary>The same with one more prediction.</summary>
    /// <param name="rank">Classes scored better than the true one; 0 for a right prediction.</param>
    internal TopKAccuracy With(int rank) => new(Count(Top1, rank < 1), Count(Top5, rank < 5), Count(Top10, rank < 10));

    /// <summary>The predictions of both.</summary>
    internal TopKAccuracy Plus(TopKAccuracy other) => new(Top1.Plus(other.Top1), Top5.Plus(other.Top5), Top10.Plus(other.Top10));

    private static Accuracy Count(Accuracy accuracy, bool correct) => new(accuracy.Correct + (correct ? 1 : 0), accuracy.Total + 1);
}
