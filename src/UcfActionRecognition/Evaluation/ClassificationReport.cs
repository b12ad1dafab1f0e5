namespace UcfActionRecognition;

/// <summary>The result of a model on a set of videos: one prediction per video. Immutable.</summary>
public sealed class ClassificationReport
{
    private ClassificationReport(
        IReadOnlyList<string> classes, TopKAccuracy accuracy, ConfusionMatrix confusion, IReadOnlyList<ClassAccuracy> perClass)
    {
        Classes = classes;
        Accuracy = accuracy;
        Confusion = confusion;
        PerClass = perClass;
    }

    /// <summary>The classes' names.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Top-1, top-5 and top-10 over all videos.</summary>
    public TopKAccuracy Accuracy { get; }

    /// <summary>Counts by actual and predicted class; videos that could not be read have no prediction and are not in it.</summary>
    public ConfusionMatrix Confusion { get; }

    /// <summary>The classes that have videos, from the worst recognised to the best; of equals the one with more videos first, then by name.</summary>
    public IReadOnlyList<ClassAccuracy> PerClass { get; }

    /// <summary>Makes the report.</summary>
    /// <param name="classes">The classes' names, in the order of the labels.</param>
    /// <param name="scores">The videos that were read.</param>
    /// <param name="unreadable">The videos that could not be read: each counts as wrong.</param>
    public static ClassificationReport Create(
        IReadOnlyList<string> classes, IEnumerable<VideoScore> scores, IEnumerable<LabeledVideo>? unreadable = null)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(scores);
        var accuracy = default(TopKAccuracy);
        var confusion = new ConfusionMatrix(classes);
        var perClass = new Accuracy[classes.Count];
        foreach (VideoScore score in scores)
        {
            int label = score.Video.Label;
            double[] logProbabilities = [.. score.LogProbabilities];
            int rank = Scores.Rank<double>(logProbabilities, label);
            accuracy = accuracy.With(rank);
            confusion.Add(label, Scores.Best(logProbabilities));
            perClass[label] = new Accuracy(perClass[label].Correct + (rank == 0 ? 1 : 0), perClass[label].Total + 1);
        }

        foreach (LabeledVideo video in unreadable ?? [])
        {
            accuracy = accuracy.With(int.MaxValue);
            perClass[video.Label] = perClass[video.Label] with { Total = perClass[video.Label].Total + 1 };
        }

        return new ClassificationReport(classes, accuracy, confusion, WorstFirst(classes, perClass));
    }

    private static ClassAccuracy[] WorstFirst(IReadOnlyList<string> classes, Accuracy[] perClass) =>
        [.. classes.Select((name, label) => new ClassAccuracy(name, perClass[label]))
            .Where(entry => entry.Top1.Total > 0)
            .OrderBy(entry => entry.Top1.Value).ThenByDescending(entry => entry.Top1.Total).ThenBy(entry => entry.Class, StringComparer.Ordinal)];
}
