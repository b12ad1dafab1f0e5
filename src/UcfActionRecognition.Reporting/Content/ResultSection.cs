namespace UcfActionRecognition.Reporting;

/// <summary>How often each model is right, and whether combining them helped.</summary>
internal static class ResultSection
{
    public static ReportSection Create(ReportResults results) => new("Results",
    [
        .. Notes(results),
        AccuracyTable(results),
        new ReportFigure(new TopKFigure(results)
        {
            Name = "topk",
            Caption = "Top-1, top-5 and top-10 accuracy of the three." + (HasIntervals(results) ? " The whiskers are confidence intervals over groups of videos." : ""),
        }),
        new ReportParagraph(HowCounted(results)),
        new ReportHeading("Did combining help?"),
        new ReportParagraph(Verdict(results)),
        ComparisonTable(results),
        new ReportParagraph(Room(results)),
    ]);

    private static bool HasIntervals(ReportResults results) => results.Single.Report.Intervals is not null;

    private static IEnumerable<ReportBlock> Notes(ReportResults results)
    {
        foreach (string remark in results.Options.Remarks)
        {
            yield return new ReportParagraph(remark, IsNote: true);
        }

        if (results.Options.MissingVideos > 0)
        {
            yield return new ReportParagraph(ReportText.Line(
                $"The lists name {ReportText.Count(results.Options.MissingVideos, "more video", "more videos")} that were not found: the numbers are of a part of the data."), IsNote: true);
        }

        foreach (ModelResults model in results.Models)
        {
            if (model.Set.Failures.Count > 0)
            {
                yield return new ReportParagraph(
                    $"{ReportText.Capital(model.Name)}: {ReportText.Count(model.Set.Failures.Count, "video has", "videos have")} no prediction and "
                    + $"{(model.Set.Failures.Count == 1 ? "counts" : "count")} as wrong, in every accuracy below: "
                    + $"{ReportText.List([.. model.Set.Failures.Select(failure => failure.Video)], 5)}.", IsNote: true);
            }
        }

        if (results.Single.Report.EmptyClasses is { Count: > 0 } empty)
        {
            yield return new ReportParagraph(
                $"{ReportText.Count(empty.Count, "class has", "classes have")} no videos, and nothing is said of {(empty.Count == 1 ? "it" : "them")}: {ReportText.List([.. empty], 8)}.", IsNote: true);
        }

        int classes = results.Single.Set.Classes.Count;
        if (classes <= 10)
        {
            yield return new ReportParagraph(
                $"With {classes} classes, {(classes <= 5 ? "top-5 and top-10 are" : "top-10 is")} right whenever there is a prediction, and "
                + $"{(classes <= 5 ? "say" : "says")} nothing of the models.", IsNote: true);
        }
    }

    private static ReportTable AccuracyTable(ReportResults results) => new(
        ReportText.Line($"Accuracy over {results.Videos} videos") + (HasIntervals(results) ? ReportText.Line($", with {100 * results.Options.Bootstrap.Confidence:0.#} % intervals") : ""),
        [
            new("Model", 1.1f), new("Right", 1.2f, true), new("Top-1", 1.75f, true), new("Top-5", 1.75f, true), new("Top-10", 1.75f, true), new("Mean of classes", 0.8f, true),
        ],
        [.. results.Models.Select(model => (IReadOnlyList<string>)
        [
            model.Name, ReportText.Line($"{model.Report.Accuracy.Top1.Correct} of {model.Report.Accuracy.Top1.Total}"),
            Cell(model.Report.Accuracy.Top1, model.Report.Intervals?.Top1), Cell(model.Report.Accuracy.Top5, model.Report.Intervals?.Top5),
            Cell(model.Report.Accuracy.Top10, model.Report.Intervals?.Top10), ReportText.Percent(model.Report.MacroAccuracy),
        ])]);

    private static string Cell(Accuracy accuracy, ConfidenceInterval? interval) =>
        ReportText.Percent(accuracy) + (interval is { } range ? ReportText.Line($" ({100 * range.Low:F1}–{100 * range.High:F1})") : "");

    private static string HowCounted(ReportResults results)
    {
        BootstrapOptions bootstrap = results.Options.Bootstrap;
        return "A video counts once: its score is the mean of the log-probabilities over its frames or windows. " + (HasIntervals(results)
            ? ReportText.Line($"Clips of one group are cut from one recording, so the intervals ({100 * bootstrap.Confidence:0.#} %) come from drawing groups with replacement, {bootstrap.Resamples} times.")
            : "There are no intervals: all videos are of one group, which says nothing about others.");
    }

    private static string Verdict(ReportResults results)
    {
        bool sequenceIsBetter = results.SpaceAndTime.Difference >= 0;
        ModelComparison gain = sequenceIsBetter ? results.SequenceAndCombined : results.SingleAndCombined;
        ModelResults better = sequenceIsBetter ? results.Sequence : results.Single;
        double difference = gain.Difference;

        // Without an interval there is one group only, and its clips may all stand or fall together.
        bool clear = gain.McNemar.PValue < 0.05 && gain.DifferenceInterval is { } range && (range.Low > 0 || range.High < 0);
        string which = $"the better of the two models ({better.Name}, {ReportText.Percent(better.Report.Accuracy.Top1)})";
        string numbers = $"{ReportText.Points(difference)} points" + (gain.DifferenceInterval is null ? "" : $" ({ReportText.Points(gain.DifferenceInterval)})")
            + $", McNemar p {(gain.McNemar.PValue < 0.001 ? "" : "= ")}{ReportText.PValue(gain.McNemar.PValue)}";
        string counts = $"it gets {ReportText.Count(gain.OnlySecond.Count, "video", "videos")} right that the {better.Name} model does not, and loses {ReportText.Line($"{gain.OnlyFirst.Count}")}";
        string combined = $"the combination ({ReportText.Percent(results.Combined.Report.Accuracy.Top1)})";
        return (clear, difference) switch
        {
            (true, > 0) => $"Yes. Against {which}, {combined} gains {numbers}: {counts}.",
            (true, < 0) => $"No, it hurt. Against {which}, {combined} loses: {numbers}; {counts}.",
            _ => $"That cannot be told from these videos. Against {which}, {combined} differs by {numbers}: {counts}. A difference of this size may be chance.",
        };
    }

    private static ReportTable ComparisonTable(ReportResults results) => new(
        "Two at a time, top-1",
        [
            new("First", 1.2f), new("Second", 1.2f), new("Only first right", 1, true), new("Only second right", 1, true),
            new("Second − first, points", 1.2f, true), new("Interval, points", 1.4f, true), new("McNemar p", 0.9f, true),
        ],
        [.. new[] { results.SpaceAndTime, results.SingleAndCombined, results.SequenceAndCombined }.Select(pair => (IReadOnlyList<string>)
        [
            pair.First, pair.Second, ReportText.Line($"{pair.OnlyFirst.Count}"), ReportText.Line($"{pair.OnlySecond.Count}"), ReportText.Points(pair.Difference),
            ReportText.Points(pair.DifferenceInterval), ReportText.PValue(pair.McNemar.PValue),
        ])]);

    private static string Room(ReportResults results) =>
        $"The two models say the same class of {ReportText.Percent(results.SpaceAndTime.Agreement)} of the videos that both have a prediction of. At least one of them is right on "
        + $"{ReportText.Percent(results.SpaceAndTime.Oracle)}: what choosing between them could reach at most. McNemar's test takes the videos as independent, "
        + "which clips of one group are not; its p-value is to be read beside the interval.";
}
