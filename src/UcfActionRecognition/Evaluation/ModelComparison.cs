namespace UcfActionRecognition;

/// <summary>Two models on the same videos: where they agree, which is better, and at what. Immutable.</summary>
public sealed class ModelComparison
{
    private ModelComparison(string first, string second, IReadOnlyList<ComparedVideo> videos)
    {
        First = first;
        Second = second;
        Videos = videos;
        OnlyFirst = [.. videos.Where(video => video.FirstIsRight && !video.SecondIsRight)];
        OnlySecond = [.. videos.Where(video => video.SecondIsRight && !video.FirstIsRight)];
        Neither = [.. videos.Where(video => !video.FirstIsRight && !video.SecondIsRight)];
        McNemar = McNemarTest.Exact(OnlyFirst.Count, OnlySecond.Count);
    }

    /// <summary>The first set's name.</summary>
    public string First { get; }

    /// <summary>The second set's name.</summary>
    public string Second { get; }

    /// <summary>All videos, in the first set's order.</summary>
    public IReadOnlyList<ComparedVideo> Videos { get; }

    /// <summary>The videos that only the first model gets right.</summary>
    public IReadOnlyList<ComparedVideo> OnlyFirst { get; }

    /// <summary>The videos that only the second model gets right.</summary>
    public IReadOnlyList<ComparedVideo> OnlySecond { get; }

    /// <summary>The videos that neither model gets right.</summary>
    public IReadOnlyList<ComparedVideo> Neither { get; }

    /// <summary>
    /// How often both models say the same class, right or wrong, over the videos that both have a prediction of: the accuracy of one if the other
    /// were the truth.
    /// </summary>
    public Accuracy Agreement => new(
        Videos.Count(video => video.First is not null && video.First == video.Second), Videos.Count(video => video.First is not null && video.Second is not null));

    /// <summary>The accuracy of an oracle that always picks the model that is right, if one is: what no fusion by choice can exceed.</summary>
    public Accuracy Oracle => new(Videos.Count - Neither.Count, Videos.Count);

    /// <summary>Whether one of them is right more often than by chance.</summary>
    public McNemarTest McNemar { get; }

    /// <summary>The second model's top-1 accuracy less the first one's, -1 to 1; not a number where there are no videos.</summary>
    public double Difference => (double)(OnlySecond.Count - OnlyFirst.Count) / Videos.Count;

    /// <summary>The confidence interval of <see cref="Difference"/>, over groups; <see langword="null"/> where there are fewer than two.</summary>
    public ConfidenceInterval? DifferenceInterval { get; private init; }

    /// <summary>
    /// The classes that have videos, from the one at which the first model wins by most to the one at which the second does; of equals by name.
    /// </summary>
    public IReadOnlyList<ClassDifference> PerClass { get; private init; } = [];

    /// <summary>Compares two sets on the same videos; a video without a prediction is wrong.</summary>
    /// <param name="first">The first model's predictions.</param>
    /// <param name="second">The second model's predictions.</param>
    /// <param name="bootstrap">How <see cref="DifferenceInterval"/> is estimated.</param>
    /// <exception cref="PredictionsException">The sets differ in videos, classes, the order of classes, or the data that their models were trained on.</exception>
    public static ModelComparison Create(PredictionSet first, PredictionSet second, BootstrapOptions? bootstrap = null)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        PredictionChecks.CheckTogether([first, second]);
        Dictionary<string, int> firstPredicted = Predicted(first);
        Dictionary<string, int> secondPredicted = Predicted(second);
        ComparedVideo[] videos = [.. first.Videos.Select(video => new ComparedVideo(video, Of(firstPredicted, video), Of(secondPredicted, video)))];
        return new ModelComparison(first.Name, second.Name, videos)
        {
            PerClass = Classes(first.Classes, videos),
            DifferenceInterval = GroupBootstrap.Estimate(
                videos.Select(video => (video.Video.Group, (long)(video.SecondIsRight ? 1 : 0) - (video.FirstIsRight ? 1 : 0))), bootstrap ?? new BootstrapOptions()),
        };

        static int? Of(Dictionary<string, int> predicted, LabeledVideo video) => predicted.TryGetValue(video.Name, out int label) ? label : null;
    }

    private static Dictionary<string, int> Predicted(PredictionSet set) =>
        set.Scores.ToDictionary(score => score.Video.Name, score => score.Predicted, StringComparer.Ordinal);

    private static ClassDifference[] Classes(IReadOnlyList<string> classes, ComparedVideo[] videos) =>
        [.. videos.GroupBy(video => video.Video.Label).Select(group => OfClass(classes[group.Key], [.. group]))
            .OrderBy(entry => entry.Difference).ThenBy(entry => entry.Class, StringComparer.Ordinal)];

    private static ClassDifference OfClass(string name, ComparedVideo[] videos) => new(
        name,
        new Accuracy(videos.Count(video => video.FirstIsRight), videos.Length),
        new Accuracy(videos.Count(video => video.SecondIsRight), videos.Length),
        [.. videos.Where(video => video.FirstIsRight && !video.SecondIsRight)],
        [.. videos.Where(video => video.SecondIsRight && !video.FirstIsRight)]);
}
