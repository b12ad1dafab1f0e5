using System.Security.Cryptography;
using System.Text.Json;
using CsCheck;

namespace UcfActionRecognition.Tests.Augmentation;

public class FrameResamplerTests
{
    /// <summary>Every case of tests/reference/resize_fixtures.py: OpenCV's bytes, by their hash.</summary>
    [Test]
    public void Resample_EqualsOpenCV_ByteForByte()
    {
        string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Fixtures", "resize", "cases.jsonl");
        JsonDocument[] cases = [.. File.ReadLines(path).Select(line => JsonDocument.Parse(line))];
        Assert.That(cases, Has.Length.EqualTo(700));
        Assert.Multiple(() =>
        {
            foreach (JsonDocument document in cases)
            {
                JsonElement expected = document.RootElement;
                byte[] actual = Resample(expected);
                if (expected.TryGetProperty("pixels", out JsonElement pixels))
                {
                    Assert.That(actual, Is.EqualTo(pixels.EnumerateArray().Select(p => p.GetByte())), expected.ToString());
                }

                Assert.That(Convert.ToHexStringLower(SHA256.HashData(actual)), Is.EqualTo(expected.GetProperty("sha256").GetString()), expected.ToString());
            }
        });
    }

    [Test]
    public void Resample_ToTheSameSize_CopiesTheFrame() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 40], Gen.Int[0, 1000]).Sample((height, width, seed) =>
        {
            var size = new FrameSize(height, width);
            byte[] frame = Frame(height, width, seed);
            var actual = new byte[frame.Length];
            new FrameResampler(size, ClipTransform.Identity(size)).Resample(frame, actual);
            return actual.AsSpan().SequenceEqual(frame);
        });

    [Test]
    public void Resample_OfOneColour_KeepsIt() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[1, 60], Gen.Byte).Sample((height, width, toHeight, toWidth, grey) =>
        {
            var source = new FrameSize(height, width);
            var output = new FrameSize(toHeight, toWidth);
            var frame = new byte[height * width * 3];
            frame.AsSpan().Fill(grey);
            var actual = new byte[toHeight * toWidth * 3];
            new FrameResampler(source, ClipTransform.Identity(source).Resize(output)).Resample(frame, actual);
            // Both weights are rounded and both halves of the vertical pass are cut, as in OpenCV, which can lose one level.
            return actual.All(value => Math.Abs(value - grey) <= 1);
        });

    [Test]
    public void Resample_BufferOfAnotherSize_Throws()
    {
        var size = new FrameSize(4, 6);
        var resampler = new FrameResampler(size, ClipTransform.Identity(size).Resize(FrameSize.Square(2)));
        Assert.Multiple(() =>
        {
            Assert.That(() => resampler.Resample(new byte[71], new byte[12]),
                Throws.ArgumentException.With.Message.StartsWith("A frame of 4x6 takes 72 bytes; the buffer has 71."));
            Assert.That(() => resampler.Resample(new byte[72], new byte[13]),
                Throws.ArgumentException.With.Message.StartsWith("A frame of 2x2 takes 12 bytes; the buffer has 13."));
        });
    }

    [Test]
    public void Constructor_CropOutsideTheFrame_Throws()
    {
        ClipTransform transform = ClipTransform.Identity(new FrameSize(10, 10)).CropTo(5, 5, FrameSize.Square(5));
        Assert.That(() => new FrameResampler(new FrameSize(8, 10), transform),
            Throws.ArgumentException.With.Message.StartsWith("The crop of 5x5 at (5, 5) is not inside frames of 8x10."));
    }

    [Test]
    public void Constructor_FrameOfMoreThanAnArray_Throws()
    {
        var size = new FrameSize(2, 2);
        Assert.That(() => new FrameResampler(size, ClipTransform.Identity(size).Resize(FrameSize.Square(int.MaxValue))),
            Throws.ArgumentException.With.Message.StartsWith("A frame of 2147483647x2147483647 is larger than an array can be."));
    }

    private static byte[] Resample(JsonElement expected)
    {
        int[] source = Ints(expected, "source");
        int[] crop = Ints(expected, "crop");
        int[] output = Ints(expected, "output");
        var size = new FrameSize(source[0], source[1]);
        ClipTransform transform = ClipTransform.Identity(size)
            .CropTo(crop[0], crop[1], new FrameSize(crop[3], crop[2]))
            .Resize(new FrameSize(output[0], output[1]))
            .Brighten(expected.GetProperty("brightness").GetInt32());
        if (expected.GetProperty("flip").GetBoolean())
        {
            transform = transform.Flip();
        }

        var actual = new byte[output[0] * output[1] * 3];
        new FrameResampler(size, transform).Resample(Frame(size.Height, size.Width, expected.GetProperty("seed").GetInt32()), actual);
        return actual;
    }

    private static int[] Ints(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];

    /// <summary>The frame of tests/reference/resize_fixtures.py.</summary>
    private static byte[] Frame(int height, int width, int seed)
    {
        var bytes = new byte[height * width * 3];
        for (int i = 0; i < bytes.Length; i++)
        {
            uint hashed = unchecked(((uint)i + (uint)(seed * 7919L)) * 2654435761);
            hashed ^= hashed >> 15;
            bytes[i] = (byte)(unchecked(hashed * 2246822519) >> 24);
        }

        return bytes;
    }
}
