namespace UcfActionRecognition;

/// <summary>The normalised scores of several sets, video by video, ready to be averaged.</summary>
internal sealed class FusionScores
{
    private readonly FusionRule _rule;
    private readonly List<double[][]> _logProbabilities = [];
    private readonly List<LabeledVideo> _videos = [];
    private readonly List<VideoFailure> _missing = [];

    /// <summary>Lines the sets up by the first one's videos.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rule is none.</exception>
    public FusionScores(IReadOnlyList<PredictionSet> sets, FusionRule rule)
    {
        _rule = Enum.IsDefined(rule) ? rule : throw new ArgumentOutOfRangeException(nameof(rule), rule, "The rule is not one of FusionRule.");
        Dictionary<string, VideoScore>[] byName =
            [.. sets.Select(set => set.Scores.ToDictionary(score => score.Video.Name, StringComparer.Ordinal))];
        foreach (LabeledVideo video in sets[0].Videos)
        {
            string[] without = [.. sets.Where((_, i) => !byName[i].ContainsKey(video.Name)).Select(set => set.Name)];
            if (without.Length > 0)
            {
                _missing.Add(new VideoFailure(video.Name, $"'{video.Name}' has no prediction by {PredictionChecks.List(without)}."));
                continue;
            }

            _videos.Add(video);
            _logProbabilities.Add([.. byName.Select(scores => Scores.LogSoftmax([.. scores[video.Name].LogProbabilities]))]);
        }
    }

    /// <summary>The videos that all sets have a prediction of.</summary>
    public IReadOnlyList<LabeledVideo> Videos => _videos;

    /// <summary>The other videos, and which sets have no prediction of them.</summary>
    public IReadOnlyList<VideoFailure> Missing => _missing;

    /// <summary>The combined log-probabilities of a video.</summary>
    /// <param name="index">The video's index in <see cref="Videos"/>.</param>
    /// <param name="weights">A weight for each set, with a sum of 1.</param>
    public double[] Fuse(int index, ReadOnlySpan<double> weights)
    {
        double[][] sets = _logProbabilities[index];
        var fused = new double[sets[0].Length];
        for (int label = 0; label < fused.Length; label++)
        {
            fused[label] = _rule == FusionRule.LogProbabilities ? MeanOfLogs(sets, label, weights) : LogOfMean(sets, label, weights);
        }

        return Scores.LogSoftmax(fused);
    }

    /// <summary>The accuracy of the first two sets with a weight.</summary>
    /// <param name="weight">The first set's weight, 0 to 1.</param>
    /// <param name="total">All videos; those without a prediction are wrong.</param>
    public FusionWeightPoint Try(double weight, int total)
    {
        int correct = 0;
        for (int i = 0; i < _videos.Count; i++)
        {
            correct += Scores.Best(Fuse(i, [weight, 1 - weight])) == _videos[i].Label ? 1 : 0;
        }

        return new FusionWeightPoint(weight, new Accuracy(correct, total));
    }

    private static double MeanOfLogs(double[][] sets, int label, ReadOnlySpan<double> weights)
    {
        double sum = 0;
        for (int i = 0; i < sets.Length; i++)
        {
            sum += weights[i] * sets[i][label];
        }

        return sum;
    }

    // The largest term is shifted out: probabilities below 1e-308 would be 0, and their logarithm no number.
    private static double LogOfMean(double[][] sets, int label, ReadOnlySpan<double> weights)
    {
        double max = double.NegativeInfinity;
        for (int i = 0; i < sets.Length; i++)
        {
            max = weights[i] > 0 ? Math.Max(max, sets[i][label]) : max;
        }

        double sum = 0;
        for (int i = 0; i < sets.Length; i++)
        {
            sum += weights[i] > 0 ? weights[i] * Math.Exp(sets[i][label] - max) : 0;
        }

        return max + Math.Log(sum);
    }
}
