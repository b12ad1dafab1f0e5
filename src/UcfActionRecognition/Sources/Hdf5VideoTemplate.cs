using Microsoft.Win32.SafeHandles;
using PureHDF;
using PureHDF.VOL.Native;

namespace UcfActionRecognition;

/// <summary>Everything of an HDF5 video but its frames, and where those go.</summary>
/// <remarks>
/// PureHDF makes the file in memory with a contiguous dataset that it does not fill; the reader's own way of finding data then tells
/// where the frames belong. It puts them before the headers, so their place does not depend on their number.
/// </remarks>
internal sealed class Hdf5VideoTemplate
{
    private readonly IReadOnlyList<(long Offset, byte[] Bytes)> _segments;

    public Hdf5VideoTemplate(int frames, int height, int width)
    {
        ulong[] shape = [(ulong)frames, (ulong)height, (ulong)width, 3];
        var content = new H5File { [Hdf5FrameLocator.Dataset] = new H5Dataset<byte[]>(shape) };
        var stream = new SegmentStream();
        using (content.BeginWrite(stream, new H5WriteOptions(PreferCompactDatasetLayout: false)))
        {
        }

        (_segments, Length) = (stream.Segments, stream.Length);
        stream.Position = 0;
        using NativeFile file = H5File.Open(stream, leaveOpen: true);
        var (first, last) = Hdf5FrameLocator.FindEnds((NativeDataset)file.Get(Hdf5FrameLocator.Dataset), stream)
            ?? throw new InvalidOperationException("PureHDF gave the dataset no place in the file.");
        if (last - first + 1 != (long)frames * height * width * 3)
        {
            throw new InvalidOperationException($"PureHDF laid {frames} frames of {height}x{width} out at {first} to {last}.");
        }

        FrameOffset = first;
    }

    /// <summary>Where the first frame begins, in bytes.</summary>
    public long FrameOffset { get; }

    /// <summary>The whole file's length, in bytes.</summary>
    public long Length { get; }

    /// <summary>Writes what goes around the frames.</summary>
    public void WriteAround(SafeFileHandle file)
    {
        foreach ((long offset, byte[] bytes) in _segments)
        {
            RandomAccess.Write(file, bytes, offset);
        }
    }
}
