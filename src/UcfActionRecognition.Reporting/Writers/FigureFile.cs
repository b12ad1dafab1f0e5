using System.Text;
using System.Text.RegularExpressions;
using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>Figures as files of their own.</summary>
internal static partial class FigureFile
{
    /// <summary>A PNG on white.</summary>
    public static byte[] ToPng(Figure figure)
    {
        float scale = figure.PixelsPerPoint;
        var info = new SKImageInfo((int)MathF.Ceiling(figure.Size.Width * scale), (int)MathF.Ceiling(figure.Size.Height * scale));
        using SKSurface surface = SKSurface.Create(info)
            ?? throw new IOException($"A picture of {info.Width} x {info.Height} pixels could not be made for '{figure.Name}'.");
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale(scale);
        figure.Draw(new Pen(surface.Canvas));
        using SKImage image = surface.Snapshot();
        using SKData data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    /// <summary>An SVG whose letters stay in place with any font.</summary>
    public static string ToSvg(Figure figure)
    {
        using var stream = new SKDynamicMemoryWStream();
        using (SKCanvas canvas = SKSvgCanvas.Create(new SKRect(0, 0, figure.Size.Width, figure.Size.Height), stream))
        {
            figure.Draw(new Pen(canvas));
        }

        using SKData data = stream.DetachAsData();
        string svg = Encoding.UTF8.GetString(data.Span);
        return FontFamily().Replace(svg, $"font-family=\"{ReportFont.Families}\"");
    }

    [GeneratedRegex("font-family=\"[^\"]*\"")]
    private static partial Regex FontFamily();
}
