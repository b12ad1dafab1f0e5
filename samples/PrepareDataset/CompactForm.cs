using System.Text.Json;

namespace UcfActionRecognition.Samples.Prepare;

/// <summary>JPEG frames. A folder holds files of one setting, which a small file in it tells.</summary>
internal sealed class CompactForm(int? quality, int? shortSide) : StoredForm
{
    /// <summary>A stored frame further from the video's than this is a wrong one, in decibels; the worst real one of quality 75 has 33.</summary>
    private const double LeastPsnr = 28;

    private const string SettingsFile = "compact.json";

    // Quality and bytes as a share of the raw frames', measured on 131 clips of UCF-101.
    private static readonly (int Quality, double Share)[] Shares = [(1, 0.015), (50, 0.032), (75, 0.044), (85, 0.055), (90, 0.066), (95, 0.087), (100, 0.19)];

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    private readonly Lock _sync = new();
    private CompactVideoWriterOptions _options = new() { Quality = quality ?? new CompactVideoWriterOptions().Quality, ShortSide = shortSide };
    private double _worst = double.PositiveInfinity;
    private double _sum;
    private long _frames;

    public override string Folder => Ucf101.CompactFolder;

    public override string Name => $"compact HDF5, {Describe(_options)}";

    public override string? Findings
    {
        get
        {
            lock (_sync)
            {
                return _frames == 0 ? null : $"PSNR: {_sum / _frames:F2} dB on average, {_worst:F2} dB for the worst frame.";
            }
        }
    }

    public override void CheckFolder(string folder, bool converts)
    {
        string path = Path.Combine(folder, SettingsFile);
        if (!File.Exists(path))
        {
            if (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.hdf5", SearchOption.AllDirectories).Any())
            {
                throw new DatasetFormatException(
                    $"'{folder}' holds HDF5 files but no {SettingsFile}, so it is unknown how they were made. Delete the folder, or choose another --output.");
            }

            return;
        }

        CompactVideoWriterOptions found = ReadSettings(path);
        if ((converts || quality is not null) && found.Quality != _options.Quality || (converts || shortSide is not null) && found.ShortSide != _options.ShortSide)
        {
            throw new DatasetFormatException(
                $"'{folder}' holds frames of {Describe(found)}; asked for was {Describe(_options)}. Choose another --output, or delete the folder to convert anew.");
        }

        _options = found;
    }

    public override void MarkFolder(string folder)
    {
        byte[] settings = JsonSerializer.SerializeToUtf8Bytes(new Settings(_options.Quality, _options.ShortSide), Json);
        AtomicFile.WriteStream(Path.Combine(folder, SettingsFile), stream => stream.Write([.. settings, (byte)'\n']));
    }

    public override void UnmarkEmptyFolder(string folder)
    {
        string path = Path.Combine(folder, SettingsFile);
        if (Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).All(file => file == path))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public override double EstimateBytes(AviHeader video)
    {
        FrameSize size = _options.StoredSize(video.Size);
        int above = Math.Max(1, Array.FindIndex(Shares, point => point.Quality >= _options.Quality));
        (int lowerQuality, double lowerShare) = Shares[above - 1];
        (int upperQuality, double upperShare) = Shares[above];
        double share = lowerShare + ((upperShare - lowerShare) * (_options.Quality - lowerQuality) / (upperQuality - lowerQuality));

        // A smaller picture has more detail in each pixel, and its colours are kept at full size.
        double detail = size == video.Size ? 1 : 1.1 * video.Size.Height / size.Height;
        return 3.0 * video.Frames * size.Height * size.Width * share * detail;
    }

    public override int Write(string path, VideoReader video) => CompactVideoWriter.Write(path, video, _options, ConsoleProgram.Cancellation);

    public override FrameComparison CreateComparison(FrameSize decoded) => new Nearness(this, decoded, _options.StoredSize(decoded));

    private static string Describe(CompactVideoWriterOptions options) =>
        $"quality {options.Quality}, {(options.ShortSide is { } side ? $"short side {side}" : "full size")}";

    private static CompactVideoWriterOptions ReadSettings(string path)
    {
        try
        {
            Settings settings = JsonSerializer.Deserialize<Settings>(File.ReadAllText(path), Json) ?? throw new JsonException("It holds no settings.");
            return new CompactVideoWriterOptions { Quality = settings.Quality, ShortSide = settings.ShortSide };
        }
        catch (JsonException error)
        {
            throw new DatasetFormatException($"'{path}' cannot be read: {error.Message} Delete its folder and convert again.", error);
        }
    }

    private void Note(double psnr)
    {
        lock (_sync)
        {
            (_worst, _sum, _frames) = (Math.Min(_worst, psnr), _sum + psnr, _frames + 1);
        }
    }

    private sealed record Settings(int Quality, int? ShortSide);

    private sealed class Nearness(CompactForm form, FrameSize decodedSize, FrameSize storedSize) : FrameComparison
    {
        // Equal frames have no noise; this stands for it.
        private const double Equal = 99;

        private readonly FrameResampler _resampler = new(decodedSize, ClipTransform.Identity(decodedSize).Resize(storedSize));
        private readonly byte[] _resized = new byte[storedSize.Height * storedSize.Width * 3];

        public override FrameSize StoredSize => storedSize;

        public override string? Compare(ReadOnlySpan<byte> decoded, ReadOnlySpan<byte> stored)
        {
            _resampler.Resample(decoded, _resized);
            double psnr = Psnr(_resized, stored);
            form.Note(psnr);
            return psnr >= LeastPsnr ? null : $"is {psnr:F1} dB from that of the video; {LeastPsnr:F0} or more are expected";
        }

        private static double Psnr(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
        {
            long squares = 0;
            for (int i = 0; i < first.Length; i++)
            {
                int difference = first[i] - second[i];
                squares += difference * difference;
            }

            return squares == 0 ? Equal : 10 * Math.Log10(255.0 * 255 * first.Length / squares);
        }
    }
}
