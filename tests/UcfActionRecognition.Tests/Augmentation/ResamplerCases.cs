using System.Security.Cryptography;

namespace UcfActionRecognition.Tests.Augmentation;

/// <summary>Random frames and transforms: single pixels, lines, crops at the edges, large factors up and down, any flip and brightness.</summary>
internal static class ResamplerCases
{
    public static IEnumerable<(FrameSize Size, ClipTransform Transform, byte[] Frame)> Random(int seed, int count)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            var size = new FrameSize(Length(random, 40), Length(random, 700));
            var crop = new FrameSize(Part(random, size.Height), Part(random, size.Width));
            ClipTransform transform = ClipTransform.Identity(size)
                .CropTo(Position(random, size.Width - crop.Width), Position(random, size.Height - crop.Height), crop)
                .Resize(new FrameSize(Length(random, 70), Length(random, 300)));
            if (random.Next(2) == 0)
            {
                transform = transform.Flip();
            }

            if (random.Next(2) == 0)
            {
                transform = transform.Brighten(random.Next(-255, 256));
            }

            var frame = new byte[size.Height * size.Width * 3];
            FillFrame(random, frame);
            yield return (size, transform, frame);
        }
    }

    /// <summary>The frame in the given way.</summary>
    public static byte[] Resample(FrameResampler resampler, FrameSize size, in ClipTransform transform, byte[] frame)
    {
        var output = new byte[transform.OutputSize.Height * transform.OutputSize.Width * 3];
        resampler.Prepare(size, transform);
        resampler.Resample(frame, output);
        return output;
    }

    /// <summary>A hash of all outputs of some cases, computed in the given way.</summary>
    public static string Hash(ResamplerPath path, int seed, int count)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var resampler = new FrameResampler(path);
        foreach (var (size, transform, frame) in Random(seed, count))
        {
            hash.AppendData(Resample(resampler, size, transform, frame));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // One pixel and the few that are shorter than a vector as often as long rows.
    private static int Length(Random random, int longest) => random.Next(4) switch
    {
        0 => random.Next(1, 4),
        1 => random.Next(1, 30),
        _ => random.Next(1, longest + 1),
    };

    private static int Part(Random random, int whole) => random.Next(3) switch
    {
        0 => whole,
        1 => random.Next(1, Math.Min(whole, 8) + 1),
        _ => random.Next(1, whole + 1),
    };

    private static int Position(Random random, int last) => random.Next(3) switch
    {
        0 => 0,
        1 => last,
        _ => random.Next(last + 1),
    };

    // The largest and smallest values are where 16 bits would overflow.
    private static void FillFrame(Random random, byte[] frame)
    {
        random.NextBytes(frame);
        switch (random.Next(4))
        {
            case 0:
                frame.AsSpan().Fill(255);
                break;
            case 1:
                for (int i = 0; i < frame.Length; i++)
                {
                    frame[i] = frame[i] < 128 ? (byte)0 : (byte)255;
                }

                break;
        }
    }
}
