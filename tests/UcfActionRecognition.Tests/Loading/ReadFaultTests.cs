using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using UcfActionRecognition.Tests.Sources;

namespace UcfActionRecognition.Tests.Loading;

/// <summary>Files that become unreadable, or other ones, while a loader reads them.</summary>
public partial class ReadFaultTests
{
    private const int Frames = 12;
    private static readonly FrameSize Size = new(48, 64);
    private static readonly AugmentationPipeline Augmentation = AugmentationPipeline.Create().RandomHorizontalFlip().Resize(new FrameSize(24, 32));
    private static readonly ClipLoaderOptions Options = new() { BatchSize = 3, Workers = 2, MaxFailureShare = 0.5 };
    private static readonly LabeledVideo[] Videos = FormulaVideos.Videos(9);

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    [Platform("Linux")]
    public void Hdf5_DiskFailsInTheMiddleOfTraining_IsListedAndReadAgainWhenItWorks()
    {
        WriteHdf5(Videos);
        using IVideoClipSource source = new Hdf5VideoClipSource(_folder.Path);
        using ClipLoader loader = Loader(source);
        Assert.That(EpochClips.Read(loader, 0).Failures, Is.Empty);

        // The source keeps its files open. Under one of them comes a file that opens and then fails with EIO: this process's memory at an address without any.
        using (SafeFileHandle failing = File.OpenHandle("/proc/self/mem"))
        {
            int handle = HandleOf(_folder["Class1/4.hdf5"]);
            Assert.That(Duplicate((int)failing.DangerousGetHandle(), handle), Is.EqualTo(handle));
        }

        EpochClips epoch = EpochClips.Read(loader, 1);
        Assert.That(epoch.FailedVideos, Is.EqualTo(new[] { "Class1/4" }));
        Assert.That(epoch.Failures[0].Reason, Does.Contain("4.hdf5': its disk or network drive fails (Input/output error"));
        Assert.That(epoch.Clips, Has.Count.EqualTo(Videos.Length));
        AssertLikeFresh(loader, 2);
    }

    [Test]
    [Platform("Linux")]
    public void Avi_FileThatCannotBeRead_IsListed()
    {
        // A file of the kernel's that has a length and whose reading fails.
        const string Unreadable = "/sys/class/net/lo/speed";
        if (!File.Exists(Unreadable))
        {
            Assert.Ignore($"Needs the kernel's file {Unreadable}.");
        }

        MakeAvis(Videos);
        File.Delete(_folder["Class2/5.avi"]);
        File.CreateSymbolicLink(_folder["Class2/5.avi"], Unreadable);
        using IVideoClipSource source = Avis();
        using ClipLoader loader = Loader(source);
        EpochClips epoch = EpochClips.Read(loader, 0);
        Assert.That(epoch.FailedVideos, Is.EqualTo(new[] { "Class2/5" }));
        Assert.That(epoch.Failures[0].Reason, Does.Contain("Class2/5.avi").And.Contains("Invalid argument"));
    }

    [Test]
    public void Hdf5_FileDeletedInTraining_IsListedUntilItIsBack()
    {
        WriteHdf5(Videos);
        using IVideoClipSource source = new Hdf5VideoClipSource(_folder.Path);
        using ClipLoader loader = Loader(source);
        EpochClips.Read(loader, 0);
        File.Move(_folder["Class0/3.hdf5"], _folder["away"]);
        EpochClips epoch = EpochClips.Read(loader, 1);
        Assert.That(epoch.FailedVideos, Is.EqualTo(new[] { "Class0/3" }));
        Assert.That(epoch.Failures[0].Reason, Does.Contain("found no such file"));
        File.Move(_folder["away"], _folder["Class0/3.hdf5"]);
        AssertLikeFresh(loader, 2);
    }

    [TestCase(100, "it is cut short: it has 100 of its 110812 bytes")]
    [TestCase(0, "it is empty (0 bytes)")]
    public void Hdf5_FileCutInTraining_IsListed(long length, string reason)
    {
        WriteHdf5(Videos);
        using IVideoClipSource source = new Hdf5VideoClipSource(_folder.Path);
        using ClipLoader loader = Loader(source);
        EpochClips.Read(loader, 0);
        using (var file = new FileStream(_folder["Class0/3.hdf5"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(length);
        }

        File.SetLastWriteTimeUtc(_folder["Class0/3.hdf5"], DateTime.UtcNow.AddSeconds(3));
        EpochClips epoch = EpochClips.Read(loader, 1);
        Assert.That(epoch.FailedVideos, Is.EqualTo(new[] { "Class0/3" }));
        Assert.That(epoch.Failures[0].Reason, Does.Contain(reason));
    }

    [Test]
    public void Hdf5_FileWrittenOverWhileItIsRead_GivesNoMixture()
    {
        string path = _folder["Class0/0.hdf5"];
        Hdf5VideoWriter.Write(path, Size.Height, Size.Width, Filled(1));
        File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-1));
        Hdf5VideoWriter.Write(_folder["other"], Size.Height, Size.Width, Filled(2));
        byte[] other = File.ReadAllBytes(_folder["other"]);
        using var source = new Hdf5VideoClipSource(_folder.Path);
        using VideoReader reader = source.Open("Class0/0");
        var sink = new Rows(position =>
        {
            if (position == 5)
            {
                using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
                file.Write(other);
            }
        });
        Assert.That(
            () => reader.ReadFrames([.. Enumerable.Range(0, Frames)], sink),
            Throws.TypeOf<VideoReadException>().With.Message.Contains("0.hdf5' changed while it was read."));
        using VideoReader again = source.Open("Class0/0");
        Assert.That(again.Read(0), Has.All.EqualTo(2));
    }

    [Test]
    public void Hdf5_FilesReplacedAgainAndAgain_EveryClipIsOfOneFile()
    {
        foreach (LabeledVideo video in Videos)
        {
            Hdf5VideoWriter.Write(_folder[video.Name + ".hdf5"], Size.Height, Size.Width, Filled(1));
        }

        using IVideoClipSource source = new Hdf5VideoClipSource(_folder.Path, new() { MaxOpenFiles = 4 });
        using ClipLoader loader = Loader(source);
        using var stop = new CancellationTokenSource();
        int written = 0;
        Task writer = Task.Run(() =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                // Another length too: an old place in a new file would show.
                Hdf5VideoWriter.Write(_folder[Videos[i % Videos.Length].Name + ".hdf5"], Size.Height, Size.Width, Filled((byte)(1 + (i % 200)), Frames + (i % 5)));
                written++;
            }
        });
        for (int epoch = 0; epoch < Reliability.Repetitions(5) * 10; epoch++)
        {
            EpochClips read = EpochClips.Read(loader, epoch);
            Assert.That(read.Failures, Is.Empty);
            Assert.That(read.Clips.Where(clip => clip.Clip.Distinct().Count() != 1), Is.Empty);
        }

        stop.Cancel();
        writer.Wait();
        Assert.That(written, Is.Positive);
    }

    [Test]
    public void Avi_FilesReplacedCutAndDeletedInTraining_AreReadAsTheyAreNow()
    {
        MakeAvis(Videos);
        using IVideoClipSource source = Avis();
        using ClipLoader loader = Loader(source);
        Assert.That(EpochClips.Read(loader, 0).Failures, Is.Empty);
        FFmpegVideos.Make(_folder["Class0/0.avi"], frames: 30, size: "80x60");
        FFmpegVideos.Make(_folder["Class1/1.avi"], frames: 5);
        byte[] whole = File.ReadAllBytes(_folder["Class2/2.avi"]);
        File.WriteAllBytes(_folder["Class2/2.avi"], whole[..(whole.Length * 9 / 10)]);
        File.WriteAllText(_folder["Class0/3.avi"], "no video");
        File.Delete(_folder["Class1/4.avi"]);
        EpochClips epoch = AssertLikeFresh(loader, 1, Avis);
        Assert.That(epoch.FailedVideos, Is.EquivalentTo(new[] { "Class0/3", "Class1/4" }));
    }

    [TestCase(1)]
    [TestCase(10)]
    [TestCase(50)]
    public void Hdf5_BrokenVideos_AreReplacedAndListedExactly(int broken)
    {
        LabeledVideo[] videos = FormulaVideos.Videos(100);
        WriteHdf5(videos);
        string[] names = [.. Enumerable.Range(0, broken).Select(i => videos[37 * i % videos.Length].Name).Order(StringComparer.Ordinal)];
        for (int i = 0; i < names.Length; i++)
        {
            Break(_folder[names[i] + ".hdf5"], i % 5);
        }

        double share = broken / 100.0;
        EpochClips one = Read(workers: 1, share);
        EpochClips three = Read(workers: 3, share);
        Assert.Multiple(() =>
        {
            Assert.That(one.FailedVideos.Order(StringComparer.Ordinal), Is.EqualTo(names));
            Assert.That(one.Clips, Has.Count.EqualTo(100));
            Assert.That(one.Clips.Select(clip => clip.Video).Intersect(names), Is.Empty);
            Assert.That(three.Failures, Is.EqualTo(one.Failures));
            Assert.That(three.Clips.Select(clip => clip.Video), Is.EqualTo(one.Clips.Select(clip => clip.Video)));
            Assert.That(three.Clips.SelectMany(clip => clip.Clip), Is.EqualTo(one.Clips.SelectMany(clip => clip.Clip)));
            Assert.That(
                () => Read(workers: 2, share - 0.01),
                Throws.TypeOf<ActionRecognitionException>().With.Message.Matches(
                    @$"^{broken} of 100 videos could not be read, more than the share of {share - 0.01} that MaxFailureShare allows\. The last was 'Class\d/\d+': .+"));
        });

        EpochClips Read(int workers, double share)
        {
            using IVideoClipSource source = new Hdf5VideoClipSource(_folder.Path);
            using var loader = new ClipLoader(videos, source, new RandomClip(3), Augmentation, new() { BatchSize = 1, Workers = workers, MaxFailureShare = share });
            return EpochClips.Read(loader, 4);
        }
    }

    [Test]
    public void Hdf5_FileThatMayNotBeReadInAReadOnlyFolder_IsListed()
    {
        WriteHdf5(Videos);
        MakeReadOnly();
        SetMode(_folder["Class0/6.hdf5"], UnixFileMode.None);

        UnprivilegedThread.Run(() =>
        {
            using IVideoClipSource source = new Hdf5VideoClipSource(_folder.Path);
            using ClipLoader loader = Loader(source);
            EpochClips epoch = EpochClips.Read(loader, 0);
            Assert.That(epoch.FailedVideos, Is.EqualTo(new[] { "Class0/6" }));
            Assert.That(epoch.Failures[0].Reason, Does.Contain("Access to the path").And.EndsWith("Check that it is a file this user may read."));
        });
    }

    [Test]
    public void Avi_ReadOnlyDataAndIndexFolder_AreReadAllTheSame()
    {
        MakeAvis(Videos);
        Directory.CreateDirectory(_folder["index"]);
        MakeReadOnly();

        UnprivilegedThread.Run(() =>
        {
            using IVideoClipSource source = Avis();
            using ClipLoader loader = Loader(source);
            EpochClips epoch = EpochClips.Read(loader, 0);
            Assert.That(epoch.Failures, Is.Empty);
            Assert.That(epoch.Clips, Has.Count.EqualTo(Videos.Length));
        });
        Assert.That(Directory.GetFileSystemEntries(_folder["index"]), Is.Empty);
    }

    [Test]
    public void ReadEpoch_AHundredThousandVideos_BeginsAtOnceAndInLittleMemory()
    {
        LabeledVideo[] videos = FormulaVideos.Videos(100_000);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        long before = GC.GetAllocatedBytesForCurrentThread();
        using var loader = new ClipLoader(videos, new FormulaVideos(), new RandomClip(3), Augmentation, new() { BatchSize = 32, Workers = 2 });
        long constructed = GC.GetAllocatedBytesForCurrentThread() - before;
        TimeSpan constructing = clock.Elapsed;
        using IEnumerator<ClipBatch> batches = loader.ReadEpoch(0).GetEnumerator();
        Assert.That(batches.MoveNext(), Is.True);
        batches.Current.Dispose();
        long begun = GC.GetAllocatedBytesForCurrentThread() - before;
        TestContext.Out.WriteLine(
            $"constructed in {constructing.TotalMilliseconds:F1} ms and {constructed} bytes; first batch after {clock.Elapsed.TotalMilliseconds:F1} ms and {begun} bytes");
        Assert.That(constructed, Is.LessThan(100_000));
        Assert.That(begun, Is.LessThan(1_000_000), "the order takes 400 KB");
    }

    private ClipLoader Loader(IVideoClipSource source) => new(Videos, source, new RandomClip(4), Augmentation, Options);

    private FFmpegVideoClipSource Avis() => new(_folder.Path, new() { IndexFolder = _folder["index"] });

    private EpochClips AssertLikeFresh(ClipLoader loader, int epoch) => AssertLikeFresh(loader, epoch, () => new Hdf5VideoClipSource(_folder.Path));

    // A source that has seen nothing before says what the files hold now.
    private static EpochClips AssertLikeFresh(ClipLoader loader, int epoch, Func<IVideoClipSource> newSource)
    {
        using IVideoClipSource source = newSource();
        using var fresh = new ClipLoader(Videos, source, new RandomClip(4), Augmentation, Options);
        EpochClips expected = EpochClips.Read(fresh, epoch);
        EpochClips found = EpochClips.Read(loader, epoch);
        Assert.That(found.Failures, Is.EqualTo(expected.Failures));
        Assert.That(found.Clips.Select(clip => clip.Video), Is.EqualTo(expected.Clips.Select(clip => clip.Video)));
        Assert.That(found.Clips.SelectMany(clip => clip.Clip), Is.EqualTo(expected.Clips.SelectMany(clip => clip.Clip)));
        return found;
    }

    private void WriteHdf5(IEnumerable<LabeledVideo> videos)
    {
        byte[] pixels = new byte[Frames * 3 * Size.Height * Size.Width];
        foreach (LabeledVideo video in videos)
        {
            new Random(video.Name.Length + video.Name[^1]).NextBytes(pixels);
            Hdf5VideoWriter.Write(_folder[video.Name + ".hdf5"], Size.Height, Size.Width, pixels);
        }
    }

    private void MakeAvis(IEnumerable<LabeledVideo> videos)
    {
        FFmpegVideos.Make(_folder["made.avi"], Frames);
        foreach (LabeledVideo video in videos)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder[video.Name])!);
            File.Copy(_folder["made.avi"], _folder[video.Name + ".avi"]);
        }
    }

    private void MakeReadOnly()
    {
        foreach (string folder in Directory.GetDirectories(_folder.Path).Append(_folder.Path))
        {
            SetMode(folder, (UnixFileMode)0b101_101_101);
        }
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private static byte[] Filled(byte value, int frames = Frames)
    {
        byte[] pixels = new byte[frames * 3 * Size.Height * Size.Width];
        pixels.AsSpan().Fill(value);
        return pixels;
    }

    private static void Break(string path, int how)
    {
        byte[] bytes = File.ReadAllBytes(path);
        File.Delete(path);
        switch (how)
        {
            case 0:
                File.WriteAllBytes(path, bytes[..(bytes.Length / 3)]);
                break;
            case 1:
                File.WriteAllText(path, "no video");
                break;
            case 2:
                File.WriteAllBytes(path, []);
                break;
            case 3:
                File.WriteAllBytes(path, new byte[bytes.Length]);
                break;
        }
    }

    private static int HandleOf(string path) => ProcessState.OpenFiles().Single(file => file.Path == path).Handle;

    /// <summary>Frames that are looked at one by one.</summary>
    private sealed class Rows(Action<int> taken) : IFrameSink
    {
        public int FirstRow => 0;

        public int RowCount => Size.Height;

        public void Take(int position, ReadOnlySpan<byte> rows) => taken(position);
    }

    [LibraryImport("libc", EntryPoint = "dup2")]
    private static partial int Duplicate(int handle, int to);
}
