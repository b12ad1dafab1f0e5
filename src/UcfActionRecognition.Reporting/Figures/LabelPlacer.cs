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
                if (IsFree(area))
                {
                    _taken.Add(area);
                    var anchor = new SKPoint(Math.Clamp(dot.X, area.Left, area.Right), Math.Clamp(dot.Y, area.Top, area.Bottom));
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

    private bool IsFree(SKRect area) => bounds.Contains(area) && !_taken.Exists(area.IntersectsWith);
}
