using System.Runtime.Intrinsics;

namespace UcfActionRecognition;

/// <summary>Pixels of four bytes, as SkiaSharp has them, and of three, as frames have.</summary>
internal static class RgbaPixels
{
    /// <summary>Drops the fourth byte of each pixel.</summary>
    /// <param name="rgba">Whole pixels.</param>
    /// <param name="rgb">Three quarters of that.</param>
    public static void ToRgb(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        // Sixteen bytes are stored for each twelve; the next store mends the four that are too many, so the last pixels go one by one.
        Vector128<byte> order = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 7, 11, 15);
        for (; rgb.Length >= 16; rgba = rgba[16..], rgb = rgb[12..])
        {
            Vector128.Shuffle(Vector128.Create(rgba), order).CopyTo(rgb);
        }

        for (; rgb.Length > 0; rgba = rgba[4..], rgb = rgb[3..])
        {
            rgba[..3].CopyTo(rgb);
        }
    }

    /// <summary>Copies pixels of three bytes to the first three of four.</summary>
    /// <param name="rgb">Whole pixels.</param>
    /// <param name="rgba">Four thirds of that; the fourth byte of each pixel becomes 255.</param>
    public static void FromRgb(ReadOnlySpan<byte> rgb, Span<byte> rgba)
    {
        for (; rgb.Length > 0; rgb = rgb[3..], rgba = rgba[4..])
        {
            rgb[..3].CopyTo(rgba);
            rgba[3] = 255;
        }
    }
}
