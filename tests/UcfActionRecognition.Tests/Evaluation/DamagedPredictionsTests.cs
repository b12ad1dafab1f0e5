using System.Diagnostics;

namespace UcfActionRecognition.Tests.Evaluation;

/// <summary>Files that are cut or changed at any place either read or throw <see cref="PredictionsException"/>; nothing else, soon, in little memory.</summary>
internal sealed class DamagedPredictionsTests
{
    // The largest array that PureHDF may ask for because a length in the file says so, before its first read shows that the file is shorter.
    private const long MostBytes = int.MaxValue;

    private const string Attributes = "d.attrs['kind'] = 'frame_logits'; d.attrs['model_hash'] = 'abc'; d.attrs['classes'] = ['A', 'B', 'C']; d.attrs['frame_stride'] = 1";

    private static readonly object[][] Files =
    [
        ["ours", ""],
        ["contiguous", "libver='earliest'", "data=a"],
        ["gzip", "libver='earliest'", "data=a, chunks=(3, 2), compression='gzip', shuffle=True, fletcher32=True"],
        ["latest", "libver='latest'", "data=a.astype('f8'), chunks=(3, 2), maxshape=(None, 3)"],
    ];

    [TestCaseSource(nameof(Files))]
    public void Load_FileCutAnywhere_ThrowsPredictionsException(string name, string options, string dataset = "")
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Write(folder, name, options, dataset);
        int step = Math.Max(1, whole.Length / 200);
        for (int length = 0; length < whole.Length; length += step)
        {
            Assert.That(Try(folder, whole.AsSpan(0, length)).Error, Is.TypeOf<PredictionsException>(), $"cut to {length} bytes");
        }
    }

    [TestCaseSource(nameof(Files))]
    public void Load_BytesChangedAnywhere_ReadsOrThrowsPredictionsException(string name, string options, string dataset = "")
    {
        using var folder = new TemporaryFolder();
        byte[] whole = Write(folder, name, options, dataset);
        int changes = int.TryParse(Environment.GetEnvironmentVariable("UCF101_MUTATIONS"), out int asked) ? asked : 1000;
        var random = new Random(name.Length);
        long mostBytes = 0;
        TimeSpan longest = default;
        int read = 0;
        for (int i = 0; i < changes; i++)
        {
            byte[] changed = [.. whole];
            int position = Place(whole, random);
            for (int k = random.Next(1, 9); k > 0 && position < changed.Length; k--, position++)
            {
                changed[position] = random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
            }

            Damaged damaged = Try(folder, changed);
            Assert.That(damaged.Error, Is.Null.Or.TypeOf<PredictionsException>(), $"change {i} before {position}");
            read += damaged.Error is null ? 1 : 0;
            mostBytes = Math.Max(mostBytes, damaged.Bytes);
            longest = damaged.Time > longest ? damaged.Time : longest;
        }

        TestContext.Out.WriteLine($"{name}, {changes} changes: {read} read, at most {mostBytes} bytes allocated, {longest.TotalMilliseconds:0} ms");
        Assert.That(read, Is.GreaterThan(0).And.LessThan(changes));
        Assert.That(mostBytes, Is.LessThan(MostBytes + (64L << 20)));
        Assert.That(longest, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    [Test]
    public void Load_ATextLargerThanTheFile_ThrowsBeforeItIsAllocated()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = Write(folder, "ours", "", "");
        int heap = bytes.AsSpan().LastIndexOf("GCOL"u8);
        Assert.That(heap, Is.Positive);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(heap + 24), 0x7FFF_0000);
        Damaged damaged = Try(folder, bytes);
        Assert.That(damaged.Error, Is.TypeOf<PredictionsException>().With.Message.Contains($"names {0x7FFF_0000} bytes"));
        Assert.That(damaged.Bytes, Is.LessThan(1 << 20));
    }

    /// <summary>PureHDF would allocate what an attribute's type and shape say before it finds the file shorter; found by fuzzing.</summary>
    [TestCase("contiguous", 16)]
    [TestCase("latest_contiguous", 13)]
    public void Load_AttributeLargerThanTheFile_ThrowsBeforeItIsAllocated(string name, int nameBytes)
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = File.ReadAllBytes(Models.TestModels.Fixture("predictions", name + ".hdf5"));
        int attribute = bytes.AsSpan().IndexOf("frame_stride"u8);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(attribute + nameBytes + 4), 0x7FFF_0000);
        Damaged damaged = Try(folder, bytes);
        Assert.That(damaged.Error, Is.TypeOf<PredictionsException>().With.Message.Contains($"names {0x7FFF_0000} bytes in the message at"));
        Assert.That(damaged.Bytes, Is.LessThan(1 << 20));
    }

    // Files of h5py are mostly empty space, whose changes change nothing.
    private static int Place(byte[] whole, Random random)
    {
        int position;
        do
        {
            position = random.Next(whole.Length);
        }
        while (whole[position] == 0 && random.Next(20) > 0);
        return position;
    }

    private static byte[] Write(TemporaryFolder folder, string name, string options, string dataset)
    {
        string path = folder["whole.hdf5"];
        if (name == "ours")
        {
            float[,] logits = { { 0, 1, 2 }, { 3, 4, 5 }, { 6, 7, 8 }, { 9, 10, 11 } };
            new VideoPredictions(logits, ["A", "B", "C"], "abc") { FrameStride = 1, Data = "UCF-101 split 1" }.Save(path);
        }
        else
        {
            ExternalProgram.Require("python3 with h5py", "/usr/bin/python3", "-c", "import h5py");
            ExternalProgram.Run("/usr/bin/python3", "-c", $"""
                import h5py, numpy as np
                a = np.arange(12, dtype='f4').reshape(4, 3)
                with h5py.File('{path}', 'w', {options}) as f:
                    d = f.create_dataset('predictions', {dataset})
                    {Attributes}
                """);
        }

        Assert.That(VideoPredictions.Load(path).Logits[3, 2], Is.EqualTo(11));
        return File.ReadAllBytes(path);
    }

    private static Damaged Try(TemporaryFolder folder, ReadOnlySpan<byte> bytes)
    {
        File.WriteAllBytes(folder["a.hdf5"], bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        Exception? error = null;
        try
        {
            VideoPredictions.Load(folder["a.hdf5"]);
        }
#pragma warning disable CA1031 // The test is about which exceptions come out.
        catch (Exception thrown)
#pragma warning restore CA1031
        {
            error = thrown;
        }

        return new Damaged(error, GC.GetAllocatedBytesForCurrentThread() - before, Stopwatch.GetElapsedTime(start));
    }

    private readonly record struct Damaged(Exception? Error, long Bytes, TimeSpan Time);
}
