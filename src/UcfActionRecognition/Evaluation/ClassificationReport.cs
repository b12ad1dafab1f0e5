namespace UcfActionRecognition;

/// <summary>The result of a model on a set of videos: one prediction per video. Immutable.</summary>
public sealed class ClassificationReport
{
    private ClassificationReport(IReadOnlyList<string> classes, ReportCounts counts, BootstrapOptions bootstrap)
    {
        Classes = classes;
        Accuracy = counts.Accuracy;
        Intervals = counts.Intervals(bootstrap);
        Confusion = counts.Confusion;
        Unreadable = counts.Unreadable;
        PerClass = WorstFirst(classes, counts.PerClass);
        EmptyClasses = [.. classes.Where((_, label) => counts.PerClass[label].Total == 0)];
    }

    /// <summary>The classes' names.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Top-1, top-5 and top-10 over all videos.</summary>
    public TopKAccuracy Accuracy { get; }

    /// <summary>
    /// The confidence intervals of <see cref="Accuracy"/>, by a bootstrap over groups (95 % by default); <see langword="null"/> where there are fewer
    /// than two groups, which say nothing about others.
    /// </summary>
    public TopKIntervals? Intervals { get; }

    /// <summary>
    /// The mean of the classes' top-1 accuracies, 0 to 1: each class counts the same, whatever its number of videos. Classes without videos
    /// do not count; not a number where there are no videos.
    /// </summary>
    public double MacroAccuracy => PerClass.Count == 0 ? double.NaN : PerClass.Average(entry => entry.Top1.Value);

    /// <summary>Counts by actual and predicted class; videos that could not be read have no prediction and are not in it.</summary>
    public ConfusionMatrix Confusion { get; }

    /// <summary>The classes that have videos, from the worst recognised to the best; of equals the one with more videos first, then by name.</summary>
    public IReadOnlyList<ClassAccuracy> PerClass { get; }

    /// <summary>The classes that have no videos, in the order of the labels. Nothing is said of them.</summary>
    public IReadOnlyList<string> EmptyClasses { get; }

    /// <summary>The videos without a prediction, each counted as wrong.</summary>
    public IReadOnlyList<LabeledVideo> Unreadable { get; }

    /// <summary>Makes the report.</summary>
    /// <param name="classes">The classes' names, in the order of the labels.</param>
    /// <param name="scores">The videos that were read.</param>
    /// <param name="unreadable">The videos that could not be read: each counts as wrong.</param>
    /// <param name="bootstrap">How the confidence intervals are estimated.</param>
    /// <exception cref="ArgumentException">A label is no class, or a video has not one score, which is a number, for each class.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static ClassificationReport Create(
        IReadOnlyList<string> classes, IEnumerable<VideoScore> scores, IEnumerable<LabeledVideo>? unreadable = null,
        BootstrapOptions? bootstrap = null)
    {
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(scores);
        var counts = new ReportCounts(classes);
        foreach (VideoScore score in scores)
        {
            counts.Add(score);
        }

        foreach (LabeledVideo video in unreadable ?? [])
        {
            counts.AddUnreadable(video);
        }

        return new ClassificationReport(classes, counts, bootstrap ?? new BootstrapOptions());
    }

    /// <summary>The classes that are recognised best, best first; of equals the one with more videos first, then by name.</summary>
    /// <param name="count">How many, 0 or more; fewer where there are fewer classes with videos.</param>
    public IReadOnlyList<ClassAccuracy> BestClasses(int count = 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return [.. PerClass.OrderByDescending(entry => entry.Top1.Value).ThenByDescending(entry => entry.Top1.Total)
            .ThenBy(entry => entry.Class, StringComparer.Ordinal).Take(count)];
    }

    /// <summary>The classes that are recognised worst, worst first, in the order of <see cref="PerClass"/>.</summary>
    /// <param name="count">How many, 0 or more; fewer where there are fewer classes with videos.</param>
    public IReadOnlyList<ClassAccuracy> WorstClasses(int count = 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return [.. PerClass.Take(count)];
    }

    /// <summary>
    /// The largest elements of the row-normalised confusion matrix outside its diagonal; of equal shares the larger count first, then by the names of the
    /// actual and of the predicted class.
    /// </summary>
    /// <param name="count">How many, 0 or more; fewer where fewer pairs are ever confused.</param>
    public IReadOnlyList<ConfusedPair> MostConfused(int count = 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return [.. Confusion.Pairs().OrderByDescending(pair => pair.Share).ThenByDescending(pair => pair.Count)
            .ThenBy(pair => pair.Actual, StringComparer.Ordinal).ThenBy(pair => pair.Predicted, StringComparer.Ordinal).Take(count)];
    }

    private static ClassAccuracy[] WorstFirst(IReadOnlyList<string> classes, IReadOnlyList<Accuracy> perClass) =>
        [.. classes.Select((name, label) => new ClassAccuracy(name, perClass[label]))
            .Where(entry => entry.Top1.Total > 0)
            .OrderBy(entry => entry.Top1.Value).ThenByDescending(entry => entry.Top1.Total).ThenBy(entry => entry.Class, StringComparer.Ordinal)];
}
