using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace UcfActionRecognition.Samples.Prepare;

/// <summary>Converts the AVI files of a root, or verifies what was converted.</summary>
internal sealed class PrepareJob(string data, string output, StoredForm form, string[]? classes, int? split, Shard shard, int workers)
{
    private readonly string _aviFolder = Path.Combine(data, Ucf101.AviFolder);
    private readonly string _hdf5Folder = Path.Combine(output, form.Folder);
    private readonly ConcurrentQueue<VideoFailure> _failures = new();
    private int _done;
    private int _kept;
    private long _frames;
    private long _rawBytes;
    private long _storedBytes;

    /// <summary>Converts every video that has no whole HDF5 file yet.</summary>
    /// <returns>Whether all videos are there in the end.</returns>
    public bool Convert()
    {
        string[] videos = FindVideos();
        using var root = new OutputRoot(output, form, shard);
        string[] missing = [.. videos.Where(video => !IsConverted(video))];
        _kept = videos.Length - missing.Length;
        string part = shard == Shard.Whole ? "" : $"Shard {shard}: ";
        Console.WriteLine($"{part}{videos.Length} videos in {_aviFolder}, {_kept} of them converted before.");
        CheckSpace(missing);
        root.Begin(data, hasVideos: missing.Length > 0);
        try
        {
            ForEach("Converting", missing, (avi, _, video) =>
            {
                using VideoReader reader = avi.Open(video, ConsoleProgram.Cancellation);
                Count(video, form.Write(Hdf5Path(video), reader), reader.Info);
            });
        }
        finally
        {
            if (_kept == 0 && _done == _failures.Count)
            {
                root.EndUnused();
            }

            // Also when it was stopped: what was found so far took time to find.
            Summarise("converted");
        }

        return _failures.IsEmpty;
    }

    /// <summary>Decodes every video again and compares it with its HDF5 file.</summary>
    /// <returns>Whether all files are whole and right.</returns>
    public bool Verify()
    {
        string[] videos = FindVideos();
        form.CheckFolder(_hdf5Folder, converts: false);
        try
        {
            ForEach("Verifying", videos, (avi, hdf5, video) =>
            {
                using VideoReader decoded = avi.Open(video, ConsoleProgram.Cancellation);
                using VideoReader stored = hdf5.Open(video, ConsoleProgram.Cancellation);
                Count(video, VideoComparison.Compare(video, decoded, stored, form.CreateComparison(decoded.Info.Size)), decoded.Info);
            });
        }
        finally
        {
            Summarise("whole and equal to their videos");
            if (form.Findings is { } findings)
            {
                Console.WriteLine(findings);
            }
        }

        return _failures.IsEmpty;
    }

    private string[] FindVideos() => [.. shard.Of(FindAllVideos())];

    private string[] FindAllVideos()
    {
        if (split is { } number)
        {
            ActionDataset lists = Ucf101.Load(data, number, new Ucf101Options { Classes = classes, Format = VideoFormat.Avi, SkipMissing = true });
            return [.. lists.Train.Concat(lists.Test).Select(video => video.Name).Order(StringComparer.Ordinal)];
        }

        if (!Directory.Exists(_aviFolder))
        {
            throw new DatasetFormatException($"'{data}' does not hold {Ucf101.AviFolder}/ with a folder of AVI files per class.");
        }

        string[] folders = [.. Directory.GetDirectories(_aviFolder).Where(folder => IsKept(Path.GetFileName(folder)))];
        string[] missing = [.. (classes ?? []).Except(folders.Select(folder => Path.GetFileName(folder)), StringComparer.OrdinalIgnoreCase)];
        return folders.Length == 0 || missing.Length > 0
            ? throw new DatasetFormatException($"'{_aviFolder}' has no folder of {(missing.Length > 0 ? string.Join(", ", missing) : "any class")}.")
            : [.. folders.SelectMany(folder => Directory.EnumerateFiles(folder, "*.avi")
                .Select(file => $"{Path.GetFileName(folder)}/{Path.GetFileNameWithoutExtension(file)}")).Order(StringComparer.Ordinal)];
    }

    private bool IsKept(string name) => classes is null || classes.Contains(name, StringComparer.OrdinalIgnoreCase);

    private string AviPath(string video) => Path.Combine(_aviFolder, video + ".avi");

    private string Hdf5Path(string video) => Path.Combine(_hdf5Folder, video + ".hdf5");

    // Files appear whole or not at all, so one that is there and no older than its video needs no second look; --verify takes it.
    private bool IsConverted(string video) =>
        File.Exists(Hdf5Path(video)) && File.GetLastWriteTimeUtc(Hdf5Path(video)) >= File.GetLastWriteTimeUtc(AviPath(video));

    private void CheckSpace(string[] videos)
    {
        if (videos.Length == 0)
        {
            return;
        }

        double[] known = [.. videos.Select(video => AviHeader.Read(AviPath(video))).OfType<AviHeader>().Select(form.EstimateBytes)];
        double needed = known.Length == 0 ? 0 : known.Average() * videos.Length;
        string drive = Path.GetFullPath(output);
        Directory.CreateDirectory(drive);
        long free = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(drive)! : drive).AvailableFreeSpace;
        Console.WriteLine($"The {videos.Length} videos to convert take about {Gigabytes(needed)} as {form.Name}; {Gigabytes(free)} are free.");
        if (needed > free)
        {
            throw new IOException(
                $"'{drive}' has {Gigabytes(free)} free and about {Gigabytes(needed)} are needed. "
                + "Free some, choose another --output, or convert a part with --classes or --split; AVI files can also be read without conversion.");
        }
    }

    private void ForEach(string title, string[] videos, Action<FFmpegVideoClipSource, Hdf5VideoClipSource, string> work)
    {
        if (videos.Length == 0)
        {
            return;
        }

        using var avi = new FFmpegVideoClipSource(_aviFolder);
        using var hdf5 = new Hdf5VideoClipSource(_hdf5Folder);
        var clock = Stopwatch.StartNew();
        ConsoleProgram.WithProgressBar(title, bar => InParallel(
            videos,
            video =>
            {
                try
                {
                    work(avi, hdf5, video);
                }
                catch (VideoReadException error) when (!ConsoleProgram.Cancellation.IsCancellationRequested)
                {
                    _failures.Enqueue(new VideoFailure(video, error.Message));
                }

                int ended = Interlocked.Increment(ref _done);
                lock (bar)
                {
                    bar.Report(ended, videos.Length, $"{ended}/{videos.Length} videos  {Gigabytes(_storedBytes)}  {_frames / clock.Elapsed.TotalSeconds:F0} frames/s");
                }
            }));
    }

    // What stops one worker, a full disk say, stops all, and is thrown as itself.
    private bool InParallel(string[] videos, Action<string> work)
    {
        try
        {
            Parallel.ForEach(videos, new ParallelOptions { MaxDegreeOfParallelism = workers, CancellationToken = ConsoleProgram.Cancellation }, work);
            return true;
        }
        catch (AggregateException errors)
        {
            ConsoleProgram.Cancellation.ThrowIfCancellationRequested();
            ExceptionDispatchInfo.Throw(errors.Flatten().InnerExceptions[0]);
            throw;
        }
    }

    private void Count(string video, int frames, VideoInfo info)
    {
        Interlocked.Add(ref _frames, frames);
        Interlocked.Add(ref _rawBytes, (long)frames * info.FrameBytes);
        Interlocked.Add(ref _storedBytes, new FileInfo(Hdf5Path(video)).Length);
    }

    private void Summarise(string what)
    {
        int good = _done - _failures.Count;
        string share = _rawBytes == 0 ? "" : $", {100.0 * _storedBytes / _rawBytes:F1} % of the raw frames";
        Console.WriteLine($"{good} videos {what} ({_frames} frames, {Gigabytes(_storedBytes)}{share}), {_kept} kept from before, {_failures.Count} failed.");
        foreach (VideoFailure failure in _failures.OrderBy(failure => failure.Video, StringComparer.Ordinal))
        {
            Console.Error.WriteLine($"{failure.Video}: {failure.Reason}");
        }
    }

    private static string Gigabytes(double bytes) => bytes < 1e9 ? $"{bytes / 1e6:F1} MB" : $"{bytes / 1e9:F1} GB";
}
