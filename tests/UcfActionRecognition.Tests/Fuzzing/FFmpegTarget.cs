using System.Globalization;

namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>
/// Videos that ffmpeg decodes, made by it and, where UCF101_ROOT names some, cut from real clips: <see cref="FFmpegVideoClipSource"/>. Looks after the reading
/// for processes and files that were left behind.
/// </summary>
internal sealed class FFmpegTarget : FuzzTarget
{
    private const int VideosPerSource = 50;
    private const int RealClipsUsed = 3;

    private static readonly string[] Picture =
        ["-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25", "-frames:v", "12", "-pix_fmt", "yuv420p", "-threads", "1", "-bitexact"];
    private static readonly FFmpegVideoClipSourceOptions Limits = new()
    {
        Extensions = [".avi", ".mp4", ".mkv", ".mpg"],
        FrameTimeout = TimeSpan.FromSeconds(10),
        MaxFrames = 500,
        MaxFramePixels = 400_000,
    };

    private readonly List<FuzzFile> _seeds = [];
    private FFmpegVideoClipSource? _source;
    private string _index = "";
    private int _videos;

    public override int Seeds => _seeds.Count;

    public override void Prepare(string folder)
    {
        string seeds = Directory.CreateDirectory(Path.Combine(folder, "seeds")).FullName;
        _index = Path.Combine(folder, "index");
        (string Extension, string Options)[] made =
        [
            (".avi", "-c:v mpeg4 -g 5"), (".avi", "-c:v mpeg4 -g 5 -bf 2 -vtag XVID"), (".avi", "-c:v mjpeg"), (".mp4", "-c:v mpeg4 -g 5"), (".mkv", "-c:v mpeg4 -g 5"),
            (".mpg", "-c:v mpeg2video -g 5"),
        ];
        foreach ((string extension, string options) in made)
        {
            AddSeed(Path.Combine(seeds, $"made{_seeds.Count}{extension}"), [.. Picture, .. options.Split(' ')]);
        }

        if (Environment.GetEnvironmentVariable("UCF101_ROOT") is { Length: > 0 } root)
        {
            IEnumerable<FileInfo> clips = new DirectoryInfo(Path.Combine(root, Ucf101.AviFolder)).EnumerateFiles("*.avi", SearchOption.AllDirectories);
            foreach (FileInfo clip in clips.OrderBy(clip => clip.Length).ThenBy(clip => clip.Name, StringComparer.Ordinal).Take(RealClipsUsed))
            {
                AddSeed(Path.Combine(seeds, $"real{_seeds.Count}.avi"), ["-i", clip.FullName, "-an", "-c:v", "copy", "-frames:v", "16", "-bitexact"]);
            }
        }
    }

    public override IReadOnlyList<FuzzFile> Make(int number)
    {
        FuzzFile seed = _seeds[number % _seeds.Count];
        string name = VideoOf(number) + Path.GetExtension(seed.Name);
        if (number < _seeds.Count)
        {
            return [new(name, seed.Content)];
        }

        Random random = RandomOf(number);

        // Containers say most in their first and last bytes.
        bool edges = random.Next(3) > 0;
        const int Edge = 600;
        var mutator = new FileMutator(seed.Content, random, new FileMutatorOptions
        {
            Pieces =
            [
                [.. "movi"u8], [.. "00dc"u8], [.. "idx1"u8], [.. "RIFF"u8], [.. "moov"u8], [.. "stsz"u8],
                [0x1A, 0x45, 0xDF, 0xA3], [0, 0, 1, 0xB6], [0, 0, 1, 0xB3], [0, 0, 1, 0x20],
            ],
            Place = from => edges && from.Next(2) == 0 ? Math.Min(seed.Content.Length - 1, from.Next(Edge))
                : edges ? Math.Max(0, seed.Content.Length - 1 - from.Next(Edge)) : from.Next(seed.Content.Length),
            Other = _seeds[random.Next(_seeds.Count)].Content,
            KeepLength = random.Next(2) == 0,
        });
        return [new(name, mutator.Next())];
    }

    public override void Read(string folder, int number)
    {
        if (_source is null || _videos++ % VideosPerSource == VideosPerSource - 1)
        {
            EndSource();
            _source = new FFmpegVideoClipSource(folder, Limits with { IndexFolder = _index });
        }

        using VideoReader reader = _source.Open(VideoOf(number));
        VideoInfo info = reader.Info;
        Require(info is { Height: > 0, Width: > 0, FrameCount: > 0 and <= 500 } && info.Height * info.Width <= Limits.MaxFramePixels, $"{info}");

        // One way for each mutant: starting ffmpeg is what takes the time.
        if (number / _seeds.Count % 2 == 0)
        {
            ReadTwice(reader, info, RandomOf(~number));
        }
        else
        {
            ReadToEnd(reader, info);
        }
    }

    public override bool IsDocumented(Exception error) => error is VideoReadException;

    public override void Dispose()
    {
        EndSource();
        base.Dispose();
    }

    // First all frames are decoded and noted, then those that are wanted are read by a shorter way.
    private static void ReadTwice(VideoReader reader, VideoInfo info, Random random)
    {
        int[] frames = [.. Enumerable.Range(0, 3).Select(_ => random.Next(info.FrameCount!.Value))];
        byte[] some = new byte[frames.Length * info.FrameBytes];
        reader.ReadFrames(frames, some);
        byte[] again = new byte[some.Length];
        reader.ReadFrames(frames, again);
        Require(some.AsSpan().SequenceEqual(again), "other frames when read again");
    }

    private static void ReadToEnd(VideoReader reader, VideoInfo info)
    {
        byte[] next = new byte[info.FrameBytes];
        int count = 0;
        while (reader.ReadNext(next))
        {
            count++;
        }

        Require(count == info.FrameCount, $"{count} frames of {info}");
    }

    private static string VideoOf(int number) => $"v{number}";

    private void AddSeed(string path, string[] arguments)
    {
        Sources.FFmpegVideos.Run([.. arguments, path]);
        _seeds.Add(new FuzzFile(Path.GetFileName(path), File.ReadAllBytes(path)));
    }

    /// <summary>Ends the source, and looks for what it should not have left.</summary>
    private void EndSource()
    {
        if (_source is null)
        {
            return;
        }

        _source.Dispose();
        _source = null;
        if (OperatingSystem.IsLinux())
        {
            Require(SpinWait.SpinUntil(() => Children().Length == 0, TimeSpan.FromSeconds(5)), $"processes were left: {string.Join(", ", Children())}");
        }

        string[] files = Directory.Exists(_index) ? Directory.GetFiles(_index, "*", SearchOption.AllDirectories) : [];
        Require(files.All(file => file.EndsWith(".index", StringComparison.Ordinal)), $"files were left: {string.Join(", ", files)}");
        Require(Directory.GetFileSystemEntries(Path.GetTempPath()).Length == 0, "temporary files were left");
    }

    // proc(5): the parent's number is the second field behind the name, which is in parentheses.
    private static string[] Children()
    {
        string parent = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        var children = new List<string>();
        foreach (string folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                string stat = File.ReadAllText(Path.Combine(folder, "stat"));
                if (stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1] == parent)
                {
                    children.Add(stat);
                }
            }
            catch (IOException)
            {
                // It ended in the meantime.
            }
        }

        return [.. children];
    }
}
