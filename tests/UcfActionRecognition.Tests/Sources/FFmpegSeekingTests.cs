namespace UcfActionRecognition.Tests.Sources;

/// <summary>Frames that were read from a key frame on are those of a decode from the start.</summary>
internal sealed class FFmpegSeekingTests
{
    private static readonly string[] MovingPicture = ["-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25", "-frames:v", "90", "-pix_fmt", "yuv420p"];

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void SetUp()
    {
        ExternalProgram.Require("the ffmpeg program", "ffmpeg", "-version");
        _folder = new TemporaryFolder();
    }

    [TearDown]
    public void TearDown() => _folder?.Dispose();

    [TestCase("avi", "-c:v mpeg4 -g 10")]
    [TestCase("avi", "-c:v mpeg4 -g 10 -bf 2")]
    [TestCase("avi", "-c:v mpeg4 -g 1000 -bf 1")]
    [TestCase("avi", "-c:v mpeg4 -g 10 -vtag DX50")]
    [TestCase("avi", "-c:v mjpeg")]
    [TestCase("avi", "-c:v libx264 -g 12 -bf 2")]
    [TestCase("mp4", "-c:v libx264 -g 12 -bf 2")]
    [TestCase("mp4", "-c:v libx264 -g 12 -bf 3 -x264-params open-gop=1")]
    [TestCase("mkv", "-c:v libx264 -g 12 -vf setpts=N*N/40/TB/25 -vsync vfr")]
    [TestCase("mov", "-c:v mpeg4 -g 10 -bf 2")]
    [TestCase("mpg", "-c:v mpeg2video -g 10 -bf 2")]
    [TestCase("ts", "-c:v mpeg2video -g 10 -bf 2")]
    public void ReadFrames_AnyRanges_GiveTheFramesOfASequentialDecode(string extension, string options)
    {
        string codec = options.Split(' ')[1];
        ExternalProgram.Require(
            $"ffmpeg with {codec}", "ffmpeg", "-f", "lavfi", "-i", "testsrc=size=64x48", "-frames:v", "1", "-pix_fmt", "yuv420p", "-c:v", codec, "-f", "null", "-");
        FFmpegVideos.Run([.. MovingPicture, .. options.Split(' '), _folder[$"a.{extension}"]]);
        byte[] expected = FFmpegVideos.Decode(_folder[$"a.{extension}"]);
        AssertRandomReads(new() { Extensions = ["." + extension], IndexFolder = _folder["index"] }, "a", expected, reads: 6);
    }

    [NonParallelizable]
    [Test]
    [Platform("Linux")]
    public void ClipLoader_EpochsAbandonedAnywhere_LeavesNoProcessAndNoPipeAndStillReadsPackets()
    {
        LabeledVideo[] videos = [.. Enumerable.Range(0, 6).Select(i => new LabeledVideo($"{i}", 0, $"g{i}"))];
        foreach (LabeledVideo video in videos)
        {
            FFmpegVideos.Run([.. MovingPicture, "-c:v", "mpeg4", "-g", "30", _folder[video.Name + ".avi"]]);
        }

        // What other tests left to the collector.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        int pipes = Pipes();
        using (var source = new FFmpegVideoClipSource(_folder.Path, new() { IndexFolder = _folder["index"] }))
        {
            using var loader = new ClipLoader(
                videos, source, new RandomClip(8), AugmentationPipeline.Create().Resize(32), new ClipLoaderOptions { BatchSize = 2, Workers = 3 });
            byte[] whole = [.. loader.ReadEpoch(0).SelectMany(Bytes)];
            for (int round = 0; round < 40; round++)
            {
                using var cancel = new CancellationTokenSource(round * 3);
                try
                {
                    foreach (ClipBatch batch in loader.ReadEpoch(round, cancel.Token))
                    {
                        batch.Dispose();
                    }
                }
                catch (OperationCanceledException)
                {
                }
            }

            Assert.That(loader.ReadEpoch(0).SelectMany(Bytes), Is.EqualTo(whole));
            Assert.That(videos.Select(video => { using var reader = (FFmpegVideoReader)source.Open(video.Name); return reader.ReadsPackets; }), Is.All.True);
        }

        Assert.That(Pipes(), Is.EqualTo(pipes), "pipes of processes");

        static byte[] Bytes(ClipBatch batch)
        {
            using (batch)
            {
                return batch.Frames.bytes.ToArray();
            }
        }

        static int Pipes() => ProcessState.OpenFiles().Count(file => file.Path.StartsWith("pipe:", StringComparison.Ordinal));
    }

    [Test]
    public void ReadFrames_VideosInTurnThroughTheSameDecoders_GiveEachItsFrames()
    {
        string[] options = ["-g 10", "-g 10 -bf 2", "-g 25 -bf 1", "-g 300", "-g 5 -vf negate"];
        for (int i = 0; i < options.Length; i++)
        {
            FFmpegVideos.Run([.. MovingPicture, "-c:v", "mpeg4", .. options[i].Split(' '), _folder[$"{i}.avi"]]);
        }

        byte[][] expected = [.. options.Select((_, i) => FFmpegVideos.Decode(_folder[$"{i}.avi"]))];
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { IndexFolder = "" });
        Parallel.For(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 3 }, i =>
        {
            using VideoReader reader = source.Open($"{i % options.Length}");
            int[] frames = [(i * 7) % 90, (i * 31) % 90, 89, (i * 7) % 90];
            AssertFrames(reader, frames, expected[i % options.Length]);
        });
    }

    [Test]
    [Platform("Linux")]
    public void ReadFrames_IndexedAvi_TakesOneProcessForAllReads()
    {
        FFmpegVideos.Run([.. MovingPicture, "-c:v", "mpeg4", "-g", "10", _folder["a.avi"]]);
        (string program, Func<int> runs) = Counting();
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { FFmpegPath = program, IndexFolder = "" });
        using VideoReader reader = source.Open("a");
        reader.Read(0);
        Assert.That(runs(), Is.EqualTo(1), "the first read decodes all");
        for (int i = 0; i < 5; i++)
        {
            reader.Read(5 * i, 80 - i, 40, 3);
        }

        Assert.That(runs(), Is.EqualTo(2));
    }

    [Test]
    [Platform("Linux")]
    public void ReadFrames_SeveralRangesOfAnotherFormat_TakeOneProcess()
    {
        FFmpegVideos.Run([.. MovingPicture, "-c:v", "mpeg4", "-g", "10", _folder["a.mkv"]]);
        (string program, Func<int> runs) = Counting();
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { FFmpegPath = program, IndexFolder = "", Extensions = [".mkv"] });
        using VideoReader reader = source.Open("a");
        reader.Read(0);
        int before = runs();
        reader.Read(85, 30, 31, 32, 60, 61, 30);
        Assert.That(runs() - before, Is.EqualTo(1));
    }

    [Test]
    [Platform("Linux")]
    public void ReadFrames_SeekThatLandsWrong_IsDecodedFromTheStartThenAndLater()
    {
        FFmpegVideos.Run([.. MovingPicture, "-c:v", "mpeg4", "-g", "10", _folder["a.mkv"]]);
        byte[] expected = FFmpegVideos.Decode(_folder["a.mkv"]);

        // Of the time stamps selected, it gives the frames of others.
        (string program, Func<int> runs) = Counting("""case "$*" in *noaccurate_seek*) exec ffmpeg -v error -i "$FOLDER/a.mkv" -f rawvideo -pix_fmt rgb24 -;; esac""");
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { FFmpegPath = program, IndexFolder = "", Extensions = [".mkv"] });
        using VideoReader reader = source.Open("a");
        reader.Read(0);
        int before = runs();
        AssertFrames(reader, [55, 56, 80], expected);
        Assert.That(runs() - before, Is.EqualTo(2));
        AssertFrames(reader, [44, 12], expected);
        Assert.That(runs() - before, Is.EqualTo(3));
    }

    [TestCase("exit 1")]
    [TestCase("exec cat")]
    [TestCase("cat > /dev/null & head -c 100000 /dev/zero")]
    [Platform("Linux")]
    public void ReadFrames_PacketDecoderThatFails_GivesTheFramesAnyway(string script)
    {
        byte[][] expected = new byte[5][];
        for (int i = 0; i < expected.Length; i++)
        {
            FFmpegVideos.Run([.. MovingPicture, "-c:v", "mpeg4", "-g", "10", _folder[$"{i}.avi"]]);
            expected[i] = FFmpegVideos.Decode(_folder[$"{i}.avi"]);
        }

        (string program, Func<int> runs) = Counting($"""case "$*" in *pipe:0*) {script}; exit 0;; esac""");
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { FFmpegPath = program, IndexFolder = "" });
        for (int i = 0; i < expected.Length; i++)
        {
            using VideoReader reader = source.Open($"{i}");
            reader.Read(0);
            int before = runs();
            AssertFrames(reader, [25, 3, 88], expected[i]);
            AssertFrames(reader, [70, 71], expected[i]);
            int tried = i < 3 ? 1 : 0; // after three videos it is not tried any more
            Assert.That(runs() - before, Is.EqualTo(2 + tried), $"video {i}");
        }
    }

    [Test]
    [Platform("Linux")]
    public void ReadFrames_PacketDecoderThatDiesLater_IsReplaced()
    {
        FFmpegVideos.Run([.. MovingPicture, "-c:v", "mpeg4", "-g", "10", _folder["a.avi"]]);
        byte[] expected = FFmpegVideos.Decode(_folder["a.avi"]);
        (string program, Func<int> runs) = Counting("""case "$*" in *pipe:0*) echo $$ > "$FOLDER/decoder";; esac""");
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { FFmpegPath = program, IndexFolder = "" });
        using VideoReader reader = source.Open("a");
        reader.Read(0);
        AssertFrames(reader, [25], expected);
        int before = runs();
        System.Diagnostics.Process.GetProcessById(int.Parse(File.ReadAllText(_folder["decoder"]), System.Globalization.CultureInfo.InvariantCulture)).Kill();
        AssertFrames(reader, [26, 27], expected);
        AssertFrames(reader, [28, 29], expected);
        Assert.That(runs() - before, Is.EqualTo(1), "one new decoder, no other process");
    }

    [Test]
    [Platform("Linux")]
    public void Dispose_SourceWithWaitingDecoders_EndsThem()
    {
        FFmpegVideos.Run([.. MovingPicture, "-c:v", "mpeg4", _folder["a.avi"]]);
        (string program, _) = Counting("""case "$*" in *pipe:0*) echo $$ > "$FOLDER/decoder";; esac""");
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { FFmpegPath = program, IndexFolder = "" });
        using VideoReader reader = source.Open("a");
        reader.Read(0);
        reader.Read(20);
        string decoder = "/proc/" + File.ReadAllText(_folder["decoder"]).Trim();
        Assert.That(Directory.Exists(decoder), Is.True);
        source.Dispose();
        Assert.That(Directory.Exists(decoder), Is.False);
        Assert.That(reader.Read(21), Has.Length.EqualTo(reader.Info.FrameBytes), "readers go on");
    }

    [Test]
    public void ReadFrames_CancelledBeforeAPacketDecoderGives_Throws()
    {
        FFmpegVideos.Run([.. MovingPicture, "-c:v", "mpeg4", _folder["a.avi"]]);
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { IndexFolder = "" });
        using var cancel = new CancellationTokenSource();
        using VideoReader reader = source.Open("a", cancel.Token);
        reader.Read(0);
        Assert.That(
            () => reader.ReadFrames([20, 21, 22], new CancellingSink(cancel, reader.Info.Height)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void ReadFrames_RowsOnly_GivesTheSinkThoseRows()
    {
        FFmpegVideos.Run([.. MovingPicture, "-c:v", "mpeg4", _folder["a.avi"]]);
        byte[] expected = FFmpegVideos.Decode(_folder["a.avi"]);
        using var source = new FFmpegVideoClipSource(_folder.Path, new() { IndexFolder = "" });
        using VideoReader reader = source.Open("a");
        for (int pass = 0; pass < 2; pass++)
        {
            var sink = new RowsSink(FirstRow: 5, RowCount: 7);
            reader.ReadFrames([30, 2, 30], sink);
            int rowBytes = 64 * 3;
            int[] frames = [30, 2, 30];
            for (int i = 0; i < frames.Length; i++)
            {
                Assert.That(
                    sink.Taken[i].AsSpan().SequenceEqual(expected.AsSpan((frames[i] * reader.Info.FrameBytes) + (5 * rowBytes), 7 * rowBytes)), Is.True);
            }
        }
    }

    private void AssertRandomReads(FFmpegVideoClipSourceOptions options, string video, byte[] expected, int reads)
    {
        var random = new Random(3);
        using var source = new FFmpegVideoClipSource(_folder.Path, options);
        using VideoReader reader = source.Open(video);
        int count = reader.Info.FrameCount!.Value;
        Assert.That(count, Is.EqualTo(expected.Length / reader.Info.FrameBytes));
        AssertFrames(reader, [0], expected);
        AssertFrames(reader, [count - 1], expected);
        for (int i = 0; i < reads; i++)
        {
            int start = random.Next(count - 16);
            AssertFrames(reader, [.. Enumerable.Range(start, 1 + random.Next(16))], expected);
            AssertFrames(reader, [random.Next(count), random.Next(count), count - 1, random.Next(count), 0], expected);
        }
    }

    private static void AssertFrames(VideoReader reader, int[] frames, byte[] expected)
    {
        byte[] read = reader.Read(frames);
        for (int i = 0; i < frames.Length; i++)
        {
            Assert.That(
                Hdf5Fixtures.Frame(read, reader.Info, i).SequenceEqual(Hdf5Fixtures.Frame(expected, reader.Info, frames[i])), Is.True,
                $"frame {frames[i]} of {string.Join(", ", frames)}");
        }
    }

    /// <summary>ffmpeg behind a script that counts its runs.</summary>
    private (string Program, Func<int> Runs) Counting(string script = "")
    {
        string program = _folder["ffmpeg-counted"];
        string log = _folder["runs"];
        File.WriteAllText(log, "");
        File.WriteAllText(
            program, $"#!/bin/sh\nFOLDER='{_folder.Path}'\nif [ \"$1\" != -version ]; then echo run >> '{log}'; fi\n{script}\nexec ffmpeg \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return (program, () => File.ReadAllLines(log).Length);
    }

    private sealed record RowsSink(int FirstRow, int RowCount) : IFrameSink
    {
        public Dictionary<int, byte[]> Taken { get; } = [];

        public void Take(int position, ReadOnlySpan<byte> rows) => Taken.Add(position, rows.ToArray());
    }

    private sealed record CancellingSink(CancellationTokenSource Cancel, int RowCount) : IFrameSink
    {
        public int FirstRow => 0;

        public void Take(int position, ReadOnlySpan<byte> rows) => Cancel.Cancel();
    }
}
