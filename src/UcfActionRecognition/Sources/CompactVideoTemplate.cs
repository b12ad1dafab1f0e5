using Microsoft.Win32.SafeHandles;
using PureHDF;
using PureHDF.VOL.Native;

namespace UcfActionRecognition;

/// <summary>Everything of a compact video but its JPEG files, and where those go; see <see cref="Hdf5VideoTemplate"/>.</summary>
internal sealed class CompactVideoTemplate
{
    private readonly IReadOnlyList<(long Offset, byte[] Bytes)> _segments;

    /// <param name="info">Size and rate of the frames as stored.</param>
    /// <param name="quality">The JPEGs' quality.</param>
    /// <param name="offsets">Where each JPEG begins and the last one ends.</param>
    public CompactVideoTemplate(VideoInfo info, int quality, long[] offsets)
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
        var stream = new SegmentStream();
        using (content.BeginWrite(stream, new H5WriteOptions(PreferCompactDatasetLayout: false)))
        {
        }

        (_segments, Length) = (stream.Segments, stream.Length);
        stream.Position = 0;
        using NativeFile file = H5File.Open(stream, leaveOpen: true);
        var (first, last) = Hdf5FrameLocator.FindEnds((NativeDataset)file.Get(Hdf5JpegLocator.Dataset), stream)
            ?? throw new InvalidOperationException("PureHDF gave the dataset no place in the file.");
        if (last - first + 1 != offsets[^1])
        {
            throw new InvalidOperationException($"PureHDF laid {offsets[^1]} bytes out at {first} to {last}.");
        }

        DataOffset = first;
    }

    /// <summary>Where the first JPEG begins, in bytes.</summary>
    public long DataOffset { get; }

    /// <summary>The whole file's length, in bytes.</summary>
    public long Length { get; }

    /// <summary>Writes what goes around the JPEGs.</summary>
    public void WriteAround(SafeFileHandle file)
    {
        foreach ((long offset, byte[] bytes) in _segments)
        {
            RandomAccess.Write(file, bytes, offset);
        }
    }
}
