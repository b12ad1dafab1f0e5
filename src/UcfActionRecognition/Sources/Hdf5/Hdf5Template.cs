using Microsoft.Win32.SafeHandles;
using PureHDF;
using PureHDF.VOL.Native;

namespace UcfActionRecognition;

/// <summary>Everything of an HDF5 file but the bytes of one large dataset, and where those go.</summary>
/// <remarks>
/// PureHDF makes the file in memory with a contiguous dataset that it does not fill; the reader's own way of finding data then tells
/// where the bytes belong. It puts them before everything else, so their place does not depend on their number.
/// </remarks>
internal sealed class Hdf5Template
{
    private readonly IReadOnlyList<(long Offset, byte[] Bytes)> _segments;

    private Hdf5Template(H5File content, string dataset, long bytes)
    {
        var stream = new SegmentStream();
        using (content.BeginWrite(stream, new H5WriteOptions(PreferCompactDatasetLayout: false)))
        {
        }

        (_segments, Length) = (stream.Segments, stream.Length);
        stream.Position = 0;
        using NativeFile file = H5File.Open(stream, leaveOpen: true);
        var (first, last) = Hdf5FrameLocator.FindEnds((NativeDataset)file.Get(dataset), stream)
            ?? throw new InvalidOperationException("PureHDF gave the dataset no place in the file.");
        if (last - first + 1 != bytes)
        {
            throw new InvalidOperationException($"PureHDF laid {bytes} bytes out at {first} to {last}.");
        }

        DataOffset = first;
    }

    /// <summary>Where the dataset's first byte goes.</summary>
    public long DataOffset { get; }

    /// <summary>The whole file's length, in bytes.</summary>
    public long Length { get; }

    /// <summary>A video of raw frames.</summary>
    public static Hdf5Template OfVideo(int frames, int height, int width)
    {
        ulong[] shape = [(ulong)frames, (ulong)height, (ulong)width, 3];
        var content = new H5File { [Hdf5FrameLocator.Dataset] = new H5Dataset<byte[]>(shape) };
        return new Hdf5Template(content, Hdf5FrameLocator.Dataset, (long)frames * height * width * 3);
    }

    /// <summary>A video of JPEG frames.</summary>
    /// <param name="info">Size and rate of the frames as stored.</param>
    /// <param name="quality">The JPEGs' quality.</param>
    /// <param name="offsets">Where each JPEG begins and the last one ends.</param>
    public static Hdf5Template OfCompactVideo(VideoInfo info, int quality, long[] offsets)
    {
        var jpeg = new H5Dataset<byte[]>([(ulong)offsets[^1]]);
        jpeg.Attributes[Hdf5JpegLocator.Height] = info.Height;
        jpeg.Attributes[Hdf5JpegLocator.Width] = info.Width;
        jpeg.Attributes[Hdf5JpegLocator.Quality] = quality;
        if (info.FramesPerSecond is { } rate)
        {
            jpeg.Attributes[Hdf5JpegLocator.FramesPerSecond] = rate;
        }

        var content = new H5File { [Hdf5JpegLocator.Dataset] = jpeg, [Hdf5JpegLocator.Offsets] = new H5Dataset(offsets) };
        return new Hdf5Template(content, Hdf5JpegLocator.Dataset, offsets[^1]);
    }

    /// <summary>Writes what goes around the dataset.</summary>
    public void WriteAround(SafeFileHandle file)
    {
        foreach ((long offset, byte[] bytes) in _segments)
        {
            RandomAccess.Write(file, bytes, offset);
        }
    }
}
