using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>Where a text stands relative to its point.</summary>
internal enum Align
{
    Left,
    Center,
    Right,
}

/// <summary>Draws on a canvas in points, y downwards; text is placed by its baseline.</summary>
internal sealed class Pen(SKCanvas canvas)
{
    public SKCanvas Canvas => canvas;

    public static float Width(string text, float size, bool bold = false)
    {
        using SKFont font = ReportFont.Create(size, bold);
        return font.Measure(text);
    }

    public void Text(string text, float x, float y, float size, SKColor? color = null, Align align = Align.Left, bool bold = false)
    {
        if (text.Length == 0)
        {
            return;
        }

        using SKFont font = ReportFont.Create(size, bold);
        using var paint = new SKPaint { Color = color ?? Palette.Text, IsAntialias = true };
        float left = align switch
        {
            Align.Left => x,
            Align.Center => x - (font.Measure(text) / 2),
            _ => x - font.Measure(text),
        };
        canvas.DrawText(text, left, y, font, paint);
    }

    /// <summary>Text turned by a quarter, read from below.</summary>
    public void TextUpwards(string text, float x, float y, float size, SKColor? color = null, Align align = Align.Left)
    {
        canvas.Save();
        canvas.Translate(x, y);
        canvas.RotateDegrees(-90);
        Text(text, 0, 0, size, color, align);
        canvas.Restore();
    }

    public void Fill(SKRect area, SKColor color)
    {
        // Without smoothing, neighbouring cells meet without a seam.
        using var paint = new SKPaint { Color = color, IsAntialias = false };
        canvas.DrawRect(area, paint);
    }

    public void Frame(SKRect area, SKColor color, float width = 0.5f)
    {
        using var paint = new SKPaint { Color = color, Style = SKPaintStyle.Stroke, StrokeWidth = width, IsAntialias = true };
        canvas.DrawRect(area, paint);
    }

    public void Line(float x0, float y0, float x1, float y1, SKColor color, float width = 0.5f, bool dashed = false)
    {
        using var dashes = dashed ? SKPathEffect.CreateDash([3, 2], 0) : null;
        using var paint = new SKPaint { Color = color, Style = SKPaintStyle.Stroke, StrokeWidth = width, IsAntialias = true, PathEffect = dashes };
        using var path = new SKPath();
        path.MoveTo(x0, y0);
        path.LineTo(x1, y1);
        canvas.DrawPath(path, paint);
    }

    public void Curve(IReadOnlyList<SKPoint> points, SKColor color, float width = 1.2f, bool dashed = false)
    {
        using var dashes = dashed ? SKPathEffect.CreateDash([4, 2.5f], 0) : null;
        using var paint = new SKPaint
        {
            Color = color,
            Style = SKPaintStyle.Stroke,
            StrokeWidth = width,
            IsAntialias = true,
            StrokeJoin = SKStrokeJoin.Round,
            PathEffect = dashes,
        };
        using var path = new SKPath();
        path.AddPoly([.. points], close: false);
        canvas.DrawPath(path, paint);
    }

    public void Dot(float x, float y, float radius, SKColor color)
    {
        using var paint = new SKPaint { Color = color, IsAntialias = true };
        canvas.DrawCircle(x, y, radius, paint);
    }
}
