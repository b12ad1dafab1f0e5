using System.Runtime.InteropServices;
using SkiaSharp;

namespace UcfActionRecognition;

/// <summary>Makes JPEG files of frames of one size, with SkiaSharp. One thread at a time.</summary>
internal sealed class JpegEncoder : IDisposable
{
    /// <summary>The largest height or width, in pixels.</summary>
    public const int LargestSide = 65_535;

    private const int BytesPerPixel = 4;

    private readonly byte[] _rgba;
    private readonly SKPixmap _pixmap;
    private readonly SKJpegEncoderOptions _options;

    /// <param name="size">Size of the frames.</param>
    /// <param name="quality">1 to 100.</param>
    /// <param name="fullColors">Whether colours are kept at full size (4:4:4) and not at half width and height (4:2:0).</param>
    /// <exception cref="ActionRecognitionException">The size is too large, or SkiaSharp's native library is missing.</exception>
    public JpegEncoder(FrameSize size, int quality, bool fullColors)
    {
        if (Math.Max(size.Height, size.Width) > LargestSide)
        {
            throw new ActionRecognitionException($"A JPEG frame has at most {LargestSide} rows and columns; the video's are {size}. Set {nameof(CompactVideoWriterOptions.ShortSide)}.");
        }

        // Pinned: the pixmap keeps its address.
        _rgba = GC.AllocateArray<byte>(checked(size.Height * size.Width * BytesPerPixel), pinned: true);
        SKJpegEncoderDownsample colors = fullColors ? SKJpegEncoderDownsample.Downsample444 : SKJpegEncoderDownsample.Downsample420;
        try
        {
            var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
            _pixmap = new SKPixmap(info, Marshal.UnsafeAddrOfPinnedArrayElement(_rgba, 0), size.Width * BytesPerPixel);
            _options = new SKJpegEncoderOptions(quality, colors, SKJpegEncoderAlphaOption.Ignore);
        }
        catch (Exception error) when (SkiaLibrary.IsMissing(error))
        {
            throw SkiaLibrary.Missing(error);
        }
    }

    /// <summary>Encodes a frame.</summary>
    /// <param name="rgb"><c>H x W x 3</c> bytes.</param>
    /// <returns>The JPEG file; the caller disposes it.</returns>
    public SKData Encode(ReadOnlySpan<byte> rgb)
    {
        RgbaPixels.FromRgb(rgb, _rgba);
        return _pixmap.Encode(_options) ?? throw new ActionRecognitionException("SkiaSharp could not make a JPEG of a frame.");
    }

    public void Dispose() => _pixmap.Dispose();
}
