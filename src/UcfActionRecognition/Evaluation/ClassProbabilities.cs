namespace UcfActionRecognition;

/// <summary>What a model says of a video or of a part of it: a probability for each of its classes. Immutable.</summary>
public sealed class ClassProbabilities
{
    internal ClassProbabilities(IReadOnlyList<string> classes, IReadOnlyList<double> logProbabilities)
    {
        Classes = classes;
        LogProbabilities = logProbabilities;
        Values = [.. Scores.LogSoftmax([.. logProbabilities]).Select(Math.Exp)];
    }

    /// <summary>Class names by class index.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>
    /// The mean over clips of the log-softmax, by class index: the score of <see cref="VideoScore.LogProbabilities"/>. Of several clips that do not agree the
    /// probabilities in it sum up to less than 1.
    /// </summary>
    public IReadOnlyList<double> LogProbabilities { get; }

    /// <summary>Probabilities by class index, 0 to 1, of sum 1: the softmax of <see cref="LogProbabilities"/>.</summary>
    public IReadOnlyList<double> Values { get; }

    /// <summary>The most probable class; of equals the one of the lowest index.</summary>
    public ClassProbability Best => Of(Scores.Best([.. LogProbabilities]));

    /// <summary>The most probable classes, the best first; of equals the one of the lowest index.</summary>
    /// <param name="count">How many, at least 1; all of them where there are fewer.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1.</exception>
    public IReadOnlyList<ClassProbability> Top(int count = 5)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return [.. Enumerable.Range(0, Classes.Count).OrderByDescending(label => LogProbabilities[label]).Take(count).Select(Of)];
    }

    private ClassProbability Of(int label) => new(label, Classes[label], Values[label]);
}
