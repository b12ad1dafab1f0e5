using BenchmarkDotNet.Attributes;
using PureHDF;
using PureHDF.Filters;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace UcfActionRecognition.Benchmarks;

/// <summary>Reading 16 consecutive frames of 320x240 (3.7 MB) from an HDF5 video that the system's page cache holds.</summary>
[MemoryDiagnoser]
public class Hdf5ReadBenchmarks : IDisposable
{
    private const int Frames = 160;
    private const int Height = 240;
    private const int Width = 320;
    private const int ClipFrames = 16;
    private const int FirstFrame = 40;

    private readonly string _folder = Directory.CreateTempSubdirectory("ucf-benchmark-").FullName;
    private readonly int[] _clip = [.. Enumerable.Range(FirstFrame, ClipFrames)];
    private readonly byte[] _rgb = new byte[ClipFrames * Height * Width * 3];
    private Hdf5VideoClipSource _source = null!;
    private NativeFile _file = null!;

    /// <summary>Writes the video contiguous and in chunks as h5py chooses them, with gzip.</summary>
    [GlobalSetup]
    public void Setup()
    {
        byte[] video = SmoothVideo();
        Hdf5VideoWriter.Write(PathOf("contiguous"), Height, Width, video);
        WriteChunked("h5py-chunks", video, [20, 30, 80, 1]);
        WriteChunked("frame-chunks", video, [1, Height, Width, 3]);
        _source = new Hdf5VideoClipSource(_folder);
        _file = H5File.OpenRead(PathOf("contiguous"));
    }

    /// <summary>Closes and deletes the files.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _source.Dispose();
        _file.Dispose();
        Directory.Delete(_folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Open, 16 frames, close: the file's place is known to the source.</summary>
    [Benchmark(Baseline = true)]
    public void Contiguous() => Read(_source, "contiguous");

    /// <summary>The same with a new source: the file is opened and its frames are located anew.</summary>
    [Benchmark]
    public void ContiguousCold()
    {
        using var source = new Hdf5VideoClipSource(_folder);
        Read(source, "contiguous");
    }

    /// <summary>Gzip, a chunk per frame.</summary>
    [Benchmark]
    public void GzipFrameChunks() => Read(_source, "frame-chunks");

    /// <summary>Gzip, chunks of h5py's own shape; 16 frames touch one or two slabs of 20 frames.</summary>
    [Benchmark]
    public void GzipH5pyChunks() => Read(_source, "h5py-chunks");

    /// <summary>The plain way: PureHDF reads the hyperslab of the contiguous dataset.</summary>
    [Benchmark]
    public void PureHdfHyperslab()
    {
        var dataset = (NativeDataset)_file.Dataset("video");
        dataset.Read(_rgb, new HyperslabSelection(4, [FirstFrame, 0, 0, 0], [ClipFrames, Height, Width, 3]));
    }

    private void Read(Hdf5VideoClipSource source, string name)
    {
        using VideoReader reader = source.Open(name);
        reader.ReadFrames(_clip, _rgb);
    }

    private string PathOf(string name) => Path.Combine(_folder, name + ".hdf5");

    /// <summary>A picture that moves and compresses about as a video's frames do.</summary>
    private static byte[] SmoothVideo()
    {
        var random = new Random(1);
        byte[] video = new byte[Frames * Height * Width * 3];
        for (int i = 0; i < video.Length; i++)
        {
            int pixel = i / 3;
            int x = pixel % Width, y = pixel / Width % Height, t = pixel / (Width * Height);
            video[i] = (byte)(((x + t) / 2) + (y / 3) + random.Next(4));
        }

        return video;
    }

    private void WriteChunked(string name, byte[] video, uint[] chunks)
    {
        var options = new H5DatasetCreation(Filters: [new H5Filter(DeflateFilter.Id, new() { [DeflateFilter.COMPRESSION_LEVEL] = 1 })]);
        var dataset = new H5Dataset(video, chunks: chunks, fileDims: [Frames, Height, Width, 3], datasetCreation: options);
        new H5File { ["video"] = dataset }.Write(PathOf(name));
    }
}
