using PureHDF.Filters;

namespace UcfActionRecognition.Tests.Sources;

/// <summary>Parameters of HDF5's filters, which a file gives, are bounded before PureHDF follows them.</summary>
internal sealed class CheckedFilterTests
{
    // 2^27 + 1: times 32 it wraps to 32, by which PureHDF's vectors would stride outside of their buffers.
    [Test]
    public void ReadFrames_ShuffleOfImmenseElements_Throws()
    {
        byte[] file = File.ReadAllBytes(Path.Combine(Hdf5Fixtures.Folder, "gzip_shuffle.hdf5"));
        int parameter = file.AsSpan().IndexOf("shuffle\0"u8) + 8;
        Assert.That(BitConverter.ToUInt32(file, parameter), Is.EqualTo(1), "the fixture's bytes of an element");
        BitConverter.TryWriteBytes(file.AsSpan(parameter), 0x0800_0001);
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["video.hdf5"], file);

        using var source = new Hdf5VideoClipSource(folder.Path);
        using VideoReader reader = source.Open("video");
        var error = Assert.Throws<VideoReadException>(() => reader.Read(0));
        Assert.That(error!.Message, Does.Contain("shuffle filter has the parameters [134217729]"));
    }

    [TestCase(new uint[0])]
    [TestCase(new uint[] { 0 })]
    [TestCase(new uint[] { 1, 1 })]
    [TestCase(new uint[] { (1 << 20) + 1 })]
    public void Shuffle_ParametersThatAreNoSize_Throws(uint[] parameters) =>
        Assert.That(() => CheckedFilter.Shuffle().Filter(Decompress(parameters)), Throws.TypeOf<InvalidDataException>());

    [Test]
    public void Shuffle_OfAFormatsElements_IsUndone() =>
        Assert.That(CheckedFilter.Shuffle().Filter(Decompress([2], 0, 2, 1, 3)).ToArray(), Is.EqualTo(new byte[] { 0, 1, 2, 3 }));

    // A chunk of equal values: no bits for each, a smallest value of 8 bytes, and no payload.
    [TestCase(192u, 1u, ExpectedResult = 192)]
    [TestCase(193u, 1u, ExpectedResult = null)]
    [TestCase(0x7FFF_0000u, 1u, ExpectedResult = null)]
    [TestCase(uint.MaxValue, uint.MaxValue, ExpectedResult = null)]
    public int? ScaleOffset_MakesNoMoreThanAChunk(uint elements, uint size)
    {
        uint[] parameters = new uint[20];
        (parameters[0], parameters[2], parameters[4]) = (2, elements, size);
        try
        {
            return CheckedFilter.ScaleOffset().Filter(Decompress(parameters, [0, 0, 0, 0, 8, .. new byte[16]])).Length;
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static FilterInfo Decompress(uint[] parameters, params byte[] buffer) => new(H5FilterFlags.Decompress, parameters, ChunkSize: 192, buffer);
}
