using System.Diagnostics;

namespace UcfActionRecognition.Tests.Sources;

/// <summary>Files that are cut or changed at any place either read or throw <see cref="VideoReadException"/>; nothing else, soon, in little memory.</summary>
internal sealed class Hdf5DamagedFileTests
{
    // The largest array that PureHDF may ask for because a length in the file says so, before its first read shows that the file is shorter.
    private const long MostBytes = int.MaxValue;

    private static readonly string[] Names = [.. Hdf5Fixtures.Readable.Select(row => (string)row[0]), "never_written", "half_written_chunked"];

    [TestCaseSource(nameof(Names))]
    public void Open_FileCutAnywhere_ThrowsVideoReadException(string name)
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(Hdf5Fixtures.Folder, name + ".hdf5"));
        using var folder = new TemporaryFolder();
        int step = Math.Max(1, whole.Length / 200);
        for (int length = 0; length < whole.Length; length += step)
        {
            Damaged damaged = Try(folder, whole.AsSpan(0, length));
            Assert.That(damaged.Error, Is.TypeOf<VideoReadException>(), $"cut to {length} bytes");
        }
    }

    [TestCaseSource(nameof(Names))]
    public void ReadFrames_BytesChangedAnywhere_ReadOrThrowVideoReadException(string name)
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(Hdf5Fixtures.Folder, name + ".hdf5"));
        var random = new Random(name.Length);
        using var folder = new TemporaryFolder();
        long mostBytes = 0;
        TimeSpan longest = default;
        for (int i = 0; i < 600; i++)
        {
            byte[] changed = [.. whole];
            int position = random.Next(changed.Length);
            for (int k = random.Next(1, 9); k > 0 && position < changed.Length; k--, position++)
            {
                changed[position] = random.Next(3) switch { 0 => 0xFF, 1 => 0, _ => (byte)random.Next(256) };
            }

            Damaged damaged = Try(folder, changed);
            Assert.That(damaged.Error, Is.Null.Or.TypeOf<VideoReadException>(), $"change {i} before {position}");
            mostBytes = Math.Max(mostBytes, damaged.Bytes);
            longest = damaged.Time > longest ? damaged.Time : longest;
        }

        TestContext.Out.WriteLine($"{name}: at most {mostBytes} bytes allocated, {longest.TotalMilliseconds:0} ms");
        Assert.That(mostBytes, Is.LessThan(MostBytes + (64L << 20)));
        Assert.That(longest, Is.LessThan(TimeSpan.FromSeconds(20)));
    }

    /// <summary>PureHDF would allocate what these sizes say before it finds the file shorter.</summary>
    [TestCase("contiguous", "HEAP", 8, 0x7FFF_0000L)]
    [TestCase("gzip", "TREE", 24, 0x7FFF_0000L)]
    [TestCase("latest_fixed_array", "FAHD", 8, 0x7FFF_0000L)]
    public void ReadFrames_SizeInTheFileLargerThanTheFile_ThrowsBeforeItIsAllocated(string name, string structure, int offset, long size)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(Hdf5Fixtures.Folder, name + ".hdf5"));
        int start = bytes.AsSpan().LastIndexOf(System.Text.Encoding.ASCII.GetBytes(structure));
        Assert.That(start, Is.Positive);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(start + offset), (uint)size);
        using var folder = new TemporaryFolder();
        Damaged damaged = Try(folder, bytes);
        Assert.That(damaged.Error, Is.TypeOf<VideoReadException>().With.Message.Contains($"names {size} bytes"));
        Assert.That(damaged.Bytes, Is.LessThan(1 << 20));
    }

    /// <summary>Messages of object headers, in both versions of them; found by fuzzing.</summary>
    /// <param name="message">What the message is.</param>
    /// <param name="name">The fixture.</param>
    /// <param name="found">The bytes, in hexadecimal, that are replaced where they are found first.</param>
    /// <param name="by">What replaces them and what follows.</param>
    [TestCase("fill value", "contiguous", "05000800010000000202020100000000", "050008000100000002020201FFFFFF7F")]
    [TestCase("fill value of the old kind", "contiguous", "050008000100000002020201", "0400080001000000FFFFFF7F")]
    [TestCase("compact data of the old kind", "contiguous", "0800180000000000", "08001800000000000101000000000000010000000000FF7F")]
    [TestCase("name of a link", "contiguous_latest", "010005766964656F", "010305766964656F")]
    public void Open_MessageThatNamesMoreThanTheFile_ThrowsBeforeItIsAllocated(string message, string name, string found, string by)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(Hdf5Fixtures.Folder, name + ".hdf5"));
        int start = bytes.AsSpan().IndexOf(Convert.FromHexString(found));
        Assert.That(start, Is.Positive, message);
        Convert.FromHexString(by).CopyTo(bytes, start);
        using var folder = new TemporaryFolder();
        Damaged damaged = Try(folder, bytes);
        Assert.That(damaged.Error, Is.TypeOf<VideoReadException>().With.Message.Contains("bytes in the message at"));
        Assert.That(damaged.Bytes, Is.LessThan(1 << 20));
    }

    [Test]
    public void Open_TextInTheFileThatDrawsOnATerminal_IsShownPlainly()
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(Hdf5Fixtures.Folder, "contiguous.hdf5"));
        int start = bytes.AsSpan().IndexOf("SNOD"u8);
        "\u001b[2J"u8.CopyTo(bytes.AsSpan(start));
        using var folder = new TemporaryFolder();
        Assert.That(Try(folder, bytes).Error, Is.TypeOf<VideoReadException>().With.Message.Contains("'?[2J'"));
    }

    private static Damaged Try(TemporaryFolder folder, ReadOnlySpan<byte> bytes)
    {
        File.WriteAllBytes(folder["a.hdf5"], bytes);
        using var source = new Hdf5VideoClipSource(folder.Path, new() { MaxFrames = 100, MaxFramePixels = 10_000, MaxChunkBytes = 1 << 20 });
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        Exception? error = null;
        try
        {
            using VideoReader reader = source.Open("a");
            reader.ReadAll();
            reader.ReadToEnd();
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
