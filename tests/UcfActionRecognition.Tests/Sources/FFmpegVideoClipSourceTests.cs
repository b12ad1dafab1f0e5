using System.Diagnostics;

namespace UcfActionRecognition.Tests.Sources;

internal sealed class FFmpegVideoClipSourceTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp()
    {
        ExternalProgram.Require("the ffmpeg program", "ffmpeg", "-version");
        _folder = new TemporaryFolder();
    }

    [TearDown]
    public void TearDown() => _folder?.Dispose();

    [Test]
    public void Open_Avi_TellsSizeLengthAndRate()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 12, size: "64x48", rate: "30000/1001");
        using VideoReader reader = new FFmpegVideoClipSource(_folder.Path).Open("a");
        Assert.That((reader.Info.Height, reader.Info.Width, reader.Info.FrameCount), Is.EqualTo((48, 64, 12)));
        Assert.That(reader.Info.FramesPerSecond, Is.EqualTo(30000.0 / 1001).Within(1e-9));
    }

    [Test]
    public void ReadNext_Avi_GivesFFmpegsOwnFrames()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 12);
        using VideoReader reader = new FFmpegVideoClipSource(_folder.Path).Open("a");
        byte[] read = reader.ReadToEnd();
        Assert.That(read, Has.Length.EqualTo(12 * 64 * 48 * 3));
        Assert.That(read.AsSpan().SequenceEqual(FFmpegVideos.Decode(_folder["a.avi"])), Is.True);
    }

    [TestCase(new[] { 0, 1, 2 })]
    [TestCase(new[] { 11 })]
    [TestCase(new[] { 7, 3, 7, 0, 11, 3 })]
    [TestCase(new int[0])]
    public void ReadFrames_AnyOrderWithRepeats_GivesEachAtItsPlace(int[] frames)
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 12);
        byte[] video = FFmpegVideos.Decode(_folder["a.avi"]);
        using VideoReader reader = new FFmpegVideoClipSource(_folder.Path).Open("a");
        byte[] read = reader.Read(frames);
        for (int i = 0; i < frames.Length; i++)
        {
            Assert.That(
                Hdf5Fixtures.Frame(read, reader.Info, i).SequenceEqual(Hdf5Fixtures.Frame(video, reader.Info, frames[i])), Is.True, $"frame {frames[i]}");
        }
    }

    [Test]
    public void ReadFrames_PastTheEnd_Throws()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 3);
        using VideoReader reader = new FFmpegVideoClipSource(_folder.Path).Open("a");
        Assert.That(() => reader.Read(3), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("The video has 3 frames, 0 to 2."));
    }

    [Test]
    public void ReadNext_AfterTheLastFrame_ReturnsFalse()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 1);
        using VideoReader reader = new FFmpegVideoClipSource(_folder.Path).Open("a");
        byte[] frame = new byte[reader.Info.FrameBytes];
        Assert.That(reader.Info.FrameCount, Is.EqualTo(1));
        Assert.That(reader.ReadNext(frame), Is.True);
        Assert.That(reader.ReadNext(frame), Is.False);
        Assert.That(reader.ReadNext(frame), Is.False);
    }

    [TestCase("mp4", "libx264")]
    [TestCase("mkv", "mpeg4")]
    [TestCase("mov", "mpeg4")]
    [TestCase("webm", "libvpx")]
    [TestCase("avi", "mjpeg")]
    public void ReadNext_OtherFormats_GiveFFmpegsOwnFrames(string extension, string codec)
    {
        ExternalProgram.Require($"ffmpeg with {codec}", "ffmpeg", "-f", "lavfi", "-i", "testsrc=size=64x48", "-frames:v", "1", "-c:v", codec, "-f", "null", "-");
        string path = _folder[$"a.{extension}"];
        FFmpegVideos.Run("-f", "lavfi", "-i", "testsrc=size=64x48", "-frames:v", "10", "-c:v", codec, path);
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { Extensions = [".xyz", "." + extension] });
        using VideoReader reader = source.Open("a");
        Assert.That(reader.Info.FrameCount, Is.EqualTo(10));
        Assert.That(reader.ReadToEnd().AsSpan().SequenceEqual(FFmpegVideos.Decode(path)), Is.True);
    }

    [Test]
    public void Open_VideoThatIsToBeShownTurned_HasTheTurnedSizeAndFFmpegsFrames()
    {
        FFmpegVideos.Make(_folder["plain.mp4"], frames: 3);
        Turn("plain.mp4", "a.mp4");
        using VideoReader reader = new FFmpegVideoClipSource(_folder.Path, new() { Extensions = [".mp4"] }).Open("a");
        Assert.That((reader.Info.Height, reader.Info.Width), Is.EqualTo((64, 48)));
        Assert.That(reader.ReadToEnd().AsSpan().SequenceEqual(FFmpegVideos.Decode(_folder["a.mp4"])), Is.True);
    }

    [Test]
    public void Open_TruncatedAvi_HasTheFramesThatDecode()
    {
        FFmpegVideos.Make(_folder["whole.avi"], frames: 40);
        byte[] whole = File.ReadAllBytes(_folder["whole.avi"]);
        File.WriteAllBytes(_folder["a.avi"], whole[..(whole.Length / 2)]);
        byte[] decodes = FFmpegVideos.Decode(_folder["a.avi"]);
        using VideoReader reader = new FFmpegVideoClipSource(_folder.Path).Open("a");
        Assert.That(reader.Info.FrameCount, Is.GreaterThan(2).And.LessThan(40).And.EqualTo(decodes.Length / reader.Info.FrameBytes));
        Assert.That(reader.ReadToEnd().AsSpan().SequenceEqual(decodes), Is.True);
    }

    [Test]
    public void Open_DamagedAvi_HasTheFramesThatDecode()
    {
        FFmpegVideos.Make(_folder["whole.avi"], frames: 40);
        byte[] bytes = File.ReadAllBytes(_folder["whole.avi"]);
        var random = new Random(1);
        for (int i = 0; i < 40; i++)
        {
            bytes[random.Next(6000, bytes.Length)] = (byte)random.Next(256);
        }

        File.WriteAllBytes(_folder["a.avi"], bytes);
        using VideoReader reader = new FFmpegVideoClipSource(_folder.Path).Open("a");
        Assert.That(reader.ReadToEnd().AsSpan().SequenceEqual(FFmpegVideos.Run(
            "-threads", "1", "-i", _folder["a.avi"], "-vsync", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")), Is.True);
    }

    [Test]
    public void Open_AviCutBeforeTheFirstFrame_Throws()
    {
        FFmpegVideos.Make(_folder["whole.avi"], frames: 4);
        File.WriteAllBytes(_folder["a.avi"], File.ReadAllBytes(_folder["whole.avi"])[..2000]);
        AssertRefused("a", "Expected a video file (AVI, MP4, Matroska, ...) with at least one frame");
    }

    [Test]
    public void Open_TextFile_SaysItHoldsNoVideo()
    {
        File.WriteAllText(_folder["a.avi"], string.Concat(Enumerable.Repeat("This is no video.\n", 500)));
        AssertRefused("a", "no video stream was found in it; ffprobe says: ");
    }

    [Test]
    public void Open_EmptyFile_SaysSo()
    {
        File.WriteAllBytes(_folder["a.avi"], []);
        AssertRefused("a", "it is empty (0 bytes)");
    }

    [Test]
    public void Open_SoundOnly_SaysItHoldsNoVideo()
    {
        FFmpegVideos.Run("-f", "lavfi", "-i", "sine=duration=1", "-c:a", "pcm_s16le", _folder["a.avi"]);
        AssertRefused("a", "no video stream was found in it");
    }

    [Test]
    public void Open_Playlist_IsNotFollowed()
    {
        FFmpegVideos.Make(_folder["secret.avi"], frames: 4);
        File.WriteAllText(_folder["a.avi"], $"ffconcat version 1.0\nfile '{_folder["secret.avi"]}'\n");
        AssertRefused("a", "no video stream was found in it");
        File.WriteAllText(_folder["b.avi"], $"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{_folder["secret.avi"]}\n#EXT-X-ENDLIST\n");
        AssertRefused("b", "no video stream was found in it");
    }

    [Test]
    public void Open_SizeChangesMidstream_Throws()
    {
        FFmpegVideos.Run("-f", "lavfi", "-i", "testsrc=size=64x48", "-frames:v", "3", "-c:v", "mjpeg", "-f", "mjpeg", _folder["1.mjpeg"]);
        FFmpegVideos.Run("-f", "lavfi", "-i", "testsrc=size=32x24", "-frames:v", "3", "-c:v", "mjpeg", "-f", "mjpeg", _folder["2.mjpeg"]);
        File.WriteAllBytes(_folder["both.mjpeg"], [.. File.ReadAllBytes(_folder["1.mjpeg"]), .. File.ReadAllBytes(_folder["2.mjpeg"])]);
        FFmpegVideos.Run("-f", "mjpeg", "-i", _folder["both.mjpeg"], "-c", "copy", _folder["a.avi"]);
        AssertRefused("a", "its frames change size from 48x64 to 24x32 at frame 3");
    }

    [Test]
    public void Open_FramesAboveTheLimit_Throws()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 4);
        AssertRefused("a", "its frames are 48x64; up to 3071 pixels are accepted (option MaxFramePixels)", new() { MaxFramePixels = (64 * 48) - 1 });
        using VideoReader reader = new FFmpegVideoClipSource(_folder.Path, new() { MaxFramePixels = 64 * 48 }).Open("a");
        Assert.That(reader.Info.FrameCount, Is.EqualTo(4));
    }

    [Test]
    public void Open_FramesFarAboveTheLimit_AreNotEvenDecoded()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 2, size: "2048x1536");
        AssertRefused("a", "none of its frames decodes", new() { MaxFramePixels = 1000 });
    }

    [Test]
    public void Open_MoreFramesThanTheLimit_Throws()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 4);
        AssertRefused("a", "it has more than 3 frames (option MaxFrames)", new() { MaxFrames = 3 });
    }

    [Test]
    public void Open_MissingFile_SaysWhatWasLookedFor()
    {
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { Extensions = [".avi", ".mp4"] });
        var error = Assert.Throws<VideoReadException>(() => source.Open("YoYo/a"));
        Assert.That(error!.Message, Does.StartWith(
            $"Cannot find the video '{Path.Combine(_folder.Path, "YoYo/a")}' with the extension .avi or .mp4: found no such file."));
    }

    [TestCase("../a")]
    [TestCase("/a")]
    [TestCase("")]
    public void Open_NameThatIsNoPathBelowTheFolder_IsRefused(string name)
    {
        using var source = new FFmpegVideoClipSource(_folder.Path);
        Assert.That(() => source.Open(name), Throws.TypeOf<VideoReadException>().With.Message.Contains("is not a path below the data folder"));
    }

    [Test]
    public void Open_NamesWithSpecialCharacters_AreOpenedLiterally()
    {
        string[] names = ["-i", "a b", "%03d", "a'b\"c", "$(touch x)", "file:x"];
        using var source = new FFmpegVideoClipSource(_folder.Path);
        foreach (string name in names.Where(name => !OperatingSystem.IsWindows() || name is "-i" or "a b" or "%03d"))
        {
            FFmpegVideos.Make("file:" + _folder["plain.avi"], frames: 2);
            File.Move(_folder["plain.avi"], _folder[name + ".avi"]);
            using VideoReader reader = source.Open(name);
            Assert.That(reader.ReadToEnd(), Has.Length.EqualTo(2 * reader.Info.FrameBytes), name);
        }
    }

    [Test]
    public void Open_FileReplacedOnDisk_IsCountedAnew()
    {
        using var source = new FFmpegVideoClipSource(_folder.Path);
        FFmpegVideos.Make(_folder["a.avi"], frames: 3);
        using (VideoReader reader = source.Open("a"))
        {
            Assert.That(reader.Info.FrameCount, Is.EqualTo(3));
        }

        FFmpegVideos.Make(_folder["a.avi"], frames: 5);
        using (VideoReader reader = source.Open("a"))
        {
            Assert.That(reader.Info.FrameCount, Is.EqualTo(5));
        }
    }

    [Test]
    public void ReadNext_FileReplacedByAnotherLength_Throws()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 5);
        using var source = new FFmpegVideoClipSource(_folder.Path);
        using VideoReader longer = source.Open("a");
        using VideoReader shorter = source.Open("a");
        FFmpegVideos.Make(_folder["a.avi"], frames: 3);
        Assert.That(() => longer.ReadToEnd(), Throws.TypeOf<VideoReadException>().With.Message.Contains("Cannot read frame 3 of the video"));
        FFmpegVideos.Make(_folder["a.avi"], frames: 8);
        Assert.That(() => shorter.ReadToEnd(), Throws.TypeOf<VideoReadException>().With.Message.Contains("gives more frames than the 5 counted"));
    }

    [Test]
    public void Constructor_MissingProgram_SaysHowToInstallIt()
    {
        var error = Assert.Throws<ActionRecognitionException>(() => _ = new FFmpegVideoClipSource(_folder.Path, new() { FFmpegPath = "no-such-ffmpeg" }));
        Assert.That(error!.Message, Does.Contain("Cannot start 'no-such-ffmpeg'").And.Contains("apt-get install ffmpeg")
            .And.Contains("brew install ffmpeg").And.Contains("winget install").And.Contains("FFmpegPath"));
        Assert.That(
            () => new FFmpegVideoClipSource(_folder.Path, new() { FFprobePath = "no-such-ffprobe" }),
            Throws.TypeOf<ActionRecognitionException>().With.Message.Contains("Cannot start 'no-such-ffprobe'"));
    }

    [Test]
    public void Constructor_AnotherProgram_SaysSo()
    {
        Assert.That(
            () => new FFmpegVideoClipSource(_folder.Path, new() { FFmpegPath = "dotnet" }),
            Throws.TypeOf<ActionRecognitionException>().With.Message.Contains("'dotnet' is not ffmpeg"));
    }

    [Test]
    public void Options_OutOfRange_NameTheOption()
    {
        AssertOption(new() { FrameTimeout = TimeSpan.Zero }, "FrameTimeout");
        AssertOption(new() { MaxFramePixels = 0 }, "MaxFramePixels");
        AssertOption(new() { MaxFrames = 0 }, "MaxFrames");
        AssertOption(new() { Extensions = [] }, "Extensions");
        AssertOption(new() { Extensions = ["avi"] }, "Extensions");
        AssertOption(new() { Extensions = ["./../x"] }, "Extensions");

        void AssertOption(FFmpegVideoClipSourceOptions options, string name) => Assert.That(
            () => new FFmpegVideoClipSource(_folder.Path, options), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(name));
    }

    [Test]
    [Platform("Linux")]
    public void Dispose_InTheMiddleOfAVideo_LeavesNoProcess()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 300, size: "320x240");
        using var source = new FFmpegVideoClipSource(_folder.Path);
        VideoReader reader = source.Open("a");
        reader.ReadNext(new byte[reader.Info.FrameBytes]);
        Assert.That(ProcessesOn(_folder.Path), Is.EqualTo(1));
        reader.Read(5);
        Assert.That(ProcessesOn(_folder.Path), Is.EqualTo(1));
        reader.Dispose();
        Assert.That(ProcessesOn(_folder.Path), Is.Zero);
        Assert.That(() => reader.ReadNext(new byte[1]), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    [Platform("Linux")]
    public void ReadNext_Cancelled_ThrowsAndLeavesNoProcess()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 300, size: "320x240");
        using var source = new FFmpegVideoClipSource(_folder.Path);
        using var cancel = new CancellationTokenSource();
        using VideoReader reader = source.Open("a", cancel.Token);
        byte[] frame = new byte[reader.Info.FrameBytes];
        reader.ReadNext(frame);
        cancel.Cancel();
        Assert.That(() => reader.ReadNext(frame), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => reader.Read(3), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => ProcessesOn(_folder.Path), Is.Zero.After(5000, 20));
    }

    [Test]
    [Platform("Linux")]
    public void Open_ProgramThatHangs_IsEndedWithItsChildrenInTime()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 3);
        File.WriteAllBytes(_folder["quiet"], []);
        string hanging = FakeProgram("ffprobe-hangs", $"tail -f '{_folder["quiet"]}' & wait");
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { FFprobePath = hanging, FrameTimeout = TimeSpan.FromSeconds(2) });
        long start = Stopwatch.GetTimestamp();
        var error = Assert.Throws<VideoReadException>(() => source.Open("a"));
        Assert.That(Stopwatch.GetElapsedTime(start), Is.LessThan(TimeSpan.FromSeconds(15)));
        Assert.That(error!.Message, Does.Contain("ffprobe was ended: nothing came for 2 s").And.Contains("FrameTimeout"));
        Assert.That(() => ProcessesOn(_folder.Path), Is.Zero.After(5000, 20));
    }

    [Test]
    [Platform("Linux")]
    public void Constructor_ProgramThatHangs_SaysWhich()
    {
        Write(_folder["ffmpeg-hangs"], "sleep 60");
        Assert.That(
            () => new FFmpegVideoClipSource(_folder.Path, new() { FFmpegPath = _folder["ffmpeg-hangs"], FrameTimeout = TimeSpan.FromMilliseconds(300) }),
            Throws.TypeOf<ActionRecognitionException>().With.Message.Contains("ffmpeg-hangs' was ended: asked for its version, nothing came for 0.3 s"));
    }

    [Test]
    [Platform("Linux")]
    public void ReadNext_ProgramThatHangs_IsEndedInTime()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 3);
        File.WriteAllBytes(_folder["quiet"], []);
        string hanging = FakeProgram("ffmpeg-hangs", $"tail -f '{_folder["quiet"]}' & wait");
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { FFmpegPath = hanging, FrameTimeout = TimeSpan.FromSeconds(3) });
        using VideoReader reader = source.Open("a");
        Assert.That(() => reader.Read(0), Throws.TypeOf<VideoReadException>().With.Message.Contains("ffmpeg was ended, nothing came for 3 s"));
        Assert.That(() => ProcessesOn(_folder.Path), Is.Zero.After(5000, 20));
    }

    [Test]
    [Platform("Linux")]
    public void Open_ProgramThatTalksWithoutEnd_IsReadOnAndQuotedShort()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 3);
        string talking = FakeProgram("ffprobe-talks", "head -c 3000000 /dev/zero | tr '\\0' x >&2; echo the end >&2");
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { FFprobePath = talking });
        var error = Assert.Throws<VideoReadException>(() => source.Open("a"));
        Assert.That(error!.Message, Does.Contain("xxx").And.Contains("the end").And.Length.LessThan(1000));
    }

    [Test]
    [Platform("Linux")]
    public void Open_ProgramThatDrawsOnTheTerminal_IsQuotedPlainlyOnOneLine()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 3);
        string drawing = FakeProgram("ffprobe-draws", "printf 'one\\n\\033[2Jtwo\\n\\342\\200\\256three\\n' >&2; exit 1");
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { FFprobePath = drawing });
        Assert.That(() => source.Open("a"), Throws.TypeOf<VideoReadException>().With.Message.Contains("ffprobe says: one; ?[2Jtwo; ?three."));
    }

    [Test]
    [Platform("Linux")]
    public void ReadFrames_ProgramThatDrawsOnTheTerminal_IsQuotedPlainly()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 3);
        string drawing = FakeProgram("ffmpeg-draws", "printf 'one\\n\\033[2Jtwo\\n' >&2; exit 1");
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { FFmpegPath = drawing });
        using VideoReader reader = source.Open("a");
        Assert.That(() => reader.Read(1), Throws.TypeOf<VideoReadException>().With.Message.Contains("It says: 'one; ?[2Jtwo'."));
    }

    [Test]
    [Platform("Linux")]
    public void Open_ProgramThatIsKilled_IsNoShortVideo()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 3);
        string killed = FakeProgram("ffprobe-killed", "echo 'frame|width=64|height=48'; kill -9 $$");
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { FFprobePath = killed });
        Assert.That(() => source.Open("a"), Throws.TypeOf<VideoReadException>().With.Message.Contains("ffprobe ended with code 137"));
    }

    [TestCase("ffmpeg version 4.4.2-0ubuntu0.22.04.1", "-vsync")]
    [TestCase("ffmpeg version 5.0.1", "-vsync")]
    [TestCase("ffmpeg version 5.1.9-0+deb12u1", "-fps_mode")]
    [TestCase("ffmpeg version n8.0", "-fps_mode")]
    [TestCase("ffmpeg version N-118345-g1234abcd", "-fps_mode")]
    [Platform("Linux")]
    public void ReadNext_AnyVersion_UsesItsNameOfThePassthroughOption(string version, string option)
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 3);
        string program = _folder["ffmpeg-records"];
        Write(program, $"if [ \"$1\" = -version ]; then echo '{version} Copyright'; else echo \"$@\" > '{_folder["arguments"]}'; exec ffmpeg \"$@\"; fi");
        using VideoReader reader = new FFmpegVideoClipSource(_folder.Path, new() { FFmpegPath = program }).Open("a");
        Assert.That(reader.ReadToEnd(), Has.Length.EqualTo(3 * reader.Info.FrameBytes));
        Assert.That(File.ReadAllText(_folder["arguments"]), Does.Contain($" {option} passthrough "));
    }

    [Test]
    [Platform("Linux")]
    public void Constructor_OldVersion_SaysSo()
    {
        string program = _folder["ffmpeg-old"];
        Write(program, "echo 'ffmpeg version 3.4.11 Copyright'");
        Assert.That(
            () => new FFmpegVideoClipSource(_folder.Path, new() { FFmpegPath = program }),
            Throws.TypeOf<ActionRecognitionException>().With.Message.Contains("is version 3.4; version 4 or later is needed"));
    }

    [Test]
    public void ReadFrames_ManyThreads_GivesEachItsFrames()
    {
        FFmpegVideos.Make(_folder["a.avi"], frames: 10);
        byte[] video = FFmpegVideos.Decode(_folder["a.avi"]);
        using var source = new FFmpegVideoClipSource(_folder.Path);
        Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 6 }, i =>
        {
            using VideoReader reader = source.Open("a");
            Assert.That(reader.Read(i % 10).AsSpan().SequenceEqual(Hdf5Fixtures.Frame(video, reader.Info, i % 10)), Is.True);
        });
    }

    private void AssertRefused(string video, string reason, FFmpegVideoClipSourceOptions? options = null)
    {
        var error = Assert.Throws<VideoReadException>(() => new FFmpegVideoClipSource(_folder.Path, options).Open(video));
        Assert.That(error!.Message, Does.StartWith($"Cannot read the video '{_folder[video + ".avi"]}': ").And.Contains(reason));
        Assert.That(error.Video, Is.EqualTo(video));
    }

    /// <summary>A quarter turn, which the container asks the player for.</summary>
    private void Turn(string from, string to)
    {
        // -display_rotation is the option from 6.0 on; before, the tag did it.
        FFmpegVideos.Run("-i", _folder[from], "-c", "copy", "-metadata:s:v", "rotate=90", _folder[to]);
        string probed = System.Text.Encoding.UTF8.GetString(ExternalProgram.Run(
            "ffprobe", "-v", "error", "-show_entries", "stream_side_data=rotation", "-of", "csv", _folder[to]));
        if (!probed.Contains("90", StringComparison.Ordinal))
        {
            FFmpegVideos.Run("-display_rotation", "90", "-i", _folder[from], "-c", "copy", _folder[to]);
        }
    }

    /// <summary>A program that tells ffmpeg's version and otherwise does what the script says.</summary>
    private string FakeProgram(string name, string script)
    {
        Write(_folder[name], $"if [ \"$1\" = -version ]; then echo 'ffmpeg version 5.1'; else {script}; fi");
        return _folder[name];
    }

    private static void Write(string path, string script)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        File.WriteAllText(path, "#!/bin/sh\n" + script + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>How many processes name the folder in their command line.</summary>
    private static int ProcessesOn(string folder) => Directory.EnumerateDirectories("/proc")
        .Count(process => int.TryParse(Path.GetFileName(process), out _) && CommandLine(process).Contains(folder, StringComparison.Ordinal));

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Combine(process, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
