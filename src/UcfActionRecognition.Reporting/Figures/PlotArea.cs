using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>A rectangle with two axes.</summary>
internal sealed record PlotArea(SKRect Rect, Axis X, Axis Y)
{
    private const float TickSize = 7.5f;

    public float MapX(double value) => Rect.Left + (X.Place(value) * Rect.Width);

    public float MapY(double value) => Rect.Bottom - (Y.Place(value) * Rect.Height);

    public SKPoint Map(SKPoint point) => new(MapX(point.X), MapY(point.Y));

    public void DrawAxes(Pen pen, string xTitle, string yTitle)
    {
        foreach (double tick in Y.Ticks)
        {
            pen.Line(Rect.Left, MapY(tick), Rect.Right, MapY(tick), Palette.Rule, 0.4f);
            pen.Text(Y.Label(tick), Rect.Left - 4, MapY(tick) + 2.7f, TickSize, Palette.Muted, Align.Right);
        }

        foreach (double tick in X.Ticks)
        {
            pen.Line(MapX(tick), Rect.Bottom, MapX(tick), Rect.Bottom + 3, Palette.Muted, 0.5f);
            pen.Text(X.Label(tick), MapX(tick), Rect.Bottom + 11, TickSize, Palette.Muted, Align.Center);
        }

        pen.Line(Rect.Left, Rect.Bottom, Rect.Right, Rect.Bottom, Palette.Muted, 0.7f);
        pen.Text(TextFlow.Shorten(TextFlow.Clean(xTitle), Rect.Width + 30, 8), Rect.MidX, Rect.Bottom + 23, 8, Palette.Muted, Align.Center);
        pen.TextUpwards(TextFlow.Shorten(TextFlow.Clean(yTitle), Rect.Height + 20, 8), Rect.Left - 28, Rect.MidY, 8, Palette.Muted, Align.Center);
    }
}
