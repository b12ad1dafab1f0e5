using Microsoft.Extensions.Logging.Abstractions;

namespace UcfActionRecognition.Tests.Sources;

/// <summary>Indexes of videos that are kept on disk.</summary>
internal sealed class FFmpegIndexTests
{
    private TemporaryFolder _folder = null!;
    private byte[] _expected = null!;

    private string Index => Directory.GetFiles(_folder["index"], "*.index", SearchOption.AllDirectories).Single();

    [SetUp]
    public void SetUp()
    {
        ExternalProgram.Require("the ffmpeg program", "ffmpeg", "-version");
        _folder = new TemporaryFolder();
        FFmpegVideos.Make(_folder["a.avi"], frames: 30);
        _expected = FFmpegVideos.Decode(_folder["a.avi"]);
    }

    [TearDown]
    public void TearDown() => _folder?.Dispose();

    [Test]
    [Platform("Linux")]
    public void Open_IndexedVideo_RunsNoProgram()
    {
        AssertReads(probes: 1);
        AssertReads(probes: 1);
        Assert.That(File.ReadAllBytes(Index), Has.Length.LessThan(2000));
    }

    [Test]
    [Platform("Linux")]
    public void Open_IndexCutOrChangedAnywhere_IsMadeAnew()
    {
        AssertReads(probes: 1);
        byte[] good = File.ReadAllBytes(Index);
        int probes = 1;
        foreach (int at in new[] { 0, 7, 8, 40, 300, good.Length / 2, good.Length - 9, good.Length - 1 })
        {
            byte[] changed = [.. good];
            changed[at] ^= 0x40;
            File.WriteAllBytes(Index, changed);
            AssertReads(probes: ++probes);
            Assert.That(File.ReadAllBytes(Index), Is.EqualTo(good), $"byte {at}");
        }

        foreach (int length in new[] { 0, 1, 15, 16, 200, good.Length - 1 })
        {
            File.WriteAllBytes(Index, good[..length]);
            AssertReads(probes: ++probes);
        }
    }

    [Test]
    [Platform("Linux")]
    public void Open_IndexOfManyFramesThatAreNotThere_AllocatesNothingForThem()
    {
        AssertReads(probes: 1);
        byte[] bytes = File.ReadAllBytes(Index);
        int count = bytes.Length - 8 - (30 * 29) - 4;
        Assert.That(BitConverter.ToInt32(bytes, count), Is.EqualTo(30));
        BitConverter.TryWriteBytes(bytes.AsSpan(count), 900_000);
        BitConverter.TryWriteBytes(bytes.AsSpan(bytes.Length - 8), System.IO.Hashing.XxHash3.HashToUInt64(bytes.AsSpan(0, bytes.Length - 8)));
        File.WriteAllBytes(Index, bytes);
        var cache = new FFmpegIndexCache(_folder["index"], new FFmpegPrograms(Options()).Identity, Options(), NullLogger.Instance);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.That(
            () => cache.GetOrMake(_folder["a.avi"], FileStamp.Of(new FileInfo(_folder["a.avi"])), () => throw new InvalidOperationException("made anew")),
            Throws.InvalidOperationException.With.Message.EqualTo("made anew"));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
    }

    [Test]
    [Platform("Linux")]
    public void Open_VideoChangedOnDisk_IsIndexedAnew()
    {
        AssertReads(probes: 1);
        File.SetLastWriteTimeUtc(_folder["a.avi"], new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        AssertReads(probes: 2);
        FFmpegVideos.Make(_folder["a.avi"], frames: 35);
        _expected = FFmpegVideos.Decode(_folder["a.avi"]);
        AssertReads(probes: 3);
    }

    [Test]
    public void ReadFrames_WrongIndexWithTheRightKey_StillGivesTheFrames()
    {
        using (var source = new FFmpegVideoClipSource(_folder.Path, new() { IndexFolder = _folder["index"] }))
        using (VideoReader reader = source.Open("a"))
        {
            reader.Read(0);
        }

        // Another video of the same length and time: the checksums are those of the first.
        DateTime time = File.GetLastWriteTimeUtc(_folder["a.avi"]);
        long length = new FileInfo(_folder["a.avi"]).Length;
        FFmpegVideos.Run("-i", _folder["a.avi"], "-vf", "negate", "-c:v", "mpeg4", "-q:v", "9", "-frames:v", "30", _folder["b.avi"]);
        byte[] other = File.ReadAllBytes(_folder["b.avi"]);
        Assert.That(other, Has.Length.LessThan(length));
        File.WriteAllBytes(_folder["a.avi"], [.. other, .. new byte[length - other.Length]]);
        File.SetLastWriteTimeUtc(_folder["a.avi"], time);
        byte[] expected = FFmpegVideos.Decode(_folder["a.avi"]);
        using var again = new FFmpegVideoClipSource(_folder.Path, new() { IndexFolder = _folder["index"] });
        using VideoReader changed = again.Open("a");
        Assert.That(changed.Read(20, 29).AsSpan().SequenceEqual(
            [.. Hdf5Fixtures.Frame(expected, changed.Info, 20), .. Hdf5Fixtures.Frame(expected, changed.Info, 29)]), Is.True);
    }

    [Test]
    [Platform("Linux")]
    public void ReadFrames_FolderThatCannotBeMade_ReadsAllTheSame()
    {
        File.WriteAllText(_folder["index"], "a file where the folder should be");
        AssertReads(probes: 1);
        AssertReads(probes: 2);
    }

    [Test]
    public void ReadFrames_FolderThatCannotBeMade_IsLoggedOnce()
    {
        File.WriteAllText(_folder["index"], "a file where the folder should be");
        File.Copy(_folder["a.avi"], _folder["b.avi"]);
        var logger = new RecordingLogger();
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { IndexFolder = _folder["index"] }, logger);
        foreach (string video in new[] { "a", "b" })
        {
            using VideoReader reader = source.Open(video);
            reader.Read(20);
        }

        Assert.That(logger.Entries.Select(entry => entry.Id), Is.EqualTo(new[] { 41 }));
        Assert.That(logger.Entries[0].Message, Does.StartWith($"The index of '{_folder["a.avi"]}' cannot be kept").And.Contains(_folder["index"]));
    }

    [Test]
    [Platform("Linux")]
    public void ReadFrames_NoFolder_WritesNothing()
    {
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { IndexFolder = "" });
        using VideoReader reader = source.Open("a");
        reader.Read(3);
        Assert.That(_folder.Files(), Is.EqualTo(new[] { "a.avi" }));
    }

    [Test]
    public void Save_FromManyAtOnce_LeavesOneWholeIndex()
    {
        FFmpegVideoClipSource[] sources = [.. Enumerable.Range(0, 6).Select(_ => new FFmpegVideoClipSource(_folder.Path, new() { IndexFolder = _folder["index"] }))];
        Parallel.ForEach(sources, source =>
        {
            using VideoReader reader = source.Open("a");
            reader.Read(1);
            source.Dispose();
        });
        var cache = new FFmpegIndexCache(_folder["index"], new FFmpegPrograms(new()).Identity, new(), NullLogger.Instance);
        FFmpegVideoIndex index = cache.GetOrMake(_folder["a.avi"], FileStamp.Of(new FileInfo(_folder["a.avi"])), () => throw new InvalidOperationException("made anew"));
        Assert.That((index.Info.FrameCount, index.Checksums!.Length), Is.EqualTo((30, 30)));
        Assert.That(_folder.Files(), Has.Length.EqualTo(2));
    }

    [Test]
    public void Default_ByVariables_IsTheUsersCache()
    {
        Assert.That(Default([]), Is.EqualTo(Path.Combine("home", ".cache", "UcfActionRecognition", "video-index")));
        Assert.That(Default(new() { ["UCF_VIDEO_INDEX_DIR"] = "own", ["XDG_CACHE_HOME"] = Path.GetTempPath() }), Is.EqualTo("own"));
        Assert.That(
            Default(new() { ["XDG_CACHE_HOME"] = Path.GetTempPath() }),
            Is.EqualTo(Path.Combine(Path.GetTempPath(), "UcfActionRecognition", "video-index")));
        Assert.That(Default(new() { ["XDG_CACHE_HOME"] = "relative" }), Is.EqualTo(Default([])));
        Assert.That(FFmpegIndexFolder.Default(_ => null, ""), Is.Null);

        static string? Default(Dictionary<string, string> variables) => FFmpegIndexFolder.Default(variables.GetValueOrDefault, "home");
    }

    /// <summary>Reads through a new source, and counts how often ffprobe has run on the video by now.</summary>
    private void AssertReads(int probes)
    {
        using var source = new FFmpegVideoClipSource(_folder.Path, Options());
        using VideoReader reader = source.Open("a");
        Assert.That(reader.Info.FrameCount, Is.EqualTo(_expected.Length / reader.Info.FrameBytes));
        Assert.That(reader.Read(20).AsSpan().SequenceEqual(Hdf5Fixtures.Frame(_expected, reader.Info, 20)), Is.True);
        Assert.That(File.ReadAllLines(_folder["probes"]), Has.Length.EqualTo(probes));
    }

    private FFmpegVideoClipSourceOptions Options()
    {
        string program = _folder["ffprobe-counted"];
        if (!File.Exists(program) && !OperatingSystem.IsWindows())
        {
            File.WriteAllText(program, $"#!/bin/sh\nif [ \"$1\" != -version ]; then echo run >> '{_folder["probes"]}'; fi\nexec ffprobe \"$@\"\n");
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return new() { FFprobePath = program, IndexFolder = _folder["index"] };
    }
}
