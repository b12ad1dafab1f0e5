using System.Runtime.InteropServices;
using SkiaSharp;

namespace UcfActionRecognition.Tests.Sources;

/// <summary>The JPEG decoder on parts of frames and on JPEGs that are none; OpenCV's bytes are in <see cref="CompactVideoReadTests"/>.</summary>
internal sealed class JpegDecoderTests
{
    private static readonly SKJpegEncoderDownsample[] Samplings =
        [SKJpegEncoderDownsample.Downsample420, SKJpegEncoderDownsample.Downsample422, SKJpegEncoderDownsample.Downsample444];

    [TestCaseSource(nameof(Samplings))]
    public void Decode_AnyRows_AreThoseOfTheWholeFrame(SKJpegEncoderDownsample sampling)
    {
        const int Height = 53;
        const int Width = 40;
        byte[] jpeg = Encode(Picture(Height, Width, 7), Height, Width, 90, sampling);
        byte[] whole = new byte[Height * Width * 3];
        JpegDecoder.Decode(jpeg, new FrameSize(Height, Width), 0, whole);
        for (int first = 0; first < Height; first++)
        {
            for (int count = 1; first + count <= Height; count += 1 + (count / 3))
            {
                byte[] rows = new byte[count * Width * 3];
                JpegDecoder.Decode(jpeg, new FrameSize(Height, Width), first, rows);
                Assert.That(rows.AsSpan().SequenceEqual(whole.AsSpan(first * Width * 3, rows.Length)), Is.True, $"{count} rows from {first} on");
            }
        }
    }

    [Test]
    public void Decode_CutAnywhere_Throws()
    {
        byte[] jpeg = Encode(Picture(24, 24, 2), 24, 24, 90, Samplings[0]);
        byte[] rgb = new byte[24 * 24 * 3];
        for (int length = 0; length < jpeg.Length; length++)
        {
            Assert.That(() => JpegDecoder.Decode(jpeg.AsSpan(0, length), new FrameSize(24, 24), 0, rgb), Throws.TypeOf<JpegFormatException>(), $"{length}");
        }
    }

    [TestCaseSource(nameof(Samplings))]
    public void Decode_BytesChangedAnywhere_DecodesOrThrowsItsException(SKJpegEncoderDownsample sampling)
    {
        byte[] whole = Encode(Picture(33, 47, 3), 33, 47, 90, sampling);
        var random = new Random(8);
        byte[] rgb = new byte[33 * 47 * 3];
        int refused = 0;
        for (int i = 0; i < 5000; i++)
        {
            byte[] changed = [.. whole];

            // The tables at the front get their share.
            int position = random.Next(i % 2 == 0 ? 700 : changed.Length);
            for (int k = random.Next(1, 9); k > 0 && position < changed.Length; k--, position++)
            {
                changed[position] = random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
            }

            try
            {
                int first = random.Next(33);
                JpegDecoder.Decode(changed, new FrameSize(33, 47), first, rgb.AsSpan(0, (33 - first) * 47 * 3));
            }
            catch (JpegFormatException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.InRange(100, 4999));
    }

    [Test]
    public void Decode_OtherSize_Throws()
    {
        byte[] jpeg = Encode(Picture(24, 24, 2), 24, 24, 90, Samplings[0]);

        // The height in the frame's segment: 65,535 rows.
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        (jpeg[frame + 5], jpeg[frame + 6]) = (0xFF, 0xFF);
        Assert.That(() => JpegDecoder.Decode(jpeg, new FrameSize(24, 24), 0, new byte[24 * 24 * 3]), Throws.TypeOf<JpegFormatException>());
        (jpeg[frame + 5], jpeg[frame + 6]) = (0, 32);
        Assert.That(
            () => JpegDecoder.Decode(jpeg, new FrameSize(24, 24), 0, new byte[24 * 24 * 3]), Throws.TypeOf<JpegFormatException>().With.Message.EqualTo("is 32x24, not 24x24"));
    }

    [Test]
    public void Decode_ThousandsOfScans_Throws()
    {
        byte[] jpeg = Encode(Picture(24, 24, 2), 24, 24, 90, Samplings[0]);
        byte[] hostile = [.. jpeg[..^2], .. Enumerable.Repeat<byte[]>([0xFF, 0xDA], 5000).SelectMany(marker => marker), .. jpeg[^2..]];
        Assert.That(
            () => JpegDecoder.Decode(hostile, new FrameSize(24, 24), 0, new byte[24 * 24 * 3]),
            Throws.TypeOf<JpegFormatException>().With.Message.EqualTo("has 5001 scans; up to 64 are accepted"));
    }

    private static byte[] Picture(int height, int width, int seed)
    {
        var random = new Random(seed);
        byte[] rgb = new byte[height * width * 3];
        for (int i = 0; i < rgb.Length; i++)
        {
            int x = i / 3 % width;
            int y = i / 3 / width;
            int colour = (i % 3) switch { 0 => (3 * x) + (2 * y), 1 => 255 * (((x / 5) + (y / 7)) % 2), _ => 4 * Math.Abs(((x + y) % 60) - 30) };
            rgb[i] = (byte)Math.Clamp(colour + random.Next(-9, 10), 0, 255);
        }

        return rgb;
    }

    private static byte[] Encode(byte[] rgb, int height, int width, int quality, SKJpegEncoderDownsample sampling)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        for (int i = 0; i < height * width; i++)
        {
            Marshal.Copy([rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2], (byte)255], 0, bitmap.GetPixels() + (4 * i), 4);
        }

        using SKPixmap pixels = bitmap.PeekPixels();
        using SKData data = pixels.Encode(new SKJpegEncoderOptions(quality, sampling, SKJpegEncoderAlphaOption.Ignore));
        return data.ToArray();
    }
}
