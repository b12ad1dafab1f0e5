namespace UcfActionRecognition.Tests.Sources;

internal sealed class Hdf5VideoClipSourceTests
{
    private static Hdf5VideoClipSource Fixtures(Hdf5VideoClipSourceOptions? options = null) => new(Hdf5Fixtures.Folder, options);

    [TestCaseSource(typeof(Hdf5Fixtures), nameof(Hdf5Fixtures.Readable))]
    public void Open_ReadableLayout_TellsSizeAndLength(string name, int frames, int height, int width)
    {
        using var source = Fixtures();
        using VideoReader reader = source.Open(name);
        Assert.That(reader.Info, Is.EqualTo(new VideoInfo(height, width, frames, null)));
    }

    [TestCaseSource(typeof(Hdf5Fixtures), nameof(Hdf5Fixtures.Readable))]
    public void ReadFrames_ReadableLayout_GivesTheVideo(string name, int frames, int height, int width)
    {
        using var source = Fixtures();
        using VideoReader reader = source.Open(name);
        Assert.That(reader.ReadAll(), Is.EqualTo(Hdf5Fixtures.Content(frames, height, width)));
    }

    [TestCaseSource(typeof(Hdf5Fixtures), nameof(Hdf5Fixtures.Readable))]
    public void ReadNext_ReadableLayout_GivesTheVideo(string name, int frames, int height, int width)
    {
        using var source = Fixtures();
        using VideoReader reader = source.Open(name);
        Assert.That(reader.ReadToEnd(), Is.EqualTo(Hdf5Fixtures.Content(frames, height, width)));
    }

    [TestCase("chunked_odd")]
    [TestCase("gzip")]
    public void ReadNext_WithoutReadAhead_GivesTheVideo(string name)
    {
        using var source = Fixtures(new() { ReadAheadBytes = 0 });
        using VideoReader reader = source.Open(name);
        Assert.That(reader.ReadToEnd(), Is.EqualTo(Hdf5Fixtures.Content(5, 6, 7)));
    }

    [TestCaseSource(typeof(Hdf5Fixtures), nameof(Hdf5Fixtures.Readable))]
    public void ReadFrames_AnyOrderWithRepeats_GivesEachAtItsPlace(string name, int frames, int height, int width)
    {
        using var source = Fixtures();
        using VideoReader reader = source.Open(name);
        byte[] video = Hdf5Fixtures.Content(frames, height, width);
        int[] indices = [frames - 1, 0, frames / 2, frames / 2, frames - 1, 0];
        byte[] read = reader.Read(indices);
        for (int i = 0; i < indices.Length; i++)
        {
            Assert.That(
                Hdf5Fixtures.Frame(read, reader.Info, i).SequenceEqual(Hdf5Fixtures.Frame(video, reader.Info, indices[i])), Is.True, $"frame {indices[i]}");
        }
    }

    [TestCase("never_written")]
    [TestCase("never_written_chunked")]
    public void ReadFrames_DatasetThatWasNeverWritten_GivesTheFillValue(string name)
    {
        using var source = Fixtures();
        using VideoReader reader = source.Open(name);
        Assert.That(reader.ReadAll(), Has.Length.EqualTo(5 * 6 * 7 * 3).And.All.EqualTo(9));
        Assert.That(reader.ReadToEnd(), Has.Length.EqualTo(5 * 6 * 7 * 3).And.All.EqualTo(9));
    }

    [Test]
    public void ReadFrames_ChunksThatWereNeverWritten_GiveTheFillValue()
    {
        using var source = Fixtures();
        using VideoReader reader = source.Open("half_written_chunked");
        byte[] expected = Hdf5Fixtures.Content(5, 6, 7);
        expected.AsSpan(2 * reader.Info.FrameBytes).Fill(9);
        Assert.That(reader.ReadAll(), Is.EqualTo(expected));
    }

    [Test]
    public void ReadFrames_PastTheEnd_Throws()
    {
        using var source = Fixtures();
        using VideoReader reader = source.Open("contiguous");
        Assert.That(
            () => reader.Read(0, 5), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("The video has 5 frames, 0 to 4."));
        Assert.That(() => reader.Read(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void ReadFrames_BufferOfAnotherLength_Throws()
    {
        using var source = Fixtures();
        using VideoReader reader = source.Open("contiguous");
        Assert.That(() => reader.ReadFrames([0], new byte[125]), Throws.ArgumentException.With.Message.Contains("take 126 bytes; the buffer has 125"));
        Assert.That(() => reader.ReadNext(new byte[127]), Throws.ArgumentException.With.Message.Contains("takes 126 bytes; the buffer has 127"));
    }

    [Test]
    public void ReadNext_AfterTheLastFrame_ReturnsFalseAndLeavesTheBuffer()
    {
        using var source = Fixtures();
        using VideoReader reader = source.Open("one_frame");
        byte[] frame = new byte[48];
        Assert.That(reader.ReadNext(frame), Is.True);
        frame.AsSpan().Fill(77);
        Assert.That(reader.ReadNext(frame), Is.False);
        Assert.That(reader.ReadNext(frame), Is.False);
        Assert.That(frame, Is.All.EqualTo(77));
    }

    [Test]
    public void ReadNext_BetweenReadFrames_GoesOnWhereItWas()
    {
        using var source = Fixtures();
        using VideoReader reader = source.Open("gzip");
        byte[] video = Hdf5Fixtures.Content(5, 6, 7);
        byte[] frame = new byte[126];
        for (int i = 0; i < 5; i++)
        {
            reader.Read(4, 0);
            Assert.That(reader.ReadNext(frame), Is.True);
            Assert.That(frame, Is.EqualTo(Hdf5Fixtures.Frame(video, reader.Info, i).ToArray()), $"frame {i}");
        }
    }

    [TestCase("bad_float", "its dataset 'video' holds float32, not uint8")]
    [TestCase("bad_signed", "its dataset 'video' holds int8, not uint8")]
    [TestCase("bad_bool", "its dataset 'video' holds elements of class Enumerated and 1 bytes, not uint8")]
    [TestCase("bad_rank", "its dataset 'video' has the shape [5, 6, 7], not [frames, height, width, 3]")]
    [TestCase("bad_channels", "its dataset 'video' has the shape [5, 6, 7, 4], not [frames, height, width, 3]")]
    [TestCase("bad_scalar", "not [frames, height, width, 3]")]
    [TestCase("bad_no_frames", "its dataset 'video' holds no frame: its shape is [0, 6, 7, 3]")]
    [TestCase("bad_name", "it has no dataset 'video'; it holds 'frames', 'labels'")]
    [TestCase("bad_empty", "it has no dataset 'video'; it holds nothing at its top level")]
    [TestCase("bad_group", "its 'video' is a group or a type, not a dataset")]
    [TestCase("bad_too_large", "has the shape [3, 1048576, 1048576, 3], past the limits of 1000000 frames and 67108864 pixels per frame")]
    [TestCase("bad_too_long", "has the shape [1099511627776, 2, 2, 3], past the limits of 1000000 frames")]
    [TestCase("bad_huge_chunk", "its chunks [300, 1024, 1024, 3] take 943718400 bytes; up to 268435456 are accepted (option MaxChunkBytes)")]
    [TestCase("bad_tiny_chunks", "its chunks [1, 1, 1, 1] split a frame into 3145728 parts; up to 65536 are accepted")]
    [TestCase("bad_soft_link_to_itself", "its 'video' is a soft or external link")]
    [TestCase("bad_soft_link_to_itself_old", "is a group or a type, not a dataset")]
    [TestCase("bad_external_link", "its 'video' is a soft or external link")]
    [TestCase("bad_external_storage", "its dataset 'video' lies in another file")]
    [TestCase("bad_virtual", "its dataset 'video' is virtual")]
    public void Open_NotAVideo_SaysWhy(string name, string reason)
    {
        using var source = Fixtures();
        var error = Assert.Throws<VideoReadException>(() => source.Open(name));
        Assert.That(error!.Video, Is.EqualTo(name));
        Assert.That(error.Message, Does.Contain(Path.Combine(Hdf5Fixtures.Folder, name + ".hdf5")).And.Contains(reason));
        Assert.That(error.Message, Does.EndWith("Write the file again from its source video."));
    }

    [Test]
    public void ReadFrames_ChunkThatInflatesPastItsSize_ThrowsBeforeItIsInflated()
    {
        using var source = Fixtures();
        using VideoReader reader = source.Open("bad_bomb");
        byte[] frame = new byte[192];
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<VideoReadException>(() => reader.ReadFrames([0], frame));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20), "20 MB were packed in the chunk");
        Assert.That(error!.Message, Does.Contain("more than the 192 bytes that a chunk holds"));
    }

    [Test]
    public void ReadFrames_ChunkThatIsTooShort_Throws()
    {
        using var source = Fixtures();
        using VideoReader reader = source.Open("bad_short_chunk");
        var error = Assert.Throws<VideoReadException>(() => reader.Read(0));
        Assert.That(error!.Message, Does.Contain("chunk 0 decodes to 100 bytes; its dimensions say 192"));
    }

    [Test]
    public void Open_MissingFile_SaysWhatWasLookedFor()
    {
        using var source = Fixtures();
        var error = Assert.Throws<VideoReadException>(() => source.Open("YoYo/v_YoYo_g01_c01"));
        Assert.That(error!.Message, Does.StartWith(
            $"Cannot find the HDF5 video '{Path.Combine(Hdf5Fixtures.Folder, "YoYo", "v_YoYo_g01_c01.hdf5")}': found no such file."));
    }

    [Test]
    public void Open_MissingFolder_SaysSo()
    {
        using var folder = new TemporaryFolder();
        using var source = new Hdf5VideoClipSource(folder["none"]);
        var error = Assert.Throws<VideoReadException>(() => source.Open("a"));
        Assert.That(error!.Message, Does.Contain($"found not even the folder '{folder["none"]}'"));
    }

    [Test]
    public void Open_FolderWithTheFilesName_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["a.hdf5"]);
        using var source = new Hdf5VideoClipSource(folder.Path);
        Assert.That(() => source.Open("a"), Throws.TypeOf<VideoReadException>().With.Message.Contains("found a folder of that name"));
    }

    [Test]
    public void Open_EmptyFile_SaysSo()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["a.hdf5"], []);
        using var source = new Hdf5VideoClipSource(folder.Path);
        Assert.That(() => source.Open("a"), Throws.TypeOf<VideoReadException>().With.Message.Contains("it is empty (0 bytes)"));
    }

    [Test]
    [Platform("Linux")]
    public void Open_Pipe_ThrowsAtOnce()
    {
        using var folder = new TemporaryFolder();
        ExternalProgram.Run("mkfifo", folder["a.hdf5"]);
        using var source = new Hdf5VideoClipSource(folder.Path);
        Task opening = Task.Run(() => Assert.That(() => source.Open("a"), Throws.TypeOf<VideoReadException>()
            .With.Message.Contains("it is empty (0 bytes)")));

        Assert.That(opening.Wait(TimeSpan.FromSeconds(20)), "it waits for somebody who writes");
    }

    [Test]
    public void Open_TextFile_SaysItIsNoHdf5()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.hdf5"], new string('x', 5000));
        using var source = new Hdf5VideoClipSource(folder.Path);
        Assert.That(
            () => source.Open("a"),
            Throws.TypeOf<VideoReadException>().With.Message.Contains("it is no HDF5 file: the signature is not among its 5000 bytes"));
    }

    [Test]
    public void Open_FileThatMayNotBeRead_SaysSo()
    {
        using var folder = new TemporaryFolder();
        File.Copy(Path.Combine(Hdf5Fixtures.Folder, "contiguous.hdf5"), folder["a.hdf5"]);
        AllowFolder(folder.Path);
        Forbid(folder["a.hdf5"]);
        using var source = new Hdf5VideoClipSource(folder.Path);
        UnprivilegedThread.Run(() => Assert.That(
            () => source.Open("a"), Throws.TypeOf<VideoReadException>().With.Message.Contains("Check that it is a file this user may read.")));
    }

    [Test]
    public void Open_FolderThatMayNotBeRead_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["Class"]);
        File.Copy(Path.Combine(Hdf5Fixtures.Folder, "contiguous.hdf5"), folder["Class/a.hdf5"]);
        AllowFolder(folder.Path);
        Forbid(folder["Class"]);
        using var source = new Hdf5VideoClipSource(folder.Path);
        UnprivilegedThread.Run(() => Assert.That(
            () => source.Open("Class/a"), Throws.TypeOf<VideoReadException>().With.Message.Contains("Class/a.hdf5': found that this user may not look into")));
        AllowFolder(folder["Class"]);
    }

    private static void AllowFolder(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
        }
    }

    private static void Forbid(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.None);
        }
    }

    [TestCase("")]
    [TestCase("/etc/passwd")]
    [TestCase("..")]
    [TestCase("../contiguous")]
    [TestCase("a/../../contiguous")]
    [TestCase("./contiguous")]
    [TestCase("a//b")]
    [TestCase("a/")]
    [TestCase(@"..\contiguous")]
    [TestCase("a\0b")]
    public void Open_NameThatIsNoPathBelowTheFolder_IsRefused(string name)
    {
        using var source = Fixtures();
        var error = Assert.Throws<VideoReadException>(() => source.Open(name));
        Assert.That(error!.Message, Does.Contain("is not a path below the data folder").And.Contains($"'{name}'"));
    }

    [Test]
    public void Open_FileReplacedOnDisk_GivesTheNewOneAndReadersKeepTheOld()
    {
        using var folder = new TemporaryFolder();
        byte[] first = Hdf5Fixtures.Content(5, 6, 7);
        byte[] second = [.. first.Select(value => (byte)~value)];
        Hdf5VideoWriter.Write(folder["a.hdf5"], 6, 7, first);
        using var source = new Hdf5VideoClipSource(folder.Path);
        using VideoReader old = source.Open("a");
        Hdf5VideoWriter.Write(folder["a.hdf5"], 6, 7, second);
        File.SetLastWriteTimeUtc(folder["a.hdf5"], DateTime.UtcNow.AddSeconds(5));
        using VideoReader current = source.Open("a");
        Assert.That(current.ReadAll(), Is.EqualTo(second));
        Assert.That(old.ReadAll(), Is.EqualTo(first));
    }

    [Test]
    public void ReadFrames_FileCutAfterItWasOpened_Throws()
    {
        using var folder = new TemporaryFolder();
        Hdf5VideoWriter.Write(folder["a.hdf5"], 6, 7, Hdf5Fixtures.Content(5, 6, 7));
        using var source = new Hdf5VideoClipSource(folder.Path);
        using VideoReader reader = source.Open("a");
        using (var file = new FileStream(folder["a.hdf5"], new FileStreamOptions { Access = FileAccess.Write, Mode = FileMode.Open, Share = FileShare.ReadWrite }))
        {
            file.SetLength(300);
        }

        Assert.That(() => reader.Read(0), Throws.TypeOf<VideoReadException>().With.Message.Contains("changed while it was read"));
        Assert.That(() => reader.Read(4), Throws.TypeOf<VideoReadException>().With.Message.Contains("it was cut after it was opened"));
    }

    [Test]
    public void Open_Cancelled_Throws()
    {
        using var source = Fixtures();
        Assert.That(() => source.Open("contiguous", new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase("contiguous")]
    [TestCase("gzip")]
    [TestCase("compact")]
    public void ReadFrames_Cancelled_Throws(string name)
    {
        using var source = Fixtures();
        using var cancel = new CancellationTokenSource();
        using VideoReader reader = source.Open(name, cancel.Token);
        reader.Read(0);
        cancel.Cancel();
        Assert.That(() => reader.Read(0), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => reader.ReadNext(new byte[126]), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Dispose_WithAReaderInUse_LeavesItWorkingAndRefusesNewOnes()
    {
        var source = Fixtures();
        using VideoReader reader = source.Open("contiguous");
        source.Dispose();
        Assert.That(reader.ReadAll(), Is.EqualTo(Hdf5Fixtures.Content(5, 6, 7)));
        Assert.That(() => source.Open("contiguous"), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void ReadFrames_AfterDispose_Throws()
    {
        using var source = Fixtures();
        VideoReader reader = source.Open("contiguous");
        reader.Dispose();
        Assert.That(() => reader.Read(0), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void ReadFrames_ManyThreadsWithFewOpenFiles_GivesEachItsVideo()
    {
        using var folder = new TemporaryFolder();
        var videos = new Dictionary<string, byte[]>();
        for (int i = 0; i < 12; i++)
        {
            byte[] video = [.. Hdf5Fixtures.Content(5, 6, 7).Select(value => (byte)(value + i))];
            Hdf5VideoWriter.Write(folder[$"c{i}.hdf5"], 6, 7, video);
            videos[$"c{i}"] = video;
        }

        foreach (string name in new[] { "gzip", "chunked_odd" })
        {
            File.Copy(Path.Combine(Hdf5Fixtures.Folder, name + ".hdf5"), folder[name + ".hdf5"]);
            videos[name] = Hdf5Fixtures.Content(5, 6, 7);
        }

        using var source = new Hdf5VideoClipSource(folder.Path, new() { MaxOpenFiles = 3 });
        string[] names = [.. videos.Keys];
        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            string name = names[i * 7 % names.Length];
            using VideoReader reader = source.Open(name);
            Assert.That(reader.ReadAll().AsSpan().SequenceEqual(videos[name]), Is.True, name);
        });
    }

    [Test]
    [Platform("Linux")]
    public void Open_MoreVideosThanMaxOpenFiles_KeepsNoMoreOpen()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 10; i++)
        {
            Hdf5VideoWriter.Write(folder[$"{i}.hdf5"], 6, 7, Hdf5Fixtures.Content(5, 6, 7));
        }

        using var source = new Hdf5VideoClipSource(folder.Path, new() { MaxOpenFiles = 3 });
        VideoReader held = source.Open("0");
        for (int i = 1; i < 10; i++)
        {
            source.Open($"{i}").Dispose();
        }

        Assert.That(OpenFiles(folder.Path), Is.EqualTo(4), "three cached and the one that a reader holds");
        held.Dispose();
        Assert.That(OpenFiles(folder.Path), Is.EqualTo(3));
        source.Dispose();
        Assert.That(OpenFiles(folder.Path), Is.Zero);
    }

    [Test]
    public void Open_ReplacedWhileItWasClosed_ReadsTheNewFile()
    {
        // The first two differ in where their frames lie; the third only in time and content.
        using var folder = new TemporaryFolder();
        byte[] content = Hdf5Fixtures.Content(5, 6, 7);
        byte[] other = [.. content.Reverse()];
        using var source = new Hdf5VideoClipSource(folder.Path, new() { MaxOpenFiles = 1 });
        Hdf5VideoWriter.Write(folder["other.hdf5"], 6, 7, other);
        File.Copy(Path.Combine(Hdf5Fixtures.Folder, "contiguous.hdf5"), folder["video.hdf5"]);
        Assert.That(ReadAndEvict(), Is.EqualTo(content));
        Hdf5VideoWriter.Write(folder["video.hdf5"], 6, 7, other);
        Assert.That(ReadAndEvict(), Is.EqualTo(other));
        Hdf5VideoWriter.Write(folder["video.hdf5"], 6, 7, content);
        File.SetLastWriteTimeUtc(folder["video.hdf5"], new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.That(ReadAndEvict(), Is.EqualTo(content));
        Assert.That(ReadAndEvict(), Is.EqualTo(content), "as it is known");

        byte[] ReadAndEvict()
        {
            using VideoReader video = source.Open("video");
            byte[] read = video.ReadAll();
            source.Open("other").Dispose();
            return read;
        }
    }

    [Test]
    public void Open_CutWhileItWasClosed_Throws()
    {
        using var folder = new TemporaryFolder();
        Hdf5VideoWriter.Write(folder["a.hdf5"], 6, 7, Hdf5Fixtures.Content(5, 6, 7));
        Hdf5VideoWriter.Write(folder["b.hdf5"], 6, 7, Hdf5Fixtures.Content(5, 6, 7));
        using var source = new Hdf5VideoClipSource(folder.Path, new() { MaxOpenFiles = 1 });
        source.Open("a").Dispose();
        source.Open("b").Dispose();
        using (FileStream file = File.OpenWrite(folder["a.hdf5"]))
        {
            file.SetLength(file.Length - 1);
        }

        Assert.That(() => source.Open("a"), Throws.TypeOf<VideoReadException>().With.Message.Contains("a.hdf5"));
    }

    [Test]
    public void Options_OutOfRange_NameTheOption()
    {
        Assert.That(() => Fixtures(new() { MaxOpenFiles = 0 }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("MaxOpenFiles"));
        Assert.That(() => Fixtures(new() { MaxKnownFiles = 0 }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("MaxKnownFiles"));
        Assert.That(() => Fixtures(new() { MaxChunkBytes = 0 }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("MaxChunkBytes"));
        Assert.That(() => Fixtures(new() { MaxFramePixels = 0 }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("MaxFramePixels"));
        Assert.That(() => Fixtures(new() { MaxFrames = 0 }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("MaxFrames"));
    }

    private static int OpenFiles(string folder) => ProcessState.OpenFiles().Count(file => file.Path.StartsWith(folder, StringComparison.Ordinal));
}
