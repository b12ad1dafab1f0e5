namespace UcfActionRecognition.Tests.Evaluation;

public class VideoPredictionsTests
{
    private static readonly string[] Classes = ["A", "B", "C"];

    private static readonly float[,] Logits = { { 0, 1, 2 }, { 3, 4, 5 }, { 6, 7, 8 }, { 9, 10, 11 } };

    private static VideoPredictions Predictions => new(Logits, Classes, "abc");

    private static readonly PredictionImport Import = new() { Kind = PredictionKind.Windows, Classes = Classes, Data = "UCF-101 split 1" };

    [Test]
    public void Load_GivesBackWhatWasSaved([Values] PredictionKind kind)
    {
        using var folder = new TemporaryFolder();
        VideoPredictions saved = Predictions with { Kind = kind, ClipLength = 16, FrameStride = 8, Data = "UCF-101 split 2", Sampler = "SlidingWindow", Crops = "Ten(1)" };
        saved.Save(folder["a.hdf5"]);
        VideoPredictions loaded = VideoPredictions.Load(folder["a.hdf5"], Import);
        Assert.Multiple(() =>
        {
            Assert.That(loaded.Logits, Is.EqualTo(Logits));
            Assert.That(loaded.Classes, Is.EqualTo(Classes));
            Assert.That(loaded with { Logits = Logits, Classes = Classes }, Is.EqualTo(saved));
        });
    }

    [Test]
    public void Load_WithoutLengthStrideDataAndProtocol_LeavesThemOpen()
    {
        using var folder = new TemporaryFolder();
        Predictions.Save(folder["a.hdf5"]);
        VideoPredictions loaded = VideoPredictions.Load(folder["a.hdf5"]);
        Assert.That((loaded.ClipLength, loaded.FrameStride), Is.EqualTo(((int?)null, (int?)null)));
        Assert.That((loaded.Data, loaded.Sampler, loaded.Crops), Is.EqualTo(((string?)null, (string?)null, (string?)null)));
    }

    [Test]
    public void Load_BesideALongText_ReadsTheNames()
    {
        using var folder = new TemporaryFolder();
        WriteByH5py(folder["a.hdf5"], "d = f.create_dataset('predictions', data=a); d.attrs['long'] = 'x' * 20000; d.attrs['classes'] = ['A', 'B', 'C']; "
            + "d.attrs['model_hash'] = 'h'; d.attrs['kind'] = 'window_logits'; d.attrs['frame_stride'] = 8", "latest");
        Assert.That(VideoPredictions.Load(folder["a.hdf5"]).Classes, Is.EqualTo(Classes));
    }

    // All of these names may be the long text.
    [Test]
    public void Load_TextsThatMayFillTheMemory_AreRefused()
    {
        using var folder = new TemporaryFolder();
        WriteByH5py(folder["a.hdf5"], "d = f.create_dataset('predictions', data=a); d.attrs['kind'] = 'window_logits'; d.attrs['model_hash'] = 'h'; "
            + "d.attrs['classes'] = ['A'] * 1000 + ['B' * 100000]", "latest");
        Assert.That(
            () => VideoPredictions.Load(folder["a.hdf5"]),
            Throws.TypeOf<PredictionsException>().With.Message.Contains("The file names 1001 texts and has one of 100000 bytes; up to 67108864 bytes in all are read"));
    }

    [TestCase("plain", "f.create_dataset('predictions', data=a)")]
    [TestCase("float64", "f.create_dataset('predictions', data=a.astype('f8'))")]
    [TestCase("gzip", "f.create_dataset('predictions', data=a, compression='gzip', shuffle=True, fletcher32=True)")]
    [TestCase("chunks past the end", "f.create_dataset('predictions', data=a, chunks=(3, 2), maxshape=(None, 3))")]
    [TestCase("float64 in chunks", "f.create_dataset('predictions', data=a.astype('f8'), chunks=(1, 3), compression='gzip')")]
    public void Load_ReadsAnyLayoutOfH5py(string layout, string create)
    {
        using var folder = new TemporaryFolder();
        foreach (string version in new[] { "earliest", "latest" })
        {
            WriteByH5py(folder["a.hdf5"], create, version);
            VideoPredictions loaded = VideoPredictions.Load(folder["a.hdf5"], Import);
            Assert.Multiple(() =>
            {
                Assert.That(loaded.Logits, Is.EqualTo(Logits), $"{layout}, {version}");
                Assert.That((loaded.Kind, loaded.ModelHash, loaded.Data), Is.EqualTo((PredictionKind.Windows, "imported", "UCF-101 split 1")));
            });
        }
    }

    [TestCase("d.attrs['classes'] = ['A', 'B', 'C']; d.attrs['frame_stride'] = 8; d.attrs['data'] = 'UCF-101 split 1'")]
    [TestCase("d.attrs['classes'] = np.array([b'A', b'B', b'C']); d.attrs['frame_stride'] = np.int16(8); d.attrs['data'] = np.bytes_(b'UCF-101 split 1')")]
    [TestCase("d.attrs['classes'] = ['A', 'B', 'C']; d.attrs['frame_stride'] = np.uint8(8); d.attrs['data'] = ['UCF-101 split 1']")]
    public void Load_ReadsAttributesAsH5pyWritesThem(string attributes)
    {
        using var folder = new TemporaryFolder();
        foreach (string version in new[] { "earliest", "latest" })
        {
            WriteByH5py(
                folder["a.hdf5"], $"d = f.create_dataset('predictions', data=a); d.attrs['kind'] = 'window_logits'; d.attrs['model_hash'] = 'abc'; {attributes}", version);
            VideoPredictions loaded = VideoPredictions.Load(folder["a.hdf5"]);
            Assert.Multiple(() =>
            {
                Assert.That(loaded.Classes, Is.EqualTo(Classes));
                Assert.That((loaded.Kind, loaded.ModelHash, loaded.FrameStride, loaded.Data), Is.EqualTo((PredictionKind.Windows, "abc", (int?)8, "UCF-101 split 1")));
            });
        }
    }

    [TestCase("(1, 101)")]
    [TestCase("(8, 13)")]
    [TestCase("True")]
    public void Load_ALongVideoInManyChunks_IsRead(string chunks)
    {
        using var folder = new TemporaryFolder();
        var import = new PredictionImport { Kind = PredictionKind.Frames, Classes = [.. Enumerable.Range(0, 101).Select(i => $"Class{i}")] };
        foreach (string version in new[] { "earliest", "latest" })
        {
            WriteByH5py(
                folder["a.hdf5"],
                $"f.create_dataset('predictions', data=np.arange(1776 * 101, dtype='f4').reshape(1776, 101), chunks={chunks}, maxshape=(None, 101), compression='gzip')",
                version);
            VideoPredictions loaded = VideoPredictions.Load(folder["a.hdf5"], import);
            Assert.That(loaded.Logits.Cast<float>(), Is.EqualTo(Enumerable.Range(0, 1776 * 101).Select(i => (float)i)));
        }
    }

    [Test]
    [Platform("Linux")]
    public void Load_Pipe_ThrowsAtOnce()
    {
        using var folder = new TemporaryFolder();
        ExternalProgram.Run("mkfifo", folder["a.hdf5"]);
        Task opening = Task.Run(() => Assert.That(
            () => VideoPredictions.Load(folder["a.hdf5"]), Throws.TypeOf<PredictionsException>().With.Message.Contains("It is a pipe, where a file is expected.")));

        Assert.That(opening.Wait(TimeSpan.FromSeconds(20)), "it waits for somebody who writes");
    }

    [Test]
    public void Load_AVector_IsOneRow()
    {
        using var folder = new TemporaryFolder();
        WriteByH5py(folder["a.hdf5"], "f['predictions'] = a[1]");
        Assert.That(VideoPredictions.Load(folder["a.hdf5"], Import).Logits, Is.EqualTo(new float[,] { { 3, 4, 5 } }));
    }

    [TestCase("f['video'] = a", "it has no dataset 'predictions'; it holds 'video'")]
    [TestCase("f['predictions'] = a.astype('i4')", "its dataset holds int32, not float32 or float64")]
    [TestCase("f['predictions'] = a.astype('f2')", "its dataset holds float16, not float32 or float64")]
    [TestCase("f['predictions'] = 'text'", "its dataset holds elements of class VariableLength and 16 bytes, not float32 or float64")]
    [TestCase("f['predictions'] = a.reshape(2, 2, 3)", "its dataset has the shape [2, 2, 3], not [rows, classes]")]
    [TestCase("f['predictions'] = np.float32(1)", "its dataset has the shape [], not [rows, classes]")]
    [TestCase("f['predictions'] = a[:0]", "its dataset has the shape [0, 3], not [rows, classes] with at least one of both")]
    [TestCase("f.create_dataset('predictions', shape=(4, 3), dtype='f4')", "its dataset was made but never written")]
    [TestCase("d = f.create_dataset('predictions', shape=(4, 3), dtype='f4', chunks=(2, 3)); d[:2] = 1", "chunk 1 of its dataset was never written")]
    [TestCase("f.create_dataset('predictions', shape=(1000000, 101), dtype='f4')", "takes 404000000 bytes; a file of")]
    [TestCase("f.create_dataset('predictions', shape=(4000000000, 4000000000), dtype='f8', chunks=(1, 101))", "bytes can hold")]
    [TestCase("f.create_group('predictions')", "its 'predictions' is a group or a type, not a dataset")]
    [TestCase("f['predictions'] = h5py.SoftLink('/predictions')", "its 'predictions' is a soft or external link, not a dataset of the file itself")]
    [TestCase("f['predictions'] = h5py.ExternalLink('/etc/hostname', 'x')", "its 'predictions' is a soft or external link, not a dataset of the file itself")]
    [TestCase("f['predictions'] = a[:, :2]", "' has 2 columns of predictions and 3 classes; one column for each class is expected")]
    [TestCase("a[1, 2] = np.nan; f['predictions'] = a", "' holds NaN in row 1, column 2 ('C'): its scores are no finite numbers")]
    [TestCase("a[0, 0] = np.inf; f['predictions'] = a", "' holds Infinity in row 0, column 0 ('A')")]
    [TestCase("f['predictions'] = a * 1e300", "' holds Infinity in row 0, column 1 ('B')")]
    [TestCase("f['predictions'] = a; f['predictions'].attrs['kind'] = 'frame_logits'", "not 'model_hash', 'classes'")]
    public void Load_OtherFiles_SaysWhatIsWrong(string create, string message)
    {
        using var folder = new TemporaryFolder();
        WriteByH5py(folder["a.hdf5"], create, "latest");
        Assert.That(
            () => VideoPredictions.Load(folder["a.hdf5"], Import),
            Throws.TypeOf<PredictionsException>().With.Message.Contains($"'{folder["a.hdf5"]}").And.Message.Contains(message));
    }

    [TestCase("kind", "'best_logits'", "its attribute 'kind' is 'best_logits'; known are frame_logits, window_logits")]
    [TestCase("kind", "7", "its attribute 'kind' holds int64, not text")]
    [TestCase("kind", "['a', 'b']", "its attribute 'kind' is not one text")]
    [TestCase("kind", "'x' * 5000", "its attribute 'kind' holds a missing or an endless text")]
    [TestCase("frame_stride", "0", "its attribute 'frame_stride' is 0, not 1 or more")]
    [TestCase("frame_stride", "2**40", "its attribute 'frame_stride' is 1099511627776, not 1 or more")]
    [TestCase("frame_stride", "[1, 2]", "its attribute 'frame_stride' is not one whole number")]
    [TestCase("frame_stride", "h5py.Empty('i4')", "frame_stride")]
    public void Load_AnAttributeThatIsNoneOfOurs_SaysWhatIsWrong(string name, string value, string message)
    {
        using var folder = new TemporaryFolder();
        WriteByH5py(
            folder["a.hdf5"],
            "f['predictions'] = a; d = f['predictions']; d.attrs['kind'] = 'frame_logits'; d.attrs['model_hash'] = 'abc'; "
            + $"d.attrs['classes'] = ['A', 'B', 'C']; d.attrs['{name}'] = {value}");
        Assert.That(() => VideoPredictions.Load(folder["a.hdf5"]), Throws.TypeOf<PredictionsException>().With.Message.Contains(message));
    }

    [Test]
    public void Load_WithoutAttributesAndImport_SaysHowToImport()
    {
        using var folder = new TemporaryFolder();
        WriteByH5py(folder["a.hdf5"], "f['predictions'] = a");
        Assert.That(() => VideoPredictions.Load(folder["a.hdf5"]), Throws.TypeOf<PredictionsException>().With.Message.Contains("say so with a PredictionImport"));
    }

    [Test]
    public void Load_NoFile_ThrowsPredictionsException()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => VideoPredictions.Load(folder["a.hdf5"]), Throws.TypeOf<PredictionsException>().With.Message.Contains("a.hdf5"));
        Assert.That(() => VideoPredictions.Load(folder.Path), Throws.TypeOf<PredictionsException>());
    }

    private static void WriteByH5py(string path, string create, string version = "earliest")
    {
        ExternalProgram.Require("python3 with h5py", "/usr/bin/python3", "-c", "import h5py");
        ExternalProgram.Run("/usr/bin/python3", "-c", $"""
            import h5py, numpy as np
            a = np.arange(12, dtype='f4').reshape(4, 3)
            with h5py.File('{path}', 'w', libver='{version}') as f:
                {create}
            """);
    }
}
