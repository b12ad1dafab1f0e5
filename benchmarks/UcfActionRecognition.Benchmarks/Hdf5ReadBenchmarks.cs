using BenchmarkDotNet.Attributes;
using PureHDF;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace UcfActionRecognition.Benchmarks;

/// <summary>Reading 16 consecutive frames of 320x240 (3.7 MB) from an HDF5 video that the system's page cache holds.</summary>
[MemoryDiagnoser]
public class Hdf5ReadBenchmarks : IDisposable
{
    private const int Height = 240;
    private const int Width = 320;
    private const int ClipFrames = 16;
    private const int FirstFrame = 40;

    private readonly string _root = Directory.CreateTempSubdirectory("ucf-benchmark-").FullName;
    private readonly int[] _clip = [.. Enumerable.Range(FirstFrame, ClipFrames)];
    private readonly byte[] _rgb = new byte[ClipFrames * Height * Width * 3];
    private Hdf5VideoClipSource _source = null!;
    private NativeFile _file = null!;
    private string _video = "";

    /// <summary>Writes the video contiguous and in chunks as h5py chooses them, with gzip.</summary>
    [GlobalSetup]
    public void Setup()
    {
        VideoFolders.Ensure(_root, VideoFolders.Raw, videos: 1, frames: 160);
        VideoFolders.Ensure(_root, VideoFolders.H5pyChunks, videos: 1, frames: 160);
        VideoFolders.Ensure(_root, VideoFolders.FrameChunks, videos: 1, frames: 160);
        var folder = new VideoFolder(Path.Combine(_root, VideoFolders.Raw));
        _video = folder.Videos[0].Name;
        _source = new Hdf5VideoClipSource(_root);
        _file = H5File.OpenRead(folder.Files[0]);
    }

    /// <summary>Closes and deletes the files.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _source.Dispose();
        _file.Dispose();
        Directory.Delete(_root, recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Open, 16 frames, close: the file's place is known to the source.</summary>
    [Benchmark(Baseline = true)]
    public void Contiguous() => Read(_source, VideoFolders.Raw);

    /// <summary>The same with a new source: the file is opened and its frames are located anew.</summary>
    [Benchmark]
    public void ContiguousCold()
    {
        using var source = new Hdf5VideoClipSource(_root);
        Read(source, VideoFolders.Raw);
    }

    /// <summary>Gzip, a chunk per frame.</summary>
    [Benchmark]
    public void GzipFrameChunks() => Read(_source, VideoFolders.FrameChunks);

    /// <summary>Gzip, chunks of h5py's own shape; 16 frames touch one or two slabs of 20 frames.</summary>
    [Benchmark]
    public void GzipH5pyChunks() => Read(_source, VideoFolders.H5pyChunks);

    /// <summary>The plain way: PureHDF reads the hyperslab of the contiguous dataset.</summary>
    [Benchmark]
    public void PureHdfHyperslab()
    {
        var dataset = (NativeDataset)_file.Dataset("video");
        dataset.Read(_rgb, new HyperslabSelection(4, [FirstFrame, 0, 0, 0], [ClipFrames, Height, Width, 3]));
    }

    private void Read(Hdf5VideoClipSource source, string folder)
    {
        using VideoReader reader = source.Open($"{folder}/{_video}");
        reader.ReadFrames(_clip, _rgb);
    }
}
