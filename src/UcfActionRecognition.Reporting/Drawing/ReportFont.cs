using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>The report's own typefaces, from the assembly, so that it looks the same on every machine.</summary>
internal static class ReportFont
{
    /// <summary>The typeface's name in files; the others stand in where a browser does not have it. Verdana's widths are almost the same.</summary>
    public const string Families = "DejaVu Sans, Verdana, sans-serif";

    private static readonly SKTypeface Regular = Load("DejaVuSans.ttf");
    private static readonly SKTypeface Bold = Load("DejaVuSans-Bold.ttf");

    /// <summary>Makes a font whose widths do not depend on the resolution; the caller disposes it.</summary>
    /// <param name="size">Size in points.</param>
    /// <param name="bold">Bold instead of regular.</param>
    public static SKFont Create(float size, bool bold = false) => new(bold ? Bold : Regular, size)
    {
        Hinting = SKFontHinting.None,
        LinearMetrics = true,
        Subpixel = true,
        Edging = SKFontEdging.Antialias,
    };

    /// <summary>The width of a text, in points.</summary>
    public static float Measure(this SKFont font, string text) => font.MeasureText(font.Typeface.GetGlyphs(text));

    private static SKTypeface Load(string name)
    {
        using Stream stream = typeof(ReportFont).Assembly.GetManifestResourceStream(name)!;
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    }
}
