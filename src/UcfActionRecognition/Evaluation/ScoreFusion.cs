using System.Globalization;

namespace UcfActionRecognition;

/// <summary>Combines the predictions of several models on the same videos ("late fusion").</summary>
/// <remarks>
/// Each model's score of a video is first scaled to probabilities of sum 1, so that a model whose frames disagree does not count for less. Means of
/// logarithms and of probabilities are the product and the sum rule of Kittler et al., "On combining classifiers", PAMI 20 (1998).
/// </remarks>
public static class ScoreFusion
{
    /// <summary>Combines sets of predictions. A video that one of them has no prediction of has none here either, counts as wrong, and is listed.</summary>
    /// <param name="sets">One or more sets on the same videos, in any order of the videos.</param>
    /// <param name="options">Rule and weights; by default the mean of log-probabilities with equal weights.</param>
    /// <returns>The combination, with the videos in the first set's order and log-probabilities that are normalised.</returns>
    /// <exception cref="PredictionsException">
    /// The sets differ in videos, classes, the order of classes, or the data that their models were trained on; or the weights were searched on groups that are
    /// now scored, for other models or with another rule.
    /// </exception>
    /// <exception cref="ArgumentException">There is no set, or the weights are not one for each set, finite, not negative and not all 0.</exception>
    public static PredictionSet Fuse(IReadOnlyList<PredictionSet> sets, ScoreFusionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(sets);
        options ??= new ScoreFusionOptions();
        if (sets.Count == 0)
        {
            throw new ArgumentException("There is nothing to combine; one or more sets of predictions are expected.", nameof(sets));
        }

        PredictionChecks.CheckTogether(sets);
        CheckSearch(sets, options);
        var scores = new FusionScores(sets, options.Rule);
        double[] weights = Normalized(options.Search?.Weights ?? options.Weights, sets.Count);
        VideoScore[] fused = [.. scores.Videos.Select((video, index) => new VideoScore(video, scores.Fuse(index, weights), 1))];
        return PredictionSet.Create(options.Name, sets[0].Classes, sets[0].Videos, fused, scores.Missing) with
        {
            ModelHash = Describe(sets, options.Rule, weights),
            Kind = PredictionKind.FusedLogProbabilities,
            Data = sets.Select(set => set.Data).FirstOrDefault(data => data is not null),
        };
    }

    /// <summary>
    /// Finds the weight with the best top-1 accuracy, by trying all of a grid. Search on videos that neither model was trained on and that are not
    /// scored afterwards: groups held out from the training side (<see cref="ActionDataset.HoldOut(int)"/>).
    /// </summary>
    /// <param name="first">The first model's predictions of the held-out videos.</param>
    /// <param name="second">The second model's predictions of the same videos.</param>
    /// <param name="rule">What is averaged.</param>
    /// <param name="steps">Steps from 0 to 1, at least 2: 20 (the default) tries 0, 0.05, ..., 1.</param>
    /// <exception cref="PredictionsException">The sets do not belong together, or no video has a prediction of both.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="steps"/> is below 2, or the rule is none.</exception>
    public static FusionWeightSearch FindWeight(
        PredictionSet first, PredictionSet second, FusionRule rule = FusionRule.LogProbabilities, int steps = 20)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        PredictionChecks.CheckTogether([first, second]);
        var scores = new FusionScores([first, second], rule);
        if (scores.Videos.Count == 0)
        {
            throw new PredictionsException($"'{first.Name}' and '{second.Name}' have no video in common to search a weight on.");
        }

        FusionWeightPoint[] curve = [.. Enumerable.Range(0, steps + 1).Select(step => scores.Try((double)step / steps, first.Videos.Count))];
        int best = 0;
        for (int step = 1; step <= steps; step++)
        {
            long gain = curve[step].Top1.Correct - curve[best].Top1.Correct;
            bool closer = Math.Abs((2 * step) - steps) < Math.Abs((2 * best) - steps);
            best = gain > 0 || (gain == 0 && closer) ? step : best;
        }

        return new FusionWeightSearch(curve[best].Weight, curve)
        {
            Rule = rule,
            Groups = first.Videos.Select(video => video.Group).ToHashSet(StringComparer.Ordinal),
            ModelHashes = [first.ModelHash, second.ModelHash],
        };
    }

    private static void CheckSearch(IReadOnlyList<PredictionSet> sets, ScoreFusionOptions options)
    {
        if (options.Search is not { } search)
        {
            return;
        }

        if (options.Weights is not null)
        {
            throw new ArgumentException($"Both {nameof(options.Weights)} and {nameof(options.Search)} are set; set one of them.", nameof(options));
        }

        if (search.Rule != options.Rule)
        {
            throw new PredictionsException($"The weight was searched for the rule {search.Rule}; the sets are combined by {options.Rule}.");
        }

        if (!search.ModelHashes.SequenceEqual(sets.Select(set => set.ModelHash), StringComparer.Ordinal))
        {
            throw new PredictionsException(
                $"The weight was searched for the models {string.Join(" and ", search.ModelHashes)}; the sets are of {string.Join(" and ", sets.Select(set => set.ModelHash))}.");
        }

        string[] both = [.. sets[0].Videos.Select(video => video.Group).Distinct(StringComparer.Ordinal).Where(search.Groups.Contains)];
        if (both.Length > 0)
        {
            throw new PredictionsException(
                $"The weight was searched on groups that are now scored: {PredictionChecks.List(both)}. Search it on groups held out from the training side.");
        }
    }

    // Rule and weights are part of what made the predictions: files of other weights are another model's.
    private static string Describe(IReadOnlyList<PredictionSet> sets, FusionRule rule, double[] weights) =>
        $"{rule}({string.Join(" + ", sets.Select((set, i) => string.Create(CultureInfo.InvariantCulture, $"{weights[i]} * {set.ModelHash}")))})";

    private static double[] Normalized(IReadOnlyList<double>? weights, int sets)
    {
        double[] given = weights is null ? [.. Enumerable.Repeat(1.0, sets)] : [.. weights];
        double sum = given.Sum();
        return given.Length == sets && Array.TrueForAll(given, weight => weight >= 0) && sum > 0 && double.IsFinite(sum)
            ? Array.ConvertAll(given, weight => weight / sum)
            : throw new ArgumentException(
                $"The weights are {string.Join(", ", given.Select(weight => weight.ToString(CultureInfo.InvariantCulture)))}; "
                + $"expected {sets}, one for each set, finite, not negative and not all 0.", nameof(weights));
    }
}
