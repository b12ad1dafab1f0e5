using System.Diagnostics;
using TorchSharp;

namespace UcfActionRecognition.Benchmarks;

/// <summary>
/// The loader end to end, from the file to the uint8 batch, with the assignment's sampling and augmentation. The consumer takes each batch and
/// drops it. Epochs are as long as UCF-101's, whatever the folder holds; after the first batches and two seconds the clock starts.
/// </summary>
internal sealed class LoaderMeasurement(LoaderOptions options)
{
    private const int EpochVideos = 9537;
    private const int Side = 224;

    // The runtime compiles what runs often a second and a third time.
    private const double CompilingSeconds = 2;

    // Half of the clips are cropped, width and height each by a uniform 0.7 to 1.
    private const double ReadShare = 0.5 + 0.5 * 0.85 * 0.85;

    private readonly VideoFolder _folder = new(options.Folder, options.Videos);

    public void Run()
    {
        TorchRuntime.Load();
        using var input = new ModelInput(
            new InputSpec { Size = Side, ClipLength = options.Frames, Normalization = Normalization.Ucf101Assignment }, torch.CPU);
        Warm();
        var memory = new ResidentMemory();
        Counts counts = options.Cold ? ReadCold(input) : ReadWarm(input);
        long clipBytes = 3L * options.Frames * Side * Side;
        long batchBytes = Math.Min(options.Batch, EpochVideos) * clipBytes;
        JsonLine.Print(new
        {
            Measure = "loader",
            options.Folder,
            options.Workers,
            options.Frames,
            options.Batch,
            options.Prefetch,
            options.Cold,
            options.Input,
            Videos = _folder.Videos.Count,
            ClipsPerSecond = counts.Clips / counts.Seconds,
            FramesPerSecond = counts.Clips * options.Frames / counts.Seconds,
            counts.Clips,
            counts.Seconds,
            counts.Batches,
            ManagedBytesPerClip = (double)counts.ManagedBytes / counts.Clips,
            PeakBytes = memory.PeakRise,
            PeakBytesAllowed = (options.Prefetch + 2) * batchBytes + (64 << 20),
            CopyBytesPerClip = ReadShare * FrameBytes() * options.Frames + clipBytes,
        });
    }

    private Counts ReadWarm(ModelInput input)
    {
        using IVideoClipSource source = _folder.OpenSource();
        using ClipLoader loader = CreateLoader(source, Repeated(EpochVideos));
        using IEnumerator<ClipBatch> batches = Epochs(loader).GetEnumerator();
        Read(batches, input, double.PositiveInfinity, options.WarmUp);
        if (options.Batches is { } count)
        {
            return Read(batches, input, double.PositiveInfinity, count);
        }

        Read(batches, input, CompilingSeconds, int.MaxValue);
        return Read(batches, input, options.Seconds, int.MaxValue);
    }

    // The code is warmed up on the same files; then they are evicted, a new source forgets where their frames are, and each is read once.
    private Counts ReadCold(ModelInput input)
    {
        using (IVideoClipSource source = _folder.OpenSource())
        using (ClipLoader loader = CreateLoader(source, _folder.Videos))
        using (IEnumerator<ClipBatch> batches = Epochs(loader).GetEnumerator())
        {
            Read(batches, input, double.PositiveInfinity, options.WarmUp);
        }

        PageCache.Evict(_folder.Files);
        double cached = PageCache.CachedShare(_folder.Files);
        if (cached > 0.02)
        {
            throw new IOException($"{cached:P0} of the files stayed in the page cache, so nothing cold can be measured.");
        }

        using IVideoClipSource fresh = _folder.OpenSource();
        using ClipLoader cold = CreateLoader(fresh, _folder.Videos);
        using IEnumerator<ClipBatch> epoch = cold.ReadEpoch(1).GetEnumerator();
        return Read(epoch, input, double.PositiveInfinity, options.Batches ?? int.MaxValue);
    }

    // AVI files get their index; the page cache gets all of the files.
    private void Warm()
    {
        PageCache.Fill(_folder.Files);
        using IVideoClipSource source = _folder.OpenSource();
        _folder.Index(source);
    }

    private ClipLoader CreateLoader(IVideoClipSource source, IReadOnlyList<LabeledVideo> videos)
    {
        var loading = new ClipLoaderOptions { BatchSize = options.Batch, Workers = options.Workers, PrefetchBatches = options.Prefetch };
        AugmentationPipeline augmentation = Recipe.Sequence.Assignment.Augmentation.Resize(Side);
        return new ClipLoader(videos, source, new RandomClip(options.Frames), augmentation, loading);
    }

    private LabeledVideo[] Repeated(int count) => [.. Enumerable.Range(0, Math.Max(count, _folder.Videos.Count))
        .Select(index => _folder.Videos[index % _folder.Videos.Count])];

    private static IEnumerable<ClipBatch> Epochs(ClipLoader loader) => Enumerable.Range(0, int.MaxValue).SelectMany(epoch => loader.ReadEpoch(epoch));

    private Counts Read(IEnumerator<ClipBatch> batches, ModelInput input, double seconds, int most)
    {
        int clips = 0;
        int count = 0;
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        var clock = Stopwatch.StartNew();
        while (count < most && clock.Elapsed.TotalSeconds < seconds && batches.MoveNext())
        {
            using ClipBatch batch = batches.Current;
            if (options.Input)
            {
                input.Prepare(batch.Frames).Dispose();
            }

            clips += batch.Videos.Count;
            count++;
        }

        return new Counts(clips, count, clock.Elapsed.TotalSeconds, GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }

    private long FrameBytes()
    {
        using IVideoClipSource source = _folder.OpenSource();
        using VideoReader video = source.Open(_folder.Videos[0].Name);
        return video.Info.FrameBytes;
    }

    private readonly record struct Counts(int Clips, int Batches, double Seconds, long ManagedBytes);
}
