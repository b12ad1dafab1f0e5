using BenchmarkDotNet.Attributes;

namespace UcfActionRecognition.Benchmarks;

/// <summary>
/// Reading from a random place of a random video of 320x240, on one thread: open, read, close. Files are in the page cache and were opened before, so
/// that the source knows where their frames are. On files of one's own: set UCF_BENCHMARK_FOLDER to their root; forms that it lacks show NA.
/// </summary>
[MemoryDiagnoser]
public class SourceBenchmarks : IDisposable
{
    private readonly string _root = VideoFolders.FindRoot();
    private readonly Random _random = new(1);
    private VideoFolder _folder = null!;
    private IVideoClipSource _source = null!;
    private int[] _frames = [];
    private byte[] _rgb = [];

    /// <summary>The form of the videos.</summary>
    [Params(VideoFolders.Raw, VideoFolders.FrameChunks, VideoFolders.H5pyChunks, VideoFolders.Compact, VideoFolders.Avi)]
    public string Folder { get; set; } = "";

    /// <summary>Consecutive frames that are read.</summary>
    [Params(1, 16)]
    public int Frames { get; set; }

    /// <summary>Generates the videos where there are none, and opens each once.</summary>
    [GlobalSetup]
    public void Setup()
    {
        VideoFolders.Ensure(_root, Folder);
        _folder = new VideoFolder(Path.Combine(_root, Folder));
        PageCache.Fill(_folder.Files);
        _source = _folder.OpenSource();
        _folder.Index(_source);
        _frames = new int[Frames];
        _rgb = new byte[Frames * _folder.Videos.Max(FrameBytes)];
    }

    private int FrameBytes(LabeledVideo video)
    {
        using VideoReader reader = _source.Open(video.Name);
        return reader.Info.FrameBytes;
    }

    /// <summary>Deletes the generated videos.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _source?.Dispose();
        VideoFolders.DeleteTemporary(_root);
        GC.SuppressFinalize(this);
    }

    /// <summary>One read.</summary>
    [Benchmark]
    public void Read()
    {
        using VideoReader video = _source.Open(_folder.Videos[_random.Next(_folder.Videos.Count)].Name);
        int start = _random.Next(video.Info.FrameCount!.Value - Frames + 1);
        for (int i = 0; i < Frames; i++)
        {
            _frames[i] = start + i;
        }

        video.ReadFrames(_frames, _rgb.AsSpan(0, Frames * video.Info.FrameBytes));
    }
}
