namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>HDF5 videos of every layout that h5py writes, and compact ones: <see cref="Hdf5VideoClipSource"/>.</summary>
internal sealed class Hdf5VideoTarget : FuzzTarget
{
    private const string Video = "video";
    private const int MostFrames = 40;

    private static readonly Hdf5VideoClipSourceOptions Limits = new() { MaxFrames = 100, MaxFramePixels = 10_000, MaxChunkBytes = 1 << 20, ReadAheadBytes = 1 << 20 };

    private readonly Hdf5Mutator _mutator = new(Fixtures("hdf5").Concat(Fixtures("jpeg").Where(path => !path.Contains("_decoded", StringComparison.Ordinal)))
        .Select(File.ReadAllBytes).Where(bytes => bytes.Length <= 64 << 10));

    public override int Seeds => _mutator.Seeds;

    public override IReadOnlyList<FuzzFile> Make(int number) => [new(Video + ".hdf5", _mutator.Make(number, RandomOf(number)))];

    public override void Read(string folder, int number)
    {
        Random random = RandomOf(~number);
        using var source = new Hdf5VideoClipSource(folder, Limits);
        using VideoReader reader = source.Open(Video);
        VideoInfo info = reader.Info;
        Require(info is { Height: > 0, Width: > 0, FrameCount: > 0 and <= 100 } && info.Height * info.Width <= Limits.MaxFramePixels, $"{info}");
        int[] frames = [.. Enumerable.Range(0, 4).Select(_ => random.Next(info.FrameCount!.Value))];
        byte[] some = new byte[frames.Length * info.FrameBytes];
        reader.ReadFrames(frames, some);
        byte[] next = new byte[info.FrameBytes];
        int count = 0;
        while (count < MostFrames && reader.ReadNext(next))
        {
            int asked = Array.IndexOf(frames, count);
            Require(asked < 0 || next.AsSpan().SequenceEqual(some.AsSpan(asked * next.Length, next.Length)), $"frame {count} is not what it was");
            count++;
        }

        Require(count == Math.Min(MostFrames, info.FrameCount!.Value), $"{count} frames of {info}");
    }

    public override bool IsDocumented(Exception error) => error is VideoReadException;

    private static IEnumerable<string> Fixtures(string name) => Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures", name), "*.hdf5")
        .Where(path => !Path.GetFileName(path).StartsWith("bad_", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
}
