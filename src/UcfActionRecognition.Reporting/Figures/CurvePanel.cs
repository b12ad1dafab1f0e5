using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>One line of a panel.</summary>
internal sealed record CurveSeries(string Name, SKColor Color, bool Dashed, IReadOnlyList<SKPoint> Points);

/// <summary>A plot of lines over one variable.</summary>
internal sealed record CurvePanel(string Title, string XTitle, string YTitle, IReadOnlyList<CurveSeries> Series)
{
    /// <summary>A vertical line at this place.</summary>
    public double? Marker { get; init; }

    public string MarkerText { get; init; } = "";

    /// <summary>Whether the values are shares in percent.</summary>
    public bool IsShare { get; init; }

    /// <summary>Whether the axis begins at 0.</summary>
    public bool FromZero { get; init; }

    /// <summary>Whether the variable is a whole number.</summary>
    public bool WholeX { get; init; }

    public void Draw(Pen pen, SKRect bounds)
    {
        float top = bounds.Top + (Title.Length > 0 ? 16 : 2);
        pen.Text(TextFlow.Shorten(TextFlow.Clean(Title), bounds.Width - 20, 8.5f, bold: true), bounds.Left + 36, bounds.Top + 9, 8.5f, bold: true);
        float legend = DrawLegend(pen, bounds.Left + 36, top + 7, bounds.Right - 8);
        var area = new PlotArea(new SKRect(bounds.Left + 36, legend, bounds.Right - 10, bounds.Bottom - 28), XAxis(), YAxis());
        area.DrawAxes(pen, XTitle, YTitle);
        if (Marker is { } marker)
        {
            float x = area.MapX(marker);
            pen.Line(x, area.Rect.Top, x, area.Rect.Bottom, Palette.Space, 0.9f, dashed: true);
            bool left = marker > (area.X.Low + area.X.High) / 2;
            pen.Text(MarkerText, left ? x - 3 : x + 3, area.Rect.Bottom - 5, 7.5f, Palette.Space, left ? Align.Right : Align.Left);
        }

        foreach (CurveSeries series in Series)
        {
            SKPoint[] points = [.. series.Points.Select(area.Map)];
            pen.Curve(points, series.Color, 1.3f, series.Dashed);
            if (points.Length <= 30)
            {
                foreach (SKPoint point in points)
                {
                    pen.Dot(point.X, point.Y, 1.8f, series.Color);
                }
            }
        }
    }

    private IEnumerable<SKPoint> All => Series.SelectMany(series => series.Points);

    private Axis XAxis()
    {
        double[] values = [.. All.Select(point => (double)point.X)];
        return WholeX ? Axis.Covering(values, whole: true, floor: 0) : new Axis(values.Min(), values.Max(), (values.Max() - values.Min()) / 10);
    }

    private Axis YAxis()
    {
        IEnumerable<double> values = All.Select(point => (double)point.Y);
        values = FromZero ? values.Append(0) : values;
        return IsShare ? Axis.Covering(values, floor: 0, ceiling: 100) : Axis.Covering(values);
    }

    // Returns where the plot may begin.
    private float DrawLegend(Pen pen, float left, float y, float right)
    {
        float x = left;
        foreach (CurveSeries series in Series)
        {
            float width = 22 + Pen.Width(series.Name, 7.5f) + 12;
            if (x > left && x + width > right)
            {
                x = left;
                y += 11;
            }

            pen.Curve([new SKPoint(x, y - 2.5f), new SKPoint(x + 17, y - 2.5f)], series.Color, 1.3f, series.Dashed);
            pen.Text(series.Name, x + 22, y, 7.5f, Palette.Text);
            x += width;
        }

        return y + 9;
    }
}
