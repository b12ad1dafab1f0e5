using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>Finds room for labels beside their points, one after the other; a label without room has no place.</summary>
internal sealed class LabelPlacer(SKRect bounds)
{
    private readonly List<SKRect> _taken = [];

    /// <summary>A place for a label.</summary>
    /// <param name="Area">The label's rectangle.</param>
    /// <param name="Anchor">The point of it that is nearest to its dot.</param>
    /// <param name="IsFar">Whether it needs a line to its dot.</param>
    public readonly record struct Placement(SKRect Area, SKPoint Anchor, bool IsFar);

    public void Block(SKRect area) => _taken.Add(area);

    public Placement? Place(SKPoint dot, float radius, float width, float height)
    {
        foreach (float distance in new[] { 2f, 9f, 17f, 26f })
        {
            foreach ((int x, int y) in new[] { (1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1) })
            {
                SKRect area = Beside(dot, radius + distance, x, y, width, height);
                var anchor = new SKPoint(Math.Clamp(dot.X, area.Left, area.Right), Math.Clamp(dot.Y, area.Top, area.Bottom));
                SKRect[] line = distance <= 5 ? [] : Line(dot, anchor, (1.5f * (radius + 1)) + 1);
                if (IsFree(area) && Array.TrueForAll(line, IsFree))
                {
                    _taken.Add(area);
                    _taken.AddRange(line);
                    return new Placement(area, anchor, distance > 5);
                }
            }
        }

        return null;
    }

    private static SKRect Beside(SKPoint dot, float distance, int x, int y, float width, float height)
    {
        float step = x != 0 && y != 0 ? distance * 0.8f : distance;
        float left = x switch { > 0 => dot.X + step, < 0 => dot.X - step - width, _ => dot.X - (width / 2) };
        float top = y switch { > 0 => dot.Y + step, < 0 => dot.Y - step - height, _ => dot.Y - (height / 2) };
        return new SKRect(left, top, left + width, top + height);
    }

    // Small squares along the way from outside of a dot's own rectangle to its label.
    private static SKRect[] Line(SKPoint dot, SKPoint anchor, float from)
    {
        float length = SKPoint.Distance(dot, anchor);
        return [.. Enumerable.Range(0, Math.Max(0, (int)(length - from))).Select(i =>
        {
            float part = (from + i) / length;
            float x = dot.X + ((anchor.X - dot.X) * part);
            float y = dot.Y + ((anchor.Y - dot.Y) * part);
            return new SKRect(x - 0.5f, y - 0.5f, x + 0.5f, y + 0.5f);
        })];
    }

    private bool IsFree(SKRect area) => bounds.Contains(area) && !_taken.Exists(area.IntersectsWith);
}
