using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>Bars of the top-1, top-5 and top-10 accuracies with their intervals.</summary>
internal sealed class TopKFigure(ReportResults results) : Figure
{
    private const float Bar = 13;
    private const float Group = (3 * Bar) + 14;
    private const float LabelWidth = 92;
    private const float ValueWidth = 44;

    public override SKSize Size => new(FullWidth, 18 + (3 * Group) + 16);

    public override void Draw(Pen pen)
    {
        var axis = new Axis(0, 100, 20);
        var area = new PlotArea(new SKRect(40 + LabelWidth, 4, FullWidth - ValueWidth, 4 + (3 * Group)), axis, axis);
        foreach (double tick in axis.Ticks)
        {
            pen.Line(area.MapX(tick), area.Rect.Top, area.MapX(tick), area.Rect.Bottom, Palette.Rule, 0.4f);
            pen.Text(axis.Label(tick) + " %", area.MapX(tick), area.Rect.Bottom + 11, 7.5f, Palette.Muted, Align.Center);
        }

        DrawGroup(pen, area, 0, "top-1", report => report.Accuracy.Top1, report => report.Intervals?.Top1);
        DrawGroup(pen, area, 1, "top-5", report => report.Accuracy.Top5, report => report.Intervals?.Top5);
        DrawGroup(pen, area, 2, "top-10", report => report.Accuracy.Top10, report => report.Intervals?.Top10);
    }

    private void DrawGroup(
        Pen pen, PlotArea area, int group, string title, Func<ClassificationReport, Accuracy> accuracy, Func<ClassificationReport, ConfidenceInterval?> interval)
    {
        float top = area.Rect.Top + (group * Group) + 7;
        pen.Text(title, 0, top + (1.5f * Bar) + 3, 9, bold: true);
        for (int i = 0; i < results.Models.Count; i++)
        {
            ModelResults model = results.Models[i];
            float y = top + (i * Bar);
            double value = 100 * accuracy(model.Report).Value;
            pen.Text(TextFlow.Shorten(TextFlow.Clean(model.Name), LabelWidth - 4, 8), area.Rect.Left - 5, y + 9, 8, align: Align.Right);
            pen.Fill(new SKRect(area.Rect.Left, y + 1, area.MapX(value), y + Bar - 1), Palette.Models[i]);
            float end = area.MapX(value);
            if (interval(model.Report) is { } range)
            {
                float low = area.MapX(100 * range.Low);
                end = Math.Max(end, area.MapX(100 * range.High));
                pen.Line(low, y + (Bar / 2), area.MapX(100 * range.High), y + (Bar / 2), Palette.Text, 0.9f);
                pen.Line(low, y + 4, low, y + Bar - 4, Palette.Text, 0.9f);
                pen.Line(area.MapX(100 * range.High), y + 4, area.MapX(100 * range.High), y + Bar - 4, Palette.Text, 0.9f);
            }

            pen.Text(ReportText.Percent(value / 100), end + 5, y + 9, 8, bold: true);
        }
    }
}
