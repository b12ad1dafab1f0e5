using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>A picture that is drawn in points, for the page, the screen and a file alike.</summary>
internal abstract class Figure
{
    /// <summary>The width between the margins of the page, in points.</summary>
    public const float FullWidth = 499;

    /// <summary>The file's name without extension.</summary>
    public required string Name { get; init; }

    /// <summary>What it shows, and how to read it.</summary>
    public required string Caption { get; init; }

    /// <summary>The size in points.</summary>
    public abstract SKSize Size { get; }

    /// <summary>Pixels of a point in a PNG file.</summary>
    public virtual float PixelsPerPoint => 3;

    /// <summary>Draws within <see cref="Size"/>.</summary>
    public abstract void Draw(Pen pen);
}
