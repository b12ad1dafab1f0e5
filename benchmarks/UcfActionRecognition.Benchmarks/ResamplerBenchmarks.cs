using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;

namespace UcfActionRecognition.Benchmarks;

/// <summary>
/// One frame of 320x240 through <see cref="FrameResampler"/> on one thread, in each of its ways of computing, which the runtime's settings
/// choose. A frame is 230 kB to read and, at 224x224, 151 kB to write: GB/s are 381 (at 112x112 268) over the microseconds of a frame.
/// </summary>
[MemoryDiagnoser]
[Config(typeof(Paths))]
public class ResamplerBenchmarks
{
    private static readonly FrameSize Source = new(240, 320);

    // More than one, as a loader's frames are.
    private readonly byte[][] _frames = new byte[8][];
    private byte[] _output = [];
    private FrameResampler _resampler = null!;
    private int _next;

    /// <summary>What is done: the whole frame, a crop of 0.85 of both sides, the frame flipped, and the smaller size of clips.</summary>
    [Params("whole to 224", "0.85 to 224", "flipped to 224", "whole to 112")]
    public string Case { get; set; } = "";

    /// <summary>Makes frames and the resampler.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (int i = 0; i < _frames.Length; i++)
        {
            random.NextBytes(_frames[i] = new byte[Source.Height * Source.Width * 3]);
        }

        ClipTransform whole = ClipTransform.Identity(Source);
        ClipTransform transform = Case switch
        {
            "0.85 to 224" => whole.CropTo(24, 18, new FrameSize(204, 272)).Resize(FrameSize.Square(224)),
            "flipped to 224" => whole.Flip().Resize(FrameSize.Square(224)),
            "whole to 112" => whole.Resize(FrameSize.Square(112)),
            _ => whole.Resize(FrameSize.Square(224)),
        };
        _resampler = new FrameResampler(Source, transform.Brighten(7));
        _output = new byte[transform.OutputSize.Height * transform.OutputSize.Width * 3];
    }

    /// <summary>One frame.</summary>
    [Benchmark]
    public void Resample() => _resampler.Resample(_frames[_next++ % _frames.Length], _output);

    private sealed class Paths : ManualConfig
    {
        public Paths()
        {
            Add("best");
            Add("AVX2", "DOTNET_EnableAVX512v2");
            Add("Vector128", "DOTNET_EnableAVX2");
            Add("scalar", "DOTNET_EnableHWIntrinsic");
        }

        private void Add(string id, string? turnedOff = null)
        {
            Job job = Job.Default.WithId(id);
            AddJob(turnedOff is null ? job : job.WithEnvironmentVariable(turnedOff, "0"));
        }
    }
}
