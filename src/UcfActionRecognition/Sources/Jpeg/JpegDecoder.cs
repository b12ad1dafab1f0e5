using SkiaSharp;

namespace UcfActionRecognition;

/// <summary>Decodes JPEG frames to RGB with SkiaSharp, whose libjpeg-turbo gives the bytes of <c>cv2.imdecode</c>.</summary>
internal static class JpegDecoder
{
    // Encoders make ten or so.
    private const int MostScans = 64;

    /// <summary>Decodes some rows of a frame.</summary>
    /// <param name="jpeg">The whole JPEG.</param>
    /// <param name="size">The size that the frame must have; nothing is allocated for another.</param>
    /// <param name="firstRow">The first row that is wanted.</param>
    /// <param name="rows">Receives the rows from there on, <c>W x 3</c> bytes each.</param>
    /// <exception cref="JpegFormatException">The JPEG is damaged, or of another size.</exception>
    /// <exception cref="ActionRecognitionException">SkiaSharp's native library is missing.</exception>
    public static unsafe void Decode(ReadOnlySpan<byte> jpeg, FrameSize size, int firstRow, Span<byte> rows)
    {
        // The end marker as well: libjpeg fills up what is missing of a cut file with grey, and SkiaSharp reads other formats than JPEG.
        if (!jpeg.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) || !jpeg.EndsWith((ReadOnlySpan<byte>)[0xFF, 0xD9]))
        {
            throw new JpegFormatException("does not begin with a start marker and end with an end marker; it is cut or damaged");
        }

        // libjpeg goes over the whole frame for each scan of a progressive file, be it of ten bytes.
        if (jpeg.Count((ReadOnlySpan<byte>)[0xFF, 0xDA]) is > MostScans and int scans)
        {
            throw new JpegFormatException($"has {scans} scans; up to {MostScans} are accepted");
        }

        fixed (byte* first = jpeg)
        {
            using SKData data = Wrap((nint)first, jpeg.Length);
            using SKCodec codec = SKCodec.Create(data) ?? throw new JpegFormatException("cannot be decoded; it is damaged");
            var found = new FrameSize(codec.Info.Height, codec.Info.Width);
            if (found != size)
            {
                throw new JpegFormatException($"is {found}, not {size}");
            }

            Decode(codec, size, firstRow, rows);
        }
    }

    private static SKData Wrap(nint jpeg, int length)
    {
        try
        {
            return SKData.Create(jpeg, length);
        }
        catch (Exception error) when (SkiaLibrary.IsMissing(error))
        {
            throw SkiaLibrary.Missing(error);
        }
    }

    private static unsafe void Decode(SKCodec codec, FrameSize size, int firstRow, Span<byte> rows)
    {
        var info = new SKImageInfo(size.Width, size.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        byte[] rented = FrameBuffers.Pool.Rent(checked((int)info.BytesSize64));
        try
        {
            fixed (byte* pixels = rented)
            {
                SKCodecResult result = codec.GetPixels(info, (nint)pixels);
                if (result != SKCodecResult.Success)
                {
                    throw new JpegFormatException($"cannot be decoded ({result}); it is cut or damaged");
                }
            }

            RgbaPixels.ToRgb(rented.AsSpan(firstRow * info.RowBytes, rows.Length / 3 * 4), rows);
        }
        finally
        {
            FrameBuffers.Pool.Return(rented);
        }
    }
}
