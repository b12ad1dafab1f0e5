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

    /// <summary>The same with other predictions.</summary>
    internal TopKAccuracy With(TopKAccuracy more) => new(Sum(Top1, more.Top1), Sum(Top5, more.Top5), Sum(Top10, more.Top10));

    private static Accuracy Sum(Accuracy one, Accuracy other) => new(one.Correct + other.Correct, one.Total + other.Total);

    private static Accuracy Count(Accuracy accuracy, bool correct) => new(accuracy.Correct + (correct ? 1 : 0), accuracy.Total + 1);
}
