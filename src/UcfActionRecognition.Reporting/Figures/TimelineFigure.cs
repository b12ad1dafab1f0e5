using System.Globalization;
using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>Probabilities of a few classes over the time of a video, and above them the best class of each moment.</summary>
internal sealed class TimelineFigure : Figure
{
    private const float Left = 40;
    private const float StripHeight = 13;
    private const float LegendSize = 7.5f;

    // From here on the axis says minutes and seconds.
    private const double LongSeconds = 120;

    private readonly string _title;
    private readonly IReadOnlyList<WindowClassification> _windows;
    private readonly Dictionary<int, SKColor> _colors = [];
    private readonly bool _hasSeconds;

    public TimelineFigure(string title, IReadOnlyList<WindowClassification> windows, int classes)
    {
        (_title, _windows) = (title, windows);
        _hasSeconds = windows[0].FramesPerSecond is not null;
        IReadOnlyList<string> names = windows[0].Probabilities.Classes;
        IEnumerable<int> most = Enumerable.Range(0, names.Count)
            .OrderByDescending(label => windows.Average(window => window.Probabilities.Values[label])).Take(classes);
        foreach (int label in most)
        {
            _colors[label] = Palette.Classes[_colors.Count];
        }
    }

    public override SKSize Size => new(FullWidth, 230);

    public override void Draw(Pen pen)
    {
        pen.Text(TextFlow.Shorten(TextFlow.Clean(_title), FullWidth - Left - 10, 8.5f, bold: true), Left, 11, 8.5f, bold: true);
        float strip = DrawLegend(pen, 24);
        Axis time = TimeAxis();
        var area = new PlotArea(
            new SKRect(Left, strip + StripHeight + 8, FullWidth - 12, Size.Height - 30), time, new Axis(0, 100, 25));
        area.DrawAxes(pen, !_hasSeconds ? "frame" : time.Name is null ? "time, s" : "time, min:s", "probability, %");
        foreach (TimelineSegment segment in TimelineSegment.Join(_windows))
        {
            DrawSegment(pen, area, segment, strip);
        }

        // The best class last, so that it lies above the others.
        foreach ((int label, SKColor color) in _colors.Reverse())
        {
            pen.Curve(Points(area, label), color, 1.4f);
        }
    }

    private Axis TimeAxis()
    {
        double end = _hasSeconds ? _windows[^1].EndSeconds!.Value : _windows[^1].EndFrame;
        if (!_hasSeconds || end <= LongSeconds)
        {
            return Axis.Covering([0, end], whole: !_hasSeconds) with { Low = 0, High = end };
        }

        double[] steps = [15, 30, 60, 120, 300, 600, 900, 1800, 3600];
        double step = Array.Find(steps, step => end / step <= 10) is > 0 and var fits ? fits : Math.Ceiling(end / 36_000) * 3600;
        return new Axis(0, end, step) { Name = MinutesAndSeconds };
    }

    private static string MinutesAndSeconds(double seconds)
    {
        var time = TimeSpan.FromSeconds(seconds);
        return time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture);
    }

    private double Place(int frame) => _hasSeconds ? frame / _windows[0].FramesPerSecond!.Value : frame;

    // At the middle of each window; flat to the ends of the video.
    private List<SKPoint> Points(PlotArea area, int label)
    {
        List<SKPoint> points = [.. _windows.Select(window =>
            new SKPoint(area.MapX((Place(window.FirstFrame) + Place(window.EndFrame)) / 2), area.MapY(100 * window.Probabilities.Values[label])))];
        points.Insert(0, new SKPoint(area.Rect.Left, points[0].Y));
        points.Add(new SKPoint(area.Rect.Right, points[^1].Y));
        return points;
    }

    private void DrawSegment(Pen pen, PlotArea area, TimelineSegment segment, float top)
    {
        var bar = new SKRect(area.MapX(Place(segment.FirstFrame)), top, area.MapX(Place(segment.EndFrame)), top + StripHeight);
        bool isNamed = _colors.TryGetValue(segment.Label, out SKColor color);
        pen.Fill(bar, isNamed ? color : Palette.Rule);
        string name = TextFlow.Clean(segment.Class);
        if (Pen.Width(name, LegendSize) <= bar.Width - 6)
        {
            pen.Text(name, bar.MidX, bar.MidY + 2.7f, LegendSize, isNamed ? SKColors.White : Palette.Text, Align.Center);
        }
    }

    // Returns where the strip may begin.
    private float DrawLegend(Pen pen, float y)
    {
        float x = Left;
        foreach ((int label, SKColor color) in _colors)
        {
            string name = TextFlow.Shorten(TextFlow.Clean(_windows[0].Probabilities.Classes[label]), 150, LegendSize);
            float width = 14 + Pen.Width(name, LegendSize) + 12;
            if (x > Left && x + width > FullWidth - 12)
            {
                (x, y) = (Left, y + 11);
            }

            pen.Fill(new SKRect(x, y - 6, x + 9, y + 1), color);
            pen.Text(name, x + 14, y, LegendSize);
            x += width;
        }

        return y + 9;
    }
}
