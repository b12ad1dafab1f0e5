using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>The classes' accuracies with two models, against each other.</summary>
internal sealed class ScatterFigure(ModelComparison comparison) : Figure
{
    private const float LabelSize = 7.5f;
    private const int NamedOfSide = 12;

    private sealed record Dot(SKPoint Place, float Radius, IReadOnlyList<ClassDifference> Classes);

    public override SKSize Size => new(410, 404);

    public override void Draw(Pen pen)
    {
        var axis = new Axis(0, 100, 20);
        var area = new PlotArea(new SKRect(44, 18, 402, 376), axis, axis);
        area.DrawAxes(pen, $"{comparison.First}, % right", $"{comparison.Second}, % right");
        pen.Line(area.MapX(0), area.MapY(0), area.MapX(100), area.MapY(100), Palette.Muted, 0.7f, dashed: true);
        Dot[] dots = Dots(area);
        foreach (Dot dot in dots)
        {
            double difference = dot.Classes[0].Difference;
            SKColor color = difference > 0 ? Palette.Time : difference < 0 ? Palette.Space : Palette.Muted;
            pen.Dot(dot.Place.X, dot.Place.Y, dot.Radius + 0.6f, SKColors.White);
            pen.Dot(dot.Place.X, dot.Place.Y, dot.Radius, color);
        }

        DrawNames(pen, area, dots);
    }

    // Classes with the same two counts would hide each other.
    private Dot[] Dots(PlotArea area) =>
        [.. comparison.PerClass.GroupBy(entry => (X: entry.First.Value, Y: entry.Second.Value))
            .Select(group => new Dot(
                new SKPoint(area.MapX(100 * group.Key.X), area.MapY(100 * group.Key.Y)), 2.4f * MathF.Sqrt(Math.Min(group.Count(), 9)), [.. group]))];

    private void DrawNames(Pen pen, PlotArea area, Dot[] dots)
    {
        bool all = comparison.PerClass.Count <= 12;
        var labels = new LabelPlacer(new SKRect(area.Rect.Left + 1, area.Rect.Top - 16, area.Rect.Right + 8, area.Rect.Bottom - 1));
        foreach (Dot dot in dots)
        {
            labels.Block(new SKRect(dot.Place.X - dot.Radius - 1, dot.Place.Y - dot.Radius - 1, dot.Place.X + dot.Radius + 1, dot.Place.Y + dot.Radius + 1));
        }

        // Of both sides of the line, however many the one has more than the other.
        IEnumerable<Dot> outliers = dots.Where(dot => all || Math.Abs(dot.Classes[0].Difference) >= 0.1)
            .GroupBy(dot => Math.Sign(dot.Classes[0].Difference)).SelectMany(side => side.OrderByDescending(Distance).Take(NamedOfSide))
            .OrderByDescending(Distance).ThenBy(dot => dot.Classes[0].Class, StringComparer.Ordinal);
        foreach (Dot dot in outliers)
        {
            string text = TextFlow.Shorten(TextFlow.Clean(ReportText.List([.. dot.Classes.Select(entry => entry.Class)], 1)), 130, LabelSize);
            if (labels.Place(dot.Place, dot.Radius, Pen.Width(text, LabelSize), LabelSize) is { } place)
            {
                if (place.IsFar)
                {
                    pen.Line(dot.Place.X, dot.Place.Y, place.Anchor.X, place.Anchor.Y, Palette.Muted, 0.4f);
                }

                // White below, so that no line of the grid crosses the name.
                pen.Fill(place.Area, SKColors.White);
                pen.Text(text, place.Area.Left, place.Area.Bottom - (LabelSize * 0.22f), LabelSize);
            }
        }
    }

    private static double Distance(Dot dot) => Math.Abs(dot.Classes[0].Difference);
}
