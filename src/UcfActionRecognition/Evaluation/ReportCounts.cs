namespace UcfActionRecognition;

/// <summary>What a <see cref="ClassificationReport"/> counts, video by video.</summary>
internal sealed class ReportCounts(IReadOnlyList<string> classes)
{
    private static readonly int[] Ranks = [1, 5, 10];

    private readonly Accuracy[] _perClass = new Accuracy[classes.Count];
    private readonly List<LabeledVideo> _unreadable = [];
    private readonly List<(string Group, long[] Counts)> _videos = [];

    public TopKAccuracy Accuracy { get; private set; }

    public ConfusionMatrix Confusion { get; } = new(classes);

    public IReadOnlyList<Accuracy> PerClass => _perClass;

    public IReadOnlyList<LabeledVideo> Unreadable => _unreadable;

    /// <exception cref="ArgumentException">The label is no class, there is not one score for each class, or a score is not a number.</exception>
    public void Add(VideoScore score)
    {
        if (score.LogProbabilities.Count != classes.Count)
        {
            throw new ArgumentException($"'{score.Video.Name}' has {score.LogProbabilities.Count} scores; there are {classes.Count} classes.");
        }

        CheckLabel(score.Video);
        double[] logProbabilities = [.. score.LogProbabilities];
        if (Array.Exists(logProbabilities, double.IsNaN))
        {
            throw new ArgumentException($"'{score.Video.Name}' has scores that are not numbers; nothing can be said of their order.");
        }

        Count(score.Video, Scores.Rank<double>(logProbabilities, score.Video.Label));
        Confusion.Add(score.Video.Label, Scores.Best(logProbabilities));
    }

    /// <exception cref="ArgumentException">The label is no class.</exception>
    public void AddUnreadable(LabeledVideo video)
    {
        CheckLabel(video);
        Count(video, int.MaxValue);
        _unreadable.Add(video);
    }

    public TopKIntervals? Intervals(BootstrapOptions options) =>
        GroupBootstrap.Estimate(_videos, Ranks.Length, options) is [var top1, var top5, var top10] ? new TopKIntervals(top1, top5, top10) : null;

    private void Count(LabeledVideo video, int rank)
    {
        Accuracy = Accuracy.With(rank);
        Accuracy ofClass = _perClass[video.Label];
        _perClass[video.Label] = new Accuracy(ofClass.Correct + (rank == 0 ? 1 : 0), ofClass.Total + 1);
        _videos.Add((video.Group, [.. Ranks.Select(most => rank < most ? 1L : 0)]));
    }

    private void CheckLabel(LabeledVideo video)
    {
        if ((uint)video.Label >= (uint)classes.Count)
        {
            throw new ArgumentException($"'{video.Name}' has the label {video.Label}; there are {classes.Count} classes, 0 to {classes.Count - 1}.");
        }
    }
}
