using System.Runtime.InteropServices;
using SkiaSharp;

namespace UcfActionRecognition.Tests.Sources;

/// <summary>The JPEG decoder against libjpeg-turbo as SkiaSharp has it, and on JPEGs that are none.</summary>
internal sealed class JpegDecoderTests
{
    private static readonly SKJpegEncoderDownsample[] Samplings =
        [SKJpegEncoderDownsample.Downsample420, SKJpegEncoderDownsample.Downsample422, SKJpegEncoderDownsample.Downsample444];

    [TestCaseSource(nameof(Samplings))]
    public void Decode_AnySizeAndQuality_GivesLibjpegTurbosBytes(SKJpegEncoderDownsample sampling)
    {
        foreach ((int height, int width) in new[] { (1, 1), (1, 9), (2, 2), (3, 4), (5, 5), (6, 3), (7, 31), (8, 8), (15, 17), (16, 16), (17, 64), (33, 65), (48, 21), (240, 320) })
        {
            foreach (int quality in new[] { 1, 30, 75, 90, 100 })
            {
                byte[] jpeg = Encode(Picture(height, width, quality), height, width, quality, sampling);
                byte[] rgb = new byte[height * width * 3];
                new JpegDecoder().Decode(jpeg, new FrameSize(height, width), 0, rgb);
                Assert.That(rgb.AsSpan().SequenceEqual(DecodeWithSkia(jpeg, height, width)), Is.True, $"{height}x{width}, quality {quality}");
            }
        }
    }

    [TestCaseSource(nameof(Samplings))]
    public void Decode_AnyRows_AreThoseOfTheWholeFrame(SKJpegEncoderDownsample sampling)
    {
        const int Height = 53;
        const int Width = 40;
        byte[] jpeg = Encode(Picture(Height, Width, 7), Height, Width, 90, sampling);
        byte[] whole = new byte[Height * Width * 3];
        var decoder = new JpegDecoder();
        decoder.Decode(jpeg, new FrameSize(Height, Width), 0, whole);
        for (int first = 0; first < Height; first++)
        {
            for (int count = 1; first + count <= Height; count += 1 + (count / 3))
            {
                byte[] rows = new byte[count * Width * 3];
                decoder.Decode(jpeg, new FrameSize(Height, Width), first, rows);
                Assert.That(rows.AsSpan().SequenceEqual(whole.AsSpan(first * Width * 3, rows.Length)), Is.True, $"{count} rows from {first} on");
            }
        }
    }

    [Test]
    public void Transform_AnyBlock_IsTheSameInVectorsAndScalars()
    {
        var random = new Random(5);
        int[] block = new int[64];
        byte[] vectors = new byte[8 * 11];
        byte[] scalars = new byte[8 * 11];
        for (int i = 0; i < 2000; i++)
        {
            Array.Clear(block);
            for (int k = random.Next(65); k > 0; k--)
            {
                block[random.Next(64)] = random.Next(-3000, 3000);
            }

            JpegTransform.Transform(block, vectors, 11);
            JpegTransform.TransformScalars(block, scalars, 11);
            Assert.That(vectors.AsSpan().SequenceEqual(scalars), Is.True, $"block {i}");
        }
    }

    [Test]
    public void Fill_FirstCoefficientOnly_IsTheTransformOfIt()
    {
        int[] block = new int[64];
        byte[] filled = new byte[64];
        byte[] transformed = new byte[64];
        for (block[0] = -2500; block[0] <= 2500; block[0]++)
        {
            JpegTransform.Fill(block[0], filled, 8);
            JpegTransform.TransformScalars(block, transformed, 8);
            Assert.That(filled.AsSpan().SequenceEqual(transformed), Is.True, $"{block[0]}");
        }
    }

    [TestCase(1, 1)]
    [TestCase(2, 1)]
    [TestCase(2, 2)]
    public void Convert_AnySamples_IsTheSameInVectorsAndScalars(int across, int down)
    {
        var random = new Random(6);
        foreach (int width in new[] { 1, 5, 16, 22, 23, 40, 43, 64, 99, 320 })
        {
            var layout = new JpegLayout(new FrameSize(37, width), across, down);
            byte[] planes = new byte[layout.Bytes + 32];
            random.NextBytes(planes);
            byte[] vectors = new byte[37 * width * 3];
            byte[] scalars = new byte[37 * width * 3];
            new JpegColors().Convert(planes, layout, 0, vectors);
            new JpegColors { UseVectors = false }.Convert(planes, layout, 0, scalars);
            Assert.That(vectors.AsSpan().SequenceEqual(scalars), Is.True, $"width {width}");
        }
    }

    [Test]
    public void Decode_FrameAfterFrame_AllocatesNothing()
    {
        byte[] jpeg = Encode(Picture(240, 320, 1), 240, 320, 90, Samplings[0]);
        byte[] rgb = new byte[240 * 320 * 3];
        JpegDecoder decoder = JpegDecoder.OfThisThread;
        decoder.Decode(jpeg, new FrameSize(240, 320), 0, rgb);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 32; i++)
        {
            decoder.Decode(jpeg, new FrameSize(240, 320), 0, rgb);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void Decode_CutAnywhere_Throws()
    {
        byte[] jpeg = Encode(Picture(24, 24, 2), 24, 24, 90, Samplings[0]);
        byte[] rgb = new byte[24 * 24 * 3];
        for (int length = 0; length < jpeg.Length; length++)
        {
            // As it is, and with an end marker that makes it look whole.
            Assert.That(() => new JpegDecoder().Decode(jpeg.AsSpan(0, length), new FrameSize(24, 24), 0, rgb), Throws.TypeOf<JpegFormatException>(), $"{length}");
            byte[] ended = [.. jpeg.AsSpan(0, length), 0xFF, 0xD9];
            Assert.That(
                () => new JpegDecoder().Decode(ended, new FrameSize(24, 24), 0, rgb),
                length == jpeg.Length - 2 ? Throws.Nothing : Throws.TypeOf<JpegFormatException>(), $"{length} and an end marker");
        }
    }

    [TestCaseSource(nameof(Samplings))]
    public void Decode_BytesChangedAnywhere_DecodesOrThrowsItsException(SKJpegEncoderDownsample sampling)
    {
        byte[] whole = Encode(Picture(33, 47, 3), 33, 47, 90, sampling);
        var random = new Random(8);
        byte[] rgb = new byte[33 * 47 * 3];
        var decoder = new JpegDecoder();
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
                decoder.Decode(changed, new FrameSize(33, 47), first, rgb.AsSpan(0, (33 - first) * 47 * 3));
            }
            catch (JpegFormatException)
            {
                refused++;
            }
        }

        Assert.That(refused, Is.InRange(1000, 4999));
    }

    [Test]
    public void Decode_OtherSize_ThrowsBeforeAnythingIsAllocated()
    {
        byte[] jpeg = Encode(Picture(24, 24, 2), 24, 24, 90, Samplings[0]);

        // The height in the frame's segment: 65,535 rows.
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        (jpeg[frame + 5], jpeg[frame + 6]) = (0xFF, 0xFF);
        var decoder = new JpegDecoder();
        Assert.That(
            () => decoder.Decode(jpeg, new FrameSize(24, 24), 0, new byte[24 * 24 * 3]), Throws.TypeOf<JpegFormatException>().With.Message.EqualTo("is 65535x24, not 24x24"));
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

    private static byte[] DecodeWithSkia(byte[] jpeg, int height, int width)
    {
        using SKBitmap bitmap = SKBitmap.Decode(jpeg, new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        byte[] rgba = bitmap.Bytes;
        byte[] rgb = new byte[height * width * 3];
        for (int i = 0; i < height * width; i++)
        {
            rgba.AsSpan(4 * i, 3).CopyTo(rgb.AsSpan(3 * i));
        }

        return rgb;
    }
}
