namespace UcfActionRecognition.Reporting;

/// <summary>One model's or the combination's results.</summary>
internal sealed record ModelResults
{
    public ModelResults(PredictionSet set, BootstrapOptions bootstrap)
    {
        Set = set;
        Report = set.CreateReport(bootstrap);
        ByClass = Report.PerClass.ToDictionary(entry => entry.Class, entry => entry.Top1, StringComparer.Ordinal);
        Scores = set.Scores.ToDictionary(score => score.Video.Name, StringComparer.Ordinal);
    }

    public PredictionSet Set { get; }

    public ClassificationReport Report { get; }

    public IReadOnlyDictionary<string, Accuracy> ByClass { get; }

    public IReadOnlyDictionary<string, VideoScore> Scores { get; }

    public string Name => Set.Name;

    /// <summary>The classes' probabilities for a video, scaled to a sum of 1; <see langword="null"/> where it has no prediction.</summary>
    public double[]? Probabilities(string video)
    {
        if (!Scores.TryGetValue(video, out VideoScore? score))
        {
            return null;
        }

        double largest = score.LogProbabilities.Max();
        double[] shares = [.. score.LogProbabilities.Select(value => Math.Exp(value - largest))];
        double sum = shares.Sum();
        return Array.ConvertAll(shares, share => share / sum);
    }
}

/// <summary>All numbers of a report, computed once.</summary>
internal sealed class ReportResults
{
    public ReportResults(PredictionSet single, PredictionSet sequence, FusionReportOptions options)
    {
        Options = options;
        Single = new ModelResults(single, options.Bootstrap);
        Sequence = new ModelResults(sequence, options.Bootstrap);
        Combined = new ModelResults(ScoreFusion.Fuse([single, sequence], options.Fusion), options.Bootstrap);
        SpaceAndTime = ModelComparison.Create(single, sequence, options.Bootstrap);
        SingleAndCombined = ModelComparison.Create(single, Combined.Set, options.Bootstrap);
        SequenceAndCombined = ModelComparison.Create(sequence, Combined.Set, options.Bootstrap);
        Classes = [.. Single.Report.Classes.Where(Single.ByClass.ContainsKey)];
    }

    public FusionReportOptions Options { get; }

    public ModelResults Single { get; }

    public ModelResults Sequence { get; }

    public ModelResults Combined { get; }

    public IReadOnlyList<ModelResults> Models => [Single, Sequence, Combined];

    public ModelComparison SpaceAndTime { get; }

    public ModelComparison SingleAndCombined { get; }

    public ModelComparison SequenceAndCombined { get; }

    /// <summary>The classes that have videos, in the order of the labels.</summary>
    public IReadOnlyList<string> Classes { get; }

    public int Videos => Single.Set.Videos.Count;

    public string Data => Options.Data ?? Single.Set.Data ?? Sequence.Set.Data ?? "data of unknown name";

    public string Subtitle => ReportText.Line($"{Options.Date:d MMMM yyyy} · {Data} · {Single.Set.Classes.Count} classes, {Videos} videos");

    /// <summary>The weight of the single-frame model, 0 to 1.</summary>
    public double SingleWeight
    {
        get
        {
            IReadOnlyList<double> weights = Options.Fusion.Search?.Weights ?? Options.Fusion.Weights ?? [1, 1];
            return weights[0] / weights.Sum();
        }
    }
}
