using System.Globalization;

namespace UcfActionRecognition.Tests.Sources;

/// <summary>The sources on real UCF-101 clips, against ffmpeg's own output.</summary>
internal sealed class RealClipTests
{
    /// <summary>Clips with something odd about them, and one without.</summary>
    private static readonly string[] Odd =
    [
        "Kayaking/v_Kayaking_g12_c03", // the header promises a frame more than decodes
        "YoYo/v_YoYo_g11_c04", // likewise
        "SoccerJuggling/v_SoccerJuggling_g23_c01", // the RIFF size runs past the file's end; 29.97 fps
        "PushUps/v_PushUps_g16_c04", // 29 frames
        "BabyCrawling/v_BabyCrawling_g01_c01",
    ];

    private static string Videos => Path.Combine(RealClips.Root, "UCF-101");

    [Test]
    public void Open_EveryClip_HasTheFramesThatReallyDecode()
    {
        string[] rows = File.ReadAllLines(Path.Combine(RealClips.Root, "inventory.csv"))[1..];
        ExternalProgram.Require("the ffmpeg program", "ffmpeg", "-version");
        using var source = new FFmpegVideoClipSource(Videos);
        var wrong = new List<string>();
        Parallel.ForEach(rows, new ParallelOptions { MaxDegreeOfParallelism = 2 }, row =>
        {
            string[] fields = row.Split(',');
            using VideoReader reader = source.Open(Path.ChangeExtension(fields[0], null));
            string[] rate = fields[3].Split('/');
            double framesPerSecond = double.Parse(rate[0], CultureInfo.InvariantCulture) / double.Parse(rate[1], CultureInfo.InvariantCulture);
            var expected = new VideoInfo(240, 320, int.Parse(fields[2], CultureInfo.InvariantCulture), framesPerSecond);
            if (reader.Info != expected)
            {
                lock (wrong)
                {
                    wrong.Add($"{fields[0]}: {reader.Info}, expected {expected}");
                }
            }
        });
        Assert.That(rows, Is.Not.Empty);
        Assert.That(wrong, Is.Empty);
    }

    [TestCaseSource(nameof(Odd))]
    public void Read_ThroughAviAndThroughHdf5_GivesFFmpegsOwnBytes(string video)
    {
        string path = Path.Combine(Videos, video + ".avi");
        ExternalProgram.Require("the ffmpeg program", "ffmpeg", "-version");
        if (!File.Exists(path))
        {
            Assert.Ignore($"Needs the clip {video}.");
        }

        byte[] expected = FFmpegVideos.Decode(path);
        using var folder = new TemporaryFolder();
        using VideoReader avi = new FFmpegVideoClipSource(Videos).Open(video);
        int frames = Hdf5VideoWriter.Write(folder[video + ".hdf5"], avi);
        Assert.That(frames, Is.EqualTo(expected.Length / (240 * 320 * 3)));

        using var source = new Hdf5VideoClipSource(folder.Path);
        using VideoReader hdf5 = source.Open(video);
        Assert.That(hdf5.Info, Is.EqualTo(new VideoInfo(240, 320, frames)));
        Assert.That(hdf5.ReadAll().AsSpan().SequenceEqual(expected), Is.True, "HDF5");

        int[] some = [frames - 1, 3, frames / 2, 3];
        Assert.That(avi.Read(some).AsSpan().SequenceEqual(hdf5.Read(some)), Is.True, "AVI");
    }

    [Test]
    public void ReadFrames_SomeClips_GiveTheFramesOfASequentialDecode() => AssertRandomReads(every: 11);

    [Test]
    [Explicit(LongForm.Reason)]
    [Category(LongForm.Category)]
    public void ReadFrames_EveryClip_GivesTheFramesOfASequentialDecode() => AssertRandomReads(every: 1);

    [Test]
    public void ReadNext_VideosOfOtherDataSets_GiveFFmpegsOwnBytes()
    {
        string folder = Path.Combine(RealClips.Root, "other-video");
        ExternalProgram.Require("the ffmpeg program", "ffmpeg", "-version");
        if (!Directory.Exists(folder))
        {
            Assert.Ignore($"Needs the folder {folder}.");
        }

        using var source = new FFmpegVideoClipSource(folder, new() { Extensions = [".avi", ".mp4"] });
        string[] paths = Directory.GetFiles(folder);
        Assert.That(paths, Is.Not.Empty);
        foreach (string path in paths)
        {
            using VideoReader reader = source.Open(Path.GetFileNameWithoutExtension(path));
            Assert.That(reader.ReadToEnd().AsSpan().SequenceEqual(FFmpegVideos.Decode(path)), Is.True, path);
        }
    }

    [Test]
    public void ReadFrames_ClipWithH5pysOwnChunks_GivesFFmpegsOwnBytes()
    {
        string video = Odd[3];
        string path = Path.Combine(Videos, video + ".avi");
        ExternalProgram.Require("the ffmpeg program", "ffmpeg", "-version");
        ExternalProgram.Require("python3 with h5py", "/usr/bin/python3", "-c", "import h5py");
        byte[] expected = FFmpegVideos.Decode(path);
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["rgb"], expected);
        string script = """
            import h5py, numpy, sys
            video = numpy.fromfile(sys.argv[1], numpy.uint8).reshape(-1, 240, 320, 3)
            with h5py.File(sys.argv[2], "w") as f:
                f.create_dataset("video", data=video, compression="gzip", compression_opts=1)
            """;
        ExternalProgram.Run("/usr/bin/python3", "-c", script, folder["rgb"], folder["a.hdf5"]);
        using var source = new Hdf5VideoClipSource(folder.Path);
        using VideoReader reader = source.Open("a");
        Assert.That(reader.ReadAll().AsSpan().SequenceEqual(expected), Is.True);
        Assert.That(reader.ReadToEnd().AsSpan().SequenceEqual(expected), Is.True);
    }

    private static void AssertRandomReads(int every)
    {
        string[] rows = File.ReadAllLines(Path.Combine(RealClips.Root, "inventory.csv"))[1..];
        ExternalProgram.Require("the ffmpeg program", "ffmpeg", "-version");
        using var source = new FFmpegVideoClipSource(Videos);
        int[] chosen = [.. Enumerable.Range(0, rows.Length).Where(i => i % every == 0)];
        Parallel.ForEach(chosen, new ParallelOptions { MaxDegreeOfParallelism = 2 }, row =>
        {
            string video = Path.ChangeExtension(rows[row].Split(',')[0], null);
            using VideoReader reader = source.Open(video);
            byte[] expected = reader.ReadToEnd();
            int count = reader.Info.FrameCount!.Value;
            var random = new Random(row);
            reader.Read(0); // notes the checksums
            for (int i = 0; i < 8; i++)
            {
                int start = random.Next(count - 15);
                AssertFrames(reader, [.. Enumerable.Range(start, 16)], expected, video);
                AssertFrames(reader, [random.Next(count), count - 1, random.Next(count), 0, random.Next(count)], expected, video);
            }

            Assert.That(((FFmpegVideoReader)reader).ReadsPackets, Is.True, video);
        });
    }

    private static void AssertFrames(VideoReader reader, int[] frames, byte[] expected, string video)
    {
        byte[] read = reader.Read(frames);
        for (int i = 0; i < frames.Length; i++)
        {
            Assert.That(
                Hdf5Fixtures.Frame(read, reader.Info, i).SequenceEqual(Hdf5Fixtures.Frame(expected, reader.Info, frames[i])), Is.True,
                $"frame {frames[i]} of {video}");
        }
    }
}
