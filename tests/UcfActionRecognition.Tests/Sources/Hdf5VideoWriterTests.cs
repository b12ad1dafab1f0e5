using System.Text;

namespace UcfActionRecognition.Tests.Sources;

internal sealed class Hdf5VideoWriterTests
{
    private const int Height = 6;
    private const int Width = 7;

    private static readonly byte[] Video = Hdf5Fixtures.Content(5, Height, Width);

    [TestCase(5)]
    [TestCase(null)]
    [TestCase(3)]
    [TestCase(9)]
    public void Write_ReaderThatClaimsAnyNumberOfFrames_WritesThoseThatCome(int? claimed)
    {
        using var folder = new TemporaryFolder();
        int frames = Hdf5VideoWriter.Write(folder["YoYo/a.hdf5"], new MemoryVideo(Height, Width, Video, claimed));
        Assert.That(frames, Is.EqualTo(5));
        AssertHolds(folder.Path, "YoYo/a", Video);
        Assert.That(folder.Files(), Is.EqualTo(new[] { "YoYo/a.hdf5" }));
    }

    [TestCase(5)]
    [TestCase(null)]
    [TestCase(9)]
    public void Write_AnyNumberOfFrames_GivesTheSameFile(int? claimed)
    {
        using var folder = new TemporaryFolder();
        Hdf5VideoWriter.Write(folder["memory.hdf5"], Height, Width, Video);
        Hdf5VideoWriter.Write(folder["reader.hdf5"], new MemoryVideo(Height, Width, Video, claimed));
        Assert.That(File.ReadAllBytes(folder["reader.hdf5"]), Is.EqualTo(File.ReadAllBytes(folder["memory.hdf5"])));
    }

    [Test]
    public void Write_ManyBuffers_GivesTheVideo()
    {
        // 24 MB in buffers of 4 MB.
        using var folder = new TemporaryFolder();
        byte[] video = Hdf5Fixtures.Content(100, 200, 400);
        Hdf5VideoWriter.Write(folder["a.hdf5"], new MemoryVideo(200, 400, video, 100));
        using var source = new Hdf5VideoClipSource(folder.Path);
        using VideoReader reader = source.Open("a");
        Assert.That(reader.Info, Is.EqualTo(new VideoInfo(200, 400, 100)));
        Assert.That(reader.ReadAll().AsSpan().SequenceEqual(video), Is.True);
    }

    [Test]
    public void Write_FileThatIsThere_IsReplaced()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.hdf5"], "old");
        Hdf5VideoWriter.Write(folder["a.hdf5"], Height, Width, Video);
        AssertHolds(folder.Path, "a", Video);
    }

    [Test]
    public void Write_VideoWithoutFrames_ThrowsAndLeavesTheOldFile()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.hdf5"], "old");
        var error = Assert.Throws<VideoReadException>(() => Hdf5VideoWriter.Write(folder["a.hdf5"], new MemoryVideo(Height, Width, [], 5)));
        Assert.That(error!.Message, Does.Contain($"'{folder["a.hdf5"]}'").And.Contains("its source gave 0 frames"));
        Assert.That(File.ReadAllText(folder["a.hdf5"]), Is.EqualTo("old"));
        Assert.That(folder.Files(), Is.EqualTo(new[] { "a.hdf5" }));
    }

    [Test]
    public void Write_SourceThatFails_ThrowsItsErrorAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        var video = new MemoryVideo(Height, Width, Video, 5) { BeforeFrame = frame => throw new VideoReadException("v", $"frame {frame} is broken") };
        Assert.That(() => Hdf5VideoWriter.Write(folder["a.hdf5"], video), Throws.TypeOf<VideoReadException>().With.Message.EqualTo("frame 0 is broken"));
        Assert.That(folder.Files(), Is.Empty);
    }

    [Test]
    public void Write_CancelledWhileFramesCome_ThrowsAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        using var cancel = new CancellationTokenSource();
        var video = new MemoryVideo(Height, Width, Video, 5) { BeforeFrame = _ => cancel.Cancel() };
        Assert.That(() => Hdf5VideoWriter.Write(folder["a.hdf5"], video, cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(folder.Files(), Is.Empty);
    }

    [TestCase(0)]
    [TestCase(125)]
    [TestCase(127)]
    public void Write_NoWholeFrames_Throws(int bytes)
    {
        using var folder = new TemporaryFolder();
        Assert.That(
            () => Hdf5VideoWriter.Write(folder["a.hdf5"], Height, Width, new byte[bytes]),
            Throws.ArgumentException.With.Message.Contains($"(126 bytes each), at least one; got {bytes} bytes."));
        Assert.That(folder.Files(), Is.Empty);
    }

    [Test]
    public void Write_FrameSizeThatOverflows_Throws()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => Hdf5VideoWriter.Write(folder["a.hdf5"], 65_536, 65_536, new byte[3]), Throws.TypeOf<OverflowException>());
        Assert.That(() => Hdf5VideoWriter.Write(folder["a.hdf5"], 0, 5, new byte[3]), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void Write_AFolderThatMayNotBeWrittenTo_SaysSo()
    {
        using var folder = new TemporaryFolder();
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.Path, (UnixFileMode)0b101_101_101);
        }

        UnprivilegedThread.Run(() => Assert.Multiple(() =>
        {
            Assert.That(() => Hdf5VideoWriter.Write(folder["a.hdf5"], Height, Width, Video), Refused("a.hdf5"));
            Assert.That(() => CompactVideoWriter.Write(folder["b.hdf5"], new MemoryVideo(Height, Width, Video, 5)), Refused("b.hdf5"));
            Assert.That(() => SyntheticActions.Create(folder["actions"]), Refused("actions/ucfTrainTestlist/classInd.txt"));
        }));

        NUnit.Framework.Constraints.IResolveConstraint Refused(string file) => Throws.TypeOf<ActionRecognitionException>()
            .With.Message.StartsWith($"Cannot write '{folder[file]}': Access to the path ").And.Message.EndsWith(" Choose a folder that this user can write to, on a disk that works.");
    }

    [TestCase(8)]
    [TestCase(null)]
    public void Write_FullDisk_SaysWhatIsNeededAndFreeAndLeavesNothing(int? claimed)
    {
        using var disk = new SmallDisk();

        // 8 frames of 240x320 take 1.8 MB; the disk has 1 MB.
        byte[] video = new byte[8 * 240 * 320 * 3];
        string path = Path.Combine(disk.Path, "a.hdf5");
        var error = Assert.Throws<ActionRecognitionException>(() => Hdf5VideoWriter.Write(path, new MemoryVideo(240, 320, video, claimed)));
        Assert.That(error!.Message, Does.Match(
            $"Cannot write '{path}': the disk is full. The file takes 1843\\d\\d\\d bytes or more; 1048576 bytes are free. Nothing was left behind."));
        Assert.That(disk.Files(), Is.Empty);

        Hdf5VideoWriter.Write(Path.Combine(disk.Path, "small.hdf5"), Height, Width, Video);
        AssertHolds(disk.Path, "small", Video);
    }

    [Test]
    public void Write_Video_IsReadByH5pyAsAContiguousUint8Dataset()
    {
        ExternalProgram.Require("python3 with h5py", "/usr/bin/python3", "-c", "import h5py");
        using var folder = new TemporaryFolder();
        Hdf5VideoWriter.Write(folder["a.hdf5"], new MemoryVideo(Height, Width, Video, null));
        string script = """
            import h5py, sys, hashlib
            with h5py.File(sys.argv[1], "r") as f:
                d = f["video"]
                print(list(f), list(f.attrs), list(d.attrs), d.shape, d.dtype, d.chunks, d.compression, d.maxshape)
                print(hashlib.sha256(d[...].tobytes()).hexdigest())
            """;
        string[] lines = Encoding.UTF8.GetString(ExternalProgram.Run("/usr/bin/python3", "-c", script, folder["a.hdf5"])).Split('\n');
        Assert.That(lines[0], Is.EqualTo("['video'] [] [] (5, 6, 7, 3) uint8 None None (5, 6, 7, 3)"));
        Assert.That(lines[1], Is.EqualTo(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Video))));
    }

    [Test]
    public void Write_Video_IsSeenByH5dumpAsAContiguousUint8Dataset()
    {
        ExternalProgram.Require("h5dump", "h5dump", "--version");
        using var folder = new TemporaryFolder();
        Hdf5VideoWriter.Write(folder["a.hdf5"], Height, Width, Video);
        string text = Encoding.UTF8.GetString(ExternalProgram.Run("h5dump", "-p", "-H", folder["a.hdf5"]));
        Assert.That(text, Does.Contain("DATASET \"video\"").And.Contains("H5T_STD_U8LE").And.Contains("SIMPLE { ( 5, 6, 7, 3 ) / ( 5, 6, 7, 3 ) }"));
        Assert.That(text, Does.Match(@"CONTIGUOUS\s+SIZE 630\s+OFFSET 48").And.Match(@"FILTERS \{\s+NONE"));
    }

    private static void AssertHolds(string folder, string video, byte[] content)
    {
        using var source = new Hdf5VideoClipSource(folder);
        using VideoReader reader = source.Open(video);
        Assert.That(reader.Info, Is.EqualTo(new VideoInfo(Height, Width, content.Length / (Height * Width * 3))));
        Assert.That(reader.ReadAll(), Is.EqualTo(content));
    }
}
