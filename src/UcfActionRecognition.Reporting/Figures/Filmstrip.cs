using System.Runtime.InteropServices;
using SkiaSharp;

namespace UcfActionRecognition.Reporting;

/// <summary>A few frames of a video, compressed.</summary>
/// <param name="Frames">JPEG files, in order.</param>
/// <param name="Times">What each of them is: its number.</param>
internal sealed record Filmstrip(IReadOnlyList<byte[]> Frames, IReadOnlyList<string> Times)
{
    private const int Count = 5;

    // Twice the pixels of a screen at the width that a frame has on the page.
    private const int Width = 240;

    public static Filmstrip Empty { get; } = new([], []);

    /// <summary>Reads frames from the whole length of a video, first and last included.</summary>
    /// <exception cref="VideoReadException">The video cannot be read.</exception>
    public static Filmstrip Read(IVideoClipSource source, string video, CancellationToken cancel)
    {
        using VideoReader reader = source.Open(video, cancel);
        int length = reader.Info.FrameCount ?? Count;
        int count = Math.Min(Count, length);
        int[] frames = [.. Enumerable.Range(0, count).Select(i => count == 1 ? 0 : (int)((long)i * (length - 1) / (count - 1)))];
        var rgb = new byte[(long)frames.Length * reader.Info.FrameBytes];
        reader.ReadFrames(frames, rgb);
        return new Filmstrip(
            [.. frames.Select((_, i) => Compress(rgb.AsSpan(i * reader.Info.FrameBytes, reader.Info.FrameBytes), reader.Info))],
            [.. frames.Select(frame => ReportText.Line($"{frame}"))]);
    }

    private static byte[] Compress(ReadOnlySpan<byte> rgb, VideoInfo info)
    {
        var pixels = new byte[4 * info.Width * info.Height];
        for (int pixel = 0; pixel < info.Width * info.Height; pixel++)
        {
            rgb.Slice(3 * pixel, 3).CopyTo(pixels.AsSpan(4 * pixel));
            pixels[(4 * pixel) + 3] = 255;
        }

        using var bitmap = new SKBitmap(Rgba(info.Width, info.Height));
        Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        int width = Math.Min(Width, info.Width);
        int height = Math.Max(1, (int)Math.Round((double)info.Height * width / info.Width));
        using SKBitmap small = bitmap.Resize(Rgba(width, height), SKFilterQuality.Medium);
        using SKData data = small.Encode(SKEncodedImageFormat.Jpeg, 88);
        return data.ToArray();
    }

    private static SKImageInfo Rgba(int width, int height) => new(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
}
