using System.Diagnostics;

namespace UcfActionRecognition.Tests.Sources;

/// <summary>Compact videos that h5py and OpenCV wrote (tests/reference/jpeg_fixtures.py): read byte for byte as cv2.imdecode does, or refused.</summary>
internal sealed class CompactVideoReadTests
{
    private static readonly string[] Readable = ["cv2", "cv2_quality_30", "cv2_optimized", "cv2_restarts", "cv2_tiny", "cv2_progressive_and_gray"];

    private static string Folder { get; } = Path.Combine(TestContext.CurrentContext.TestDirectory, "Fixtures", "jpeg");

    [TestCaseSource(nameof(Readable))]
    public void Read_FramesThatOpenCvWrote_GivesOpenCvsBytes(string name)
    {
        using var source = new Hdf5VideoClipSource(Folder);
        using VideoReader reader = source.Open(name);
        using VideoReader decoded = source.Open(name + "_decoded");
        Assert.That(reader.Info, Is.EqualTo(decoded.Info with { FramesPerSecond = name == "cv2_restarts" ? 29.97 : null }));
        Assert.That(reader.ReadAll(), Is.EqualTo(decoded.ReadAll()));
        Assert.That(reader.ReadToEnd(), Is.EqualTo(decoded.ReadToEnd()));
        Assert.That(reader.Read(2, 0, 2), Is.EqualTo(decoded.Read(2, 0, 2)));
    }

    [Test]
    public void ReadFrames_OfACrop_GivesItsRows()
    {
        using var source = new Hdf5VideoClipSource(Folder);
        using VideoReader reader = source.Open("cv2");
        using VideoReader decoded = source.Open("cv2_decoded");
        var rows = new TakenRows(11, 15);
        var expected = new TakenRows(11, 15);
        reader.ReadFrames([3, 1], rows);
        decoded.ReadFrames([3, 1], expected);
        Assert.That(rows.Taken, Has.Count.EqualTo(2));
        Assert.That(rows.Taken, Is.EqualTo(expected.Taken));
    }

    [TestCase("bad_no_offsets", "it has no dataset 'jpeg_offsets'; it holds 'jpeg'")]
    [TestCase("bad_offsets_past_the_end", "its frame 2 lies at ")]
    [TestCase("bad_offsets_backwards", "its frame 1 lies at ")]
    [TestCase("bad_offsets_negative", "its frame 0 lies at 0 to -5 of ")]
    [TestCase("bad_offsets_overflow", "its frame 0 lies at 0 to 9223372036854775807 of ")]
    [TestCase("bad_offsets_short", "expected all of them")]
    [TestCase("bad_offsets_of_one", "its dataset 'jpeg_offsets' has 1 entries")]
    [TestCase("bad_offsets_int32", "its dataset 'jpeg_offsets' holds int32 [4] of layout Contiguous; expected a contiguous list of int64")]
    [TestCase("bad_chunked", "of layout Chunked; expected a contiguous list of uint8")]
    [TestCase("bad_no_height", "its dataset 'jpeg' has no attribute 'height'")]
    [TestCase("bad_height_negative", "its attribute 'height' is -16, not 1 or more")]
    [TestCase("bad_huge", "its frames are 1073741824x1073741824, past the limit of 67108864 pixels (option MaxFramePixels)")]
    [TestCase("bad_rate", "its attribute 'frames_per_second' is NaN, not above 0")]
    public void Open_NoCompactVideo_SaysWhy(string name, string reason)
    {
        using var source = new Hdf5VideoClipSource(Folder);
        Assert.That(
            () => source.Open(name),
            Throws.TypeOf<VideoReadException>().With.Message.Contains(reason).And.Message.Contains($"{name}.hdf5'").And.Message.Contains("Expected a dataset 'video'"));
    }

    [TestCase("bad_frame_other_size", 0, "is 16x16, not 16x24")]
    [TestCase("bad_frame_png", 1, "does not begin with a start marker and end with an end marker; it is cut or damaged")]
    [TestCase("bad_frame_cut", 1, "does not begin with a start marker and end with an end marker; it is cut or damaged")]
    public void ReadFrames_FrameThatIsNone_NamesFileAndFrame(string name, int frame, string reason)
    {
        using var source = new Hdf5VideoClipSource(Folder);
        using VideoReader reader = source.Open(name);
        byte[] rgb = new byte[reader.Info.FrameBytes];
        if (frame > 0)
        {
            reader.ReadFrames([0], rgb);
        }

        Assert.That(
            () => reader.ReadFrames([frame], rgb),
            Throws.TypeOf<VideoReadException>().With.Message.Contains(reason).And.Message.Contains($"{name}.hdf5'").And.Message.Contains($"the JPEG of frame {frame} "));
    }

    [Test]
    public void Open_PastTheLimits_Throws()
    {
        using var few = new Hdf5VideoClipSource(Folder, new() { MaxFrames = 3 });
        Assert.That(() => few.Open("cv2"), Throws.TypeOf<VideoReadException>().With.Message.Contains("no more than 3 frames (option MaxFrames)"));
        using var small = new Hdf5VideoClipSource(Folder, new() { MaxFramePixels = (37 * 53) - 1 });
        Assert.That(() => small.Open("cv2"), Throws.TypeOf<VideoReadException>().With.Message.Contains("(option MaxFramePixels)"));
        using var short_ = new Hdf5VideoClipSource(Folder, new() { MaxChunkBytes = 1000 });
        Assert.That(() => short_.Open("cv2"), Throws.TypeOf<VideoReadException>().With.Message.Contains("(option MaxChunkBytes)"));
    }

    [TestCase("cv2")]
    [TestCase("cv2_restarts")]
    public void Open_FileCutAnywhere_ThrowsVideoReadException(string name)
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(Folder, name + ".hdf5"));
        using var folder = new TemporaryFolder();
        for (int length = 0; length < whole.Length; length += whole.Length / 200)
        {
            Assert.That(Try(folder, whole.AsSpan(0, length)), Is.TypeOf<VideoReadException>(), $"cut to {length} bytes");
        }
    }

    [TestCase("cv2")]
    [TestCase("cv2_restarts")]
    [TestCase("cv2_tiny")]
    public void ReadFrames_BytesChangedAnywhere_ReadOrThrowVideoReadException(string name)
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(Folder, name + ".hdf5"));
        var random = new Random(name.Length);
        using var folder = new TemporaryFolder();
        var clock = Stopwatch.StartNew();
        int refused = 0;
        for (int i = 0; i < 1000; i++)
        {
            byte[] changed = [.. whole];
            int position = random.Next(changed.Length);
            for (int k = random.Next(1, 9); k > 0 && position < changed.Length; k--, position++)
            {
                changed[position] = random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
            }

            Exception? error = Try(folder, changed);
            Assert.That(error, Is.Null.Or.TypeOf<VideoReadException>(), $"change {i} before {position}");
            refused += error is null ? 0 : 1;
        }

        TestContext.Out.WriteLine($"{name}: {refused} of 1000 refused, {clock.ElapsedMilliseconds} ms");
        Assert.That(refused, Is.InRange(1, 999));
    }

    private static Exception? Try(TemporaryFolder folder, ReadOnlySpan<byte> bytes)
    {
        File.WriteAllBytes(folder["a.hdf5"], bytes);
        using var source = new Hdf5VideoClipSource(folder.Path, new() { MaxFrames = 100, MaxFramePixels = 10_000, MaxChunkBytes = 1 << 20 });
        try
        {
            using VideoReader reader = source.Open("a");
            reader.ReadAll();
            reader.ReadToEnd();
            return null;
        }
#pragma warning disable CA1031 // The test is about which exceptions come out.
        catch (Exception error)
#pragma warning restore CA1031
        {
            return error;
        }
    }

    private sealed class TakenRows(int firstRow, int rowCount) : IFrameSink
    {
        public SortedDictionary<int, byte[]> Taken { get; } = [];

        public int FirstRow => firstRow;

        public int RowCount => rowCount;

        public void Take(int position, ReadOnlySpan<byte> rows) => Taken.Add(position, rows.ToArray());
    }
}
