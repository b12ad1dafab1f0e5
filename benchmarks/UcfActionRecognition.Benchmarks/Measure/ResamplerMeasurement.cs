using System.Diagnostics;
using System.Security.Cryptography;

namespace UcfActionRecognition.Benchmarks;

/// <summary>
/// <see cref="FrameResampler"/> on one thread: the first 16 frames of a folder's first video, through 16 crops of which every second one is the whole
/// frame, to 224x224. The tables are made anew for every clip of 16 frames, as in the loader. <c>peer/load_clips.py resize</c> does the same.
/// </summary>
internal sealed class ResamplerMeasurement
{
    private const int Frames = 16;
    private const int Crops = 16;
    private static readonly FrameSize Output = 224;

    private readonly FrameSize _size;
    private readonly byte[] _clip;
    private readonly byte[] _resized = new byte[Frames * Output.Height * Output.Width * 3];

    public ResamplerMeasurement(VideoFolder folder)
    {
        using IVideoClipSource source = folder.OpenSource();
        using VideoReader video = source.Open(folder.Videos[0].Name);
        _size = video.Info.Size;
        _clip = new byte[Frames * video.Info.FrameBytes];
        video.ReadFrames([.. Enumerable.Range(0, Frames)], _clip);
    }

    public void Run(int rounds, int repeat)
    {
        ClipTransform[] plain = [.. Enumerable.Range(0, Crops).Select(Crop)];
        ClipTransform[] augmented = [.. plain.Select((crop, k) => (k / 2 % 2 == 0 ? crop.Flip() : crop).Brighten(2 * k - 15))];
        string hash = Hash(plain);
        Round(augmented, repeat);
        var plainTimes = new double[rounds];
        var augmentedTimes = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            plainTimes[round] = Round(plain, repeat);
            augmentedTimes[round] = Round(augmented, repeat);
        }

        var time = Spread.Of(plainTimes);
        double bytes = plain.Average(crop => 3.0 * (crop.CropSize.Height * crop.CropSize.Width + Output.Height * Output.Width));
        JsonLine.Print(new
        {
            Measure = "resampler",
            NanosecondsPerFrame = time.Median,
            time.Least,
            time.Most,
            FramesPerSecond = 1e9 / time.Median,
            GigabytesPerSecond = bytes / time.Median,
            FlippedAndBrightened = Spread.Of(augmentedTimes).Median,
            rounds,
            Sha256 = hash,
        });
    }

    private ClipTransform Crop(int k)
    {
        var size = k % 2 == 0
            ? _size
            : new FrameSize(_size.Height * (70 + 30 * (k * 11 % 16) / 15) / 100, _size.Width * (70 + 30 * (k * 7 % 16) / 15) / 100);
        return ClipTransform.Identity(_size).CropTo((_size.Width - size.Width) / 2, (_size.Height - size.Height) / 2, size).Resize(Output);
    }

    private double Round(ClipTransform[] transforms, int repeat)
    {
        var clock = Stopwatch.StartNew();
        foreach (ClipTransform transform in transforms)
        {
            for (int i = 0; i < repeat; i++)
            {
                Resample(transform);
            }
        }

        return clock.Elapsed.TotalNanoseconds / (transforms.Length * repeat * Frames);
    }

    private void Resample(ClipTransform transform)
    {
        var resampler = new FrameResampler(_size, transform);
        int frameBytes = _clip.Length / Frames;
        int resizedBytes = _resized.Length / Frames;
        for (int frame = 0; frame < Frames; frame++)
        {
            resampler.Resample(_clip.AsSpan(frame * frameBytes, frameBytes), _resized.AsSpan(frame * resizedBytes, resizedBytes));
        }
    }

    private string Hash(ClipTransform[] transforms)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ClipTransform transform in transforms)
        {
            Resample(transform);
            hash.AppendData(_resized);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
