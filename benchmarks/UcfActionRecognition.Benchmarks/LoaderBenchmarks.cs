using BenchmarkDotNet.Attributes;

namespace UcfActionRecognition.Benchmarks;

/// <summary>
/// <see cref="ClipLoader"/> end to end, from files in the page cache to uint8 batches, with the assignment's sampling and augmentation: the time of one
/// clip within an epoch, its start included. On files of one's own: set UCF_BENCHMARK_FOLDER to their root. <c>measure loader</c> measures the same without
/// starts, with cold files too, and beside Python in <c>compare.sh</c>.
/// </summary>
[MemoryDiagnoser]
public class LoaderBenchmarks : IDisposable
{
    private const int Clips = 400;

    private readonly string _root = VideoFolders.FindRoot();
    private IVideoClipSource _source = null!;
    private ClipLoader _loader = null!;
    private int _epoch;

    /// <summary>The form of the videos.</summary>
    [Params(VideoFolders.Raw, VideoFolders.Compact)]
    public string Folder { get; set; } = "";

    /// <summary>Threads that load.</summary>
    [Params(1, 2, 4)]
    public int Workers { get; set; }

    /// <summary>Frames of a clip.</summary>
    [Params(1, 16)]
    public int Frames { get; set; }

    /// <summary>Generates the videos where there are none.</summary>
    [GlobalSetup]
    public void Setup()
    {
        VideoFolders.Ensure(_root, Folder);
        var folder = new VideoFolder(Path.Combine(_root, Folder));
        PageCache.Fill(folder.Files);
        _source = folder.OpenSource();
        LabeledVideo[] videos = [.. Enumerable.Range(0, Clips).Select(index => folder.Videos[index % folder.Videos.Count])];
        var options = new ClipLoaderOptions { BatchSize = Frames == 1 ? 100 : 32, Workers = Workers };
        _loader = new ClipLoader(videos, _source, new RandomClip(Frames), Recipe.Sequence.Assignment.Augmentation.Resize(224), options);
    }

    /// <summary>Deletes the generated videos.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _loader?.Dispose();
        _source?.Dispose();
        VideoFolders.DeleteTemporary(_root);
        GC.SuppressFinalize(this);
    }

    /// <summary>An epoch.</summary>
    [Benchmark(OperationsPerInvoke = Clips)]
    public void ReadEpoch()
    {
        foreach (ClipBatch batch in _loader.ReadEpoch(_epoch++))
        {
            batch.Dispose();
        }
    }
}
