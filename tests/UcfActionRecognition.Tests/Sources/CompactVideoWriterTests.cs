using System.Text;

namespace UcfActionRecognition.Tests.Sources;

internal sealed class CompactVideoWriterTests
{
    private const int Height = 48;
    private const int Width = 64;
    private const int FrameBytes = Height * Width * 3;

    private static readonly byte[] Video = Smooth(5);

    [TestCase(5)]
    [TestCase(null)]
    [TestCase(3)]
    [TestCase(9)]
    public void Write_ReaderThatClaimsAnyNumberOfFrames_WritesThoseThatCome(int? claimed)
    {
        using var folder = new TemporaryFolder();
        int frames = CompactVideoWriter.Write(folder["YoYo/a.hdf5"], new MemoryVideo(Height, Width, Video, claimed));
        Assert.That(frames, Is.EqualTo(5));
        Assert.That(folder.Files(), Is.EqualTo(new[] { "YoYo/a.hdf5" }));
        using var source = new Hdf5VideoClipSource(folder.Path);
        using VideoReader reader = source.Open("YoYo/a");
        Assert.That(reader.Info, Is.EqualTo(new VideoInfo(Height, Width, 5)));
        Assert.That(LargestDifference(reader.ReadAll(), Video), Is.InRange(1, 12));
    }

    [Test]
    public void Write_HigherQuality_IsLargerAndNearer()
    {
        using var folder = new TemporaryFolder();
        CompactVideoWriter.Write(folder["low.hdf5"], new MemoryVideo(Height, Width, Video, 5), new() { Quality = 20 });
        CompactVideoWriter.Write(folder["high.hdf5"], new MemoryVideo(Height, Width, Video, 5), new() { Quality = 98 });
        using var source = new Hdf5VideoClipSource(folder.Path);
        using VideoReader low = source.Open("low");
        using VideoReader high = source.Open("high");
        Assert.That(new FileInfo(folder["high.hdf5"]).Length, Is.GreaterThan(new FileInfo(folder["low.hdf5"]).Length));
        Assert.That(SquaredDifference(high.ReadAll(), Video), Is.LessThan(SquaredDifference(low.ReadAll(), Video) / 4));
    }

    [TestCase(24, 24, 32)]
    [TestCase(48, 48, 64)]
    [TestCase(100, 48, 64)]
    [TestCase(17, 17, 23)]
    public void Write_ShortSide_StoresFramesOfThatSizeAndNeverLargerOnes(int side, int height, int width)
    {
        using var folder = new TemporaryFolder();
        CompactVideoWriter.Write(folder["a.hdf5"], new MemoryVideo(Height, Width, Video, 5), new() { ShortSide = side });
        using var source = new Hdf5VideoClipSource(folder.Path);
        using VideoReader reader = source.Open("a");
        Assert.That(reader.Info, Is.EqualTo(new VideoInfo(height, width, 5)));
        byte[] expected = new byte[height * width * 3];
        new FrameResampler(new FrameSize(Height, Width), ClipTransform.Identity(new FrameSize(Height, Width)).Resize(new FrameSize(height, width)))
            .Resample(Video.AsSpan(2 * FrameBytes, FrameBytes), expected);
        Assert.That(LargestDifference(reader.Read(2), expected), Is.LessThan(25));
    }

    [Test]
    public void StoredSize_UprightVideo_KeepsItsProportions() =>
        Assert.That(new CompactVideoWriterOptions { ShortSide = 128 }.StoredSize(new FrameSize(320, 240)), Is.EqualTo(new FrameSize(171, 128)));

    [Test]
    public void Write_VideoWithAFrameRate_KeepsIt()
    {
        using var folder = new TemporaryFolder();
        CompactVideoWriter.Write(folder["a.hdf5"], new RatedVideo(new MemoryVideo(Height, Width, Video, 5), 29.97));
        using var source = new Hdf5VideoClipSource(folder.Path);
        using VideoReader reader = source.Open("a");
        Assert.That(reader.Info, Is.EqualTo(new VideoInfo(Height, Width, 5, 29.97)));
    }

    [Test]
    public void Write_Video_IsReadByH5pyAndOpenCvWithOurBytes()
    {
        ExternalProgram.Require("python3 with h5py and cv2", "/usr/bin/python3", "-c", "import h5py, cv2");
        using var folder = new TemporaryFolder();
        CompactVideoWriter.Write(folder["a.hdf5"], new MemoryVideo(Height, Width, Video, null), new() { Quality = 85 });
        string script = """
            import h5py, sys, cv2, hashlib, numpy
            with h5py.File(sys.argv[1], "r") as f:
                d, o = f["jpeg"], f["jpeg_offsets"]
                print(sorted(f), sorted((k, int(v)) for k, v in d.attrs.items()), d.dtype, d.chunks, o.shape, o.dtype, o[0] == 0, o[-1] == len(d))
                frames = numpy.stack([cv2.imdecode(d[o[i]:o[i + 1]], 1)[..., ::-1] for i in range(len(o) - 1)])
                print(hashlib.sha256(frames.tobytes()).hexdigest())
            """;
        string[] lines = Encoding.UTF8.GetString(ExternalProgram.Run("/usr/bin/python3", "-c", script, folder["a.hdf5"])).Split('\n');
        Assert.That(lines[0], Is.EqualTo("['jpeg', 'jpeg_offsets'] [('height', 48), ('quality', 85), ('width', 64)] uint8 None (6,) int64 True True"));
        using var source = new Hdf5VideoClipSource(folder.Path);
        using VideoReader reader = source.Open("a");
        Assert.That(lines[1], Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(reader.ReadAll()))));
    }

    [Test]
    public void Write_VideoWithoutFrames_ThrowsAndLeavesTheOldFile()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.hdf5"], "old");
        var error = Assert.Throws<VideoReadException>(() => CompactVideoWriter.Write(folder["a.hdf5"], new MemoryVideo(Height, Width, [], 5)));
        Assert.That(error!.Message, Does.Contain($"'{folder["a.hdf5"]}'").And.Contains("its source gave no frame"));
        Assert.That(File.ReadAllText(folder["a.hdf5"]), Is.EqualTo("old"));
        Assert.That(folder.Files(), Is.EqualTo(new[] { "a.hdf5" }));
    }

    [Test]
    public void Write_SourceThatFails_ThrowsItsErrorAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        var video = new MemoryVideo(Height, Width, Video, 5) { BeforeFrame = frame => throw new VideoReadException("v", $"frame {frame} is broken") };
        Assert.That(() => CompactVideoWriter.Write(folder["a.hdf5"], video), Throws.TypeOf<VideoReadException>().With.Message.EqualTo("frame 0 is broken"));
        Assert.That(folder.Files(), Is.Empty);
    }

    [Test]
    public void Write_CancelledWhileFramesCome_ThrowsAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        using var cancel = new CancellationTokenSource();
        var video = new MemoryVideo(Height, Width, Video, 5) { BeforeFrame = _ => cancel.Cancel() };
        Assert.That(() => CompactVideoWriter.Write(folder["a.hdf5"], video, cancel: cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(folder.Files(), Is.Empty);
    }

    [TestCase(0, null, "Quality is 0; it must be 1 to 100.")]
    [TestCase(101, null, "Quality is 101; it must be 1 to 100.")]
    [TestCase(90, 15, "ShortSide is 15; it must be 16 to 65535.")]
    public void Write_OptionOutOfRange_NamesIt(int quality, int? shortSide, string message)
    {
        using var folder = new TemporaryFolder();
        Assert.That(
            () => CompactVideoWriter.Write(folder["a.hdf5"], new MemoryVideo(Height, Width, Video, 5), new() { Quality = quality, ShortSide = shortSide }),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.StartsWith(message));
        Assert.That(folder.Files(), Is.Empty);
    }

    [Test]
    public void Write_FullDisk_SaysWhatIsFreeAndLeavesNothing()
    {
        using var disk = new SmallDisk();

        // Noise does not compress: 60 frames take some 3 MB.
        byte[] video = new byte[60 * 160 * 240 * 3];
        new Random(1).NextBytes(video);
        string path = Path.Combine(disk.Path, "a.hdf5");
        var error = Assert.Throws<ActionRecognitionException>(() => CompactVideoWriter.Write(path, new MemoryVideo(160, 240, video, 60)));
        Assert.That(error!.Message, Does.Match($"Cannot write '{path}': the disk is full. The file takes \\d+ bytes or more; \\d+ bytes are free. Nothing was left behind."));
        Assert.That(disk.Files(), Is.Empty);
    }

    [Test]
    public void Write_ManyFrames_KeepsOneInMemory()
    {
        using var folder = new TemporaryFolder();
        byte[] video = Smooth(400);
        long before = GC.GetAllocatedBytesForCurrentThread();
        CompactVideoWriter.Write(folder["a.hdf5"], new MemoryVideo(Height, Width, video, 400));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(video.Length / 4));
        using var source = new Hdf5VideoClipSource(folder.Path);
        using VideoReader reader = source.Open("a");
        Assert.That(reader.Info.FrameCount, Is.EqualTo(400));
        Assert.That(LargestDifference(reader.ReadAll(), video), Is.LessThan(13));
    }

    private static byte[] Smooth(int frames)
    {
        byte[] video = new byte[frames * FrameBytes];
        for (int i = 0; i < video.Length; i++)
        {
            int frame = i / FrameBytes;
            int y = i / (Width * 3) % Height;
            int x = i / 3 % Width;
            video[i] = (byte)(128 + (60 * Math.Sin((x + (y * 0.5) + (frame % 50)) / 9)) + (30 * Math.Cos((y - frame + (20 * (i % 3))) / 11.0)));
        }

        return video;
    }

    private static int LargestDifference(byte[] first, byte[] second) => first.Zip(second).Max(pair => Math.Abs(pair.First - pair.Second));

    private static long SquaredDifference(byte[] first, byte[] second) => first.Zip(second).Sum(pair => (long)(pair.First - pair.Second) * (pair.First - pair.Second));

    private sealed class RatedVideo(MemoryVideo video, double rate) : VideoReader
    {
        public override VideoInfo Info => video.Info with { FramesPerSecond = rate };

        public override void ReadFrames(ReadOnlySpan<int> frames, Span<byte> rgb) => throw new NotSupportedException();

        public override bool ReadNext(Span<byte> rgb) => video.ReadNext(rgb);
    }
}
