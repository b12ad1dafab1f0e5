using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>The report's colours. Those of the models stay apart in grey and for readers who do not tell red from green (Okabe and Ito, 2008).</summary>
internal static class Palette
{
    public static readonly SKColor Text = new(0x1b, 0x1f, 0x24);
    public static readonly SKColor Muted = new(0x5b, 0x63, 0x6d);
    public static readonly SKColor Rule = new(0xd5, 0xd9, 0xde);
    public static readonly SKColor Band = new(0xf4, 0xf6, 0xf8);
    public static readonly SKColor Space = new(0xd5, 0x5e, 0x00);
    public static readonly SKColor Time = new(0x00, 0x72, 0xb2);
    public static readonly SKColor Both = new(0x33, 0x99, 0x70);

    /// <summary>The colours of the single-frame model, the sequence model and their combination.</summary>
    public static readonly IReadOnlyList<SKColor> Models = [Space, Time, Both];

    /// <summary>Colours of classes that are drawn together, the same authors' others included.</summary>
    public static readonly IReadOnlyList<SKColor> Classes =
        [Time, Space, Both, new(0xcc, 0x79, 0xa7), new(0xe6, 0x9f, 0x00), new(0x56, 0xb4, 0xe9)];

    /// <summary>A colour between white and dark blue.</summary>
    /// <param name="share">0 to 1.</param>
    public static SKColor Heat(double share)
    {
        // Lightness falls evenly (ColorBrewer's Blues); a small share is to be seen, so the scale begins off white.
        ReadOnlySpan<SKColor> stops = [new(0xe3, 0xee, 0xf8), new(0xb3, 0xd1, 0xe9), new(0x6b, 0xae, 0xd6), new(0x2a, 0x7a, 0xb9), new(0x08, 0x3a, 0x7a)];
        double place = Math.Clamp(share, 0, 1) * (stops.Length - 1);
        int stop = Math.Min((int)place, stops.Length - 2);
        return Mix(stops[stop], stops[stop + 1], place - stop);
    }

    /// <summary>Mixes two colours.</summary>
    public static SKColor Mix(SKColor first, SKColor second, double part) => new(
        Mix(first.Red, second.Red, part), Mix(first.Green, second.Green, part), Mix(first.Blue, second.Blue, part));

    private static byte Mix(byte first, byte second, double part) => (byte)Math.Round(first + ((second - first) * part));
}
