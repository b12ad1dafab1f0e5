using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>How the models were combined.</summary>
internal static class WeightSection
{
    public static ReportSection Create(ReportResults results)
    {
        ScoreFusionOptions fusion = results.Options.Fusion;
        string rule = fusion.Rule == FusionRule.LogProbabilities ? "log-probabilities" : "probabilities";
        string weight = ReportText.Line($"The combination is the weighted mean of the models' {rule}: {results.SingleWeight:0.##} for {results.Single.Name}, {1 - results.SingleWeight:0.##} for {results.Sequence.Name}. ");
        string origin = fusion.Search is not null
            ? "The weight was searched on groups held out from the training side, which are not among the videos scored here."
            : "The weight was set beforehand and not searched.";
        List<ReportBlock> blocks = [new ReportParagraph(weight + origin)];
        bool both = results.Combined.Set.Scores.Count > 0;
        FusionWeightSearch? test = both ? ScoreFusion.FindWeight(results.Single.Set, results.Sequence.Set, fusion.Rule) : null;
        if (test is null)
        {
            blocks.Add(new ReportParagraph("No video has a prediction of both models: there is no curve of weights.", IsNote: true));
        }
        else
        {
            blocks.Add(new ReportFigure(Figure(results, test)));
        }

        return new ReportSection("The weight of space and time", blocks);
    }

    private static CurveFigure Figure(ReportResults results, FusionWeightSearch test)
    {
        List<CurveSeries> series = [new("the videos of this report", Palette.Both, false, Points(test))];
        if (results.Options.Fusion.Search is { } search)
        {
            series.Add(new CurveSeries("held-out groups, on which the weight was chosen", Palette.Muted, true, Points(search)));
        }

        var panel = new CurvePanel(
            "", ReportText.Line($"weight of {results.Single.Name} (0: {results.Sequence.Name} alone, 1: {results.Single.Name} alone)"), "top-1, %", series)
        {
            Marker = results.SingleWeight,
            MarkerText = "used",
            IsShare = true,
        };
        return new CurveFigure([panel], 1)
        {
            Name = "weight",
            Caption = "Top-1 accuracy by the weight of the single-frame model. The curve of the report's own videos is shown for judgement; the weight was not chosen on it.",
        };
    }

    private static SKPoint[] Points(FusionWeightSearch search) =>
        [.. search.Curve.Select(point => new SKPoint((float)point.Weight, (float)(100 * point.Top1.Value)))];
}
