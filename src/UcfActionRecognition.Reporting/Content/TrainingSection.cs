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
        foreach ((ModelResults model, ModelRun? run, SKColor color) in new[]
        {
            (results.Single, results.Options.SingleRun, Palette.Space), (results.Sequence, results.Options.SequenceRun, Palette.Time),
        })
        {
            if (RunSection.Known(model, run) is { Epochs: { Count: > 0 } epochs })
            {
                loss.Add(Panel($"{ReportText.Capital(model.Name)}: loss", "cross entropy", color, epochs, epoch => epoch.TrainLoss, epoch => epoch.TestLoss, 1) with { FromZero = true });
                accuracy.Add(Panel($"{ReportText.Capital(model.Name)}: top-1", "top-1, %", color, epochs, epoch => epoch.TrainTop1, epoch => epoch.TestTop1, 100) with { IsShare = true });
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
                Caption = "Training by epoch, on one random frame or clip of each video: training side (while the model learns from it) and test side (after the epoch).",
            }));
        }

        return new ReportSection("Training", blocks);
    }

    private static CurvePanel Panel(
        string title, string unit, SKColor color, IReadOnlyList<EpochMetrics> epochs, Func<EpochMetrics, double?> train, Func<EpochMetrics, double?> test, double scale)
    {
        CurveSeries[] series = [new("training", color, false, Points(train)), new("test", Palette.Text, true, Points(test))];
        return new CurvePanel(title, "epoch", unit, [.. series.Where(curve => curve.Points.Count > 0)]) { WholeX = true };

        SKPoint[] Points(Func<EpochMetrics, double?> value) =>
            [.. epochs.Where(epoch => value(epoch) is not null).Select(epoch => new SKPoint(epoch.Epoch, (float)(scale * value(epoch)!.Value)))];
    }
}
