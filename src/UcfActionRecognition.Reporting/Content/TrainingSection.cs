using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>How the training went.</summary>
internal static class TrainingSection
{
    public static ReportSection Create(ReportResults results)
    {
        var blocks = new List<ReportBlock>();
        var loss = new List<CurvePanel>();
        var accuracy = new List<CurvePanel>();
        var sides = new List<string>();
        foreach ((ModelResults model, ModelRun? run, SKColor color) in new[]
        {
            (results.Single, results.Options.SingleRun, Palette.Space), (results.Sequence, results.Options.SequenceRun, Palette.Time),
        })
        {
            if (RunSection.Known(model, run) is { Epochs.Count: > 0 } known)
            {
                loss.Add(Panel($"{ReportText.Capital(model.Name)}: loss", "cross entropy", color, known, epoch => epoch.TrainLoss, epoch => epoch.ValidationLoss, 1) with { FromZero = true });
                accuracy.Add(Panel($"{ReportText.Capital(model.Name)}: top-1", "top-1, %", color, known, epoch => epoch.TrainTop1, epoch => epoch.ValidationTop1, 100) with { IsShare = true });
                if (known.ValidatedOn is { } side && known.Epochs.Any(epoch => epoch.ValidationLoss is not null || epoch.ValidationTop1 is not null))
                {
                    sides.Add($"{model.Name}: {side}");
                }
            }
            else
            {
                blocks.Add(new ReportParagraph($"{ReportText.Capital(model.Name)}: no curves; the metrics of this model's training were not found.", IsNote: true));
            }
        }

        if (loss.Count > 0)
        {
            blocks.Add(new ReportFigure(new CurveFigure([.. loss, .. accuracy], loss.Count)
            {
                Name = "training",
                Caption = "Training by epoch, on the clips that the recipe draws of each video: training side (while the model learns from it) and validation (after the epoch"
                    + $"{string.Concat(sides.Select(side => $"; {side}"))}).",
            }));
        }

        return new ReportSection("Training", blocks);
    }

    private static string LegendOf(ModelRun run) => TextFlow.Shorten(TextFlow.Clean(run.ValidatedOn ?? "validation"), 120, 7.5f);

    private static CurvePanel Panel(
        string title, string unit, SKColor color, ModelRun run, Func<EpochMetrics, double?> train, Func<EpochMetrics, double?> validation, double scale)
    {
        CurveSeries[] series = [new("training", color, false, Points(train)), new(LegendOf(run), Palette.Text, true, Points(validation))];
        return new CurvePanel(title, "epoch", unit, [.. series.Where(curve => curve.Points.Count > 0)]) { WholeX = true };

        SKPoint[] Points(Func<EpochMetrics, double?> value) =>
            [.. run.Epochs.Where(epoch => value(epoch) is not null).Select(epoch => new SKPoint(epoch.Epoch, (float)(scale * value(epoch)!.Value)))];
    }
}
