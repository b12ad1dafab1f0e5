namespace UcfActionRecognition.Reporting;

/// <summary>What is taken for what.</summary>
internal static class ConfusionSection
{
    private const int Shown = 10;

    private static readonly string[] FigureNames = ["confusion-single", "confusion-sequence", "confusion-combined"];

    public static ReportSection Create(ReportResults results) => new("Confusions",
    [
        new ReportParagraph(InCommon(results)),
        .. results.Models.Select(model => Pairs(model)),
        .. results.Models.Select((model, i) => new ReportFigure(new ConfusionFigure(model.Report.Confusion)
        {
            Name = FigureNames[i],
            Caption = $"{ReportText.Capital(model.Name)}: what videos of a class (row) are taken for (column), as a share of the row's videos that have a prediction."
                + (model.Report.EmptyClasses.Count > 0 || EmptyRows(model) ? " Rows without such videos are grey." : ""),
        })),
    ]);

    private static bool EmptyRows(ModelResults model) => model.Set.Videos.Select(video => video.Label).Distinct().Count()
        != model.Set.Scores.Select(score => score.Video.Label).Distinct().Count();

    private static ReportBlock Pairs(ModelResults model)
    {
        IReadOnlyList<ConfusedPair> pairs = model.Report.MostConfused(Shown);
        return pairs.Count == 0
            ? new ReportParagraph($"{ReportText.Capital(model.Name)}: no video with a prediction is taken for another class.")
            : new ReportTable(
                $"{ReportText.Capital(model.Name)}: the most confused pairs",
                [new("Shows", 1.5f), new("Is taken for", 1.5f), new("Videos", 0.7f, true), new("Share of the class", 0.9f, true), new("The surest example, its probability", 2.6f)],
                [.. pairs.Select(pair => Row(model, pair))]);
    }

    private static IReadOnlyList<string> Row(ModelResults model, ConfusedPair pair)
    {
        (string Name, double Sure) example = model.Set.Scores
            .Where(score => model.Set.Classes[score.Video.Label] == pair.Actual && model.Set.Classes[score.Predicted] == pair.Predicted)
            .Select(score => (score.Video.Name, Sure: model.Probabilities(score.Video.Name)![score.Predicted]))
            .OrderByDescending(entry => entry.Sure).ThenBy(entry => entry.Name, StringComparer.Ordinal).First();
        string file = example.Name[(example.Name.LastIndexOf('/') + 1)..];
        return [pair.Actual, pair.Predicted, ReportText.Line($"{pair.Count}"), ReportText.Percent(pair.Share), ReportText.Line($"{file} ({100 * example.Sure:F0} %)")];
    }

    private static string InCommon(ReportResults results)
    {
        string[][] lists = [.. results.Models.Select(model => model.Report.MostConfused(Shown).Select(pair => $"{pair.Actual} as {pair.Predicted}").ToArray())];
        string[] all = [.. lists[0].Where(pair => lists[1].Contains(pair) && lists[2].Contains(pair))];
        string[] onlySingle = [.. lists[0].Where(pair => !lists[1].Contains(pair) && !lists[2].Contains(pair))];
        string[] onlySequence = [.. lists[1].Where(pair => !lists[0].Contains(pair) && !lists[2].Contains(pair))];
        string most = ReportText.Line($"Of the {Shown} most confused pairs of each, the largest elements of the row-normalised matrices outside the diagonal: ");
        return most + $"in all three lists: {Some(all)}; with {results.Single.Name} alone: {Some(onlySingle)}; with {results.Sequence.Name} alone: {Some(onlySequence)}. "
            + "Pairs that both models confuse look and move alike; pairs of one list alone are told apart better by the other model.";

        static string Some(string[] pairs) => pairs.Length == 0 ? "none" : ReportText.List(pairs, 4);
    }
}
