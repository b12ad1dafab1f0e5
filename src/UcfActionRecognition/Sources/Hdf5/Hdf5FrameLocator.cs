using Microsoft.Win32.SafeHandles;
using PureHDF;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace UcfActionRecognition;

/// <summary>Finds the dataset <c>video</c> in an HDF5 file, or a compact video's <c>jpeg</c>, checks it, and tells how its frames are read.</summary>
internal static class Hdf5FrameLocator
{
    /// <summary>The dataset's name.</summary>
    public const string Dataset = "video";

    private const int Channels = 3;

    // h5py's own choice splits a frame into some hundred parts; a million would take minutes per frame.
    private const int MaxChunksPerFrame = 1 << 16;

    /// <summary>The video's size and the way to its frames.</summary>
    public readonly record struct Result(VideoInfo Info, Hdf5Storage Storage);

    /// <exception cref="Hdf5FormatException">The file is not an HDF5 video.</exception>
    /// <remarks>Besides, whatever PureHDF throws on a broken file.</remarks>
    public static Result Locate(SafeFileHandle handle, Hdf5VideoClipSourceOptions options)
    {
        long length = RandomAccess.GetLength(handle);
        Hdf5Filters.Register();

        // PureHDF begins where the stream stands; its own search misses superblocks past 512.
        var stream = new NotingStream(handle, length) { Position = Hdf5Superblock.Find(handle, length) };
        NativeFile file = H5File.Open(stream, leaveOpen: true);
        bool taken = false;
        try
        {
            if (!Hdf5Dataset.Exists(file, Dataset) && Hdf5Dataset.Exists(file, Hdf5JpegLocator.Dataset))
            {
                return Hdf5JpegLocator.Locate(handle, length, stream, file, options);
            }

            NativeDataset dataset = Hdf5Dataset.Find(file, Dataset);
            VideoInfo info = ReadInfo(dataset, options);
            Hdf5Storage storage = dataset.Layout.Class switch
            {
                H5DataLayoutClass.Contiguous => Contiguous(length, stream, dataset, info),
                H5DataLayoutClass.Chunked => new Hdf5ChunkedStorage(file, dataset, stream, info, ReadChunkShape(dataset, info, options)),
                H5DataLayoutClass.Compact => Compact(dataset, info),
                _ => throw new Hdf5FormatException("its dataset 'video' is virtual (spread over other files)"),
            };
            taken = storage is Hdf5ChunkedStorage;
            return new Result(info, storage);
        }
        finally
        {
            if (!taken)
            {
                file.Dispose();
            }
        }
    }

    /// <summary>Where the first and the last byte of a contiguous dataset lie; null when its space was never allocated.</summary>
    public static (long First, long Last)? FindEnds(NativeDataset dataset, IDataPositions stream)
    {
        ulong[] dimensions = dataset.Space.Dimensions;
        long? first = FindElement(dataset, stream, new ulong[dimensions.Length]);
        long? last = FindElement(dataset, stream, Array.ConvertAll(dimensions, dimension => dimension - 1));
        return first is null || last is null ? null : (first.Value, last.Value);
    }

    private static long? FindElement(NativeDataset dataset, IDataPositions stream, ulong[] index)
    {
        ulong[] one = new ulong[index.Length];
        Array.Fill(one, 1UL);
        stream.BeginOperation();
        dataset.Read<byte[]>(new HyperslabSelection(index.Length, index, one));
        return stream.DataPosition < 0 ? null : stream.DataPosition;
    }

    private static VideoInfo ReadInfo(NativeDataset dataset, Hdf5VideoClipSourceOptions options)
    {
        IH5DataType type = dataset.Type;
        if (type.Class != H5DataTypeClass.FixedPoint || type.Size != 1 || type.FixedPoint.IsSigned)
        {
            throw new Hdf5FormatException($"its dataset 'video' holds {Hdf5Dataset.DescribeType(type)}, not uint8");
        }

        ulong[] shape = dataset.Space.Type == H5DataspaceType.Simple ? dataset.Space.Dimensions : [];
        string text = Hdf5Dataset.DescribeShape(shape);
        if (shape.Length != 4 || shape[3] != Channels)
        {
            throw new Hdf5FormatException($"its dataset 'video' has the shape {text}, not [frames, height, width, 3]");
        }

        if (shape.Contains(0UL))
        {
            throw new Hdf5FormatException($"its dataset 'video' holds no frame: its shape is {text}");
        }

        if (shape[0] > (ulong)options.MaxFrames || (UInt128)shape[1] * shape[2] > (UInt128)options.MaxFramePixels)
        {
            throw new Hdf5FormatException(
                $"its dataset 'video' has the shape {text}, past the limits of {options.MaxFrames} frames and {options.MaxFramePixels} " +
                "pixels per frame (options MaxFrames and MaxFramePixels)");
        }

        return new VideoInfo((int)shape[1], (int)shape[2], (int)shape[0]);
    }

    private static Hdf5Storage Contiguous(long length, NotingStream stream, NativeDataset dataset, VideoInfo info)
    {
        if (FindEnds(dataset, stream) is not var (first, last))
        {
            byte[]? fill = dataset.FillValue.Value;
            return new Hdf5FillStorage(fill is { Length: > 0 } ? fill[0] : (byte)0);
        }

        long bytes = (long)info.FrameCount!.Value * info.FrameBytes;
        if (last - first != bytes - 1 || last >= length)
        {
            throw new Hdf5FormatException($"its frames take {bytes} bytes but lie at {first} to {last} of a file of {length} bytes");
        }

        return new Hdf5ContiguousStorage(first, info);
    }

    private static Hdf5MemoryStorage Compact(NativeDataset dataset, VideoInfo info)
    {
        const int MostInHeader = 65_535;
        long bytes = (long)info.FrameCount!.Value * info.FrameBytes;
        if (bytes > MostInHeader)
        {
            throw new Hdf5FormatException($"its frames take {bytes} bytes, more than fit in the header that should hold them");
        }

        byte[] video = dataset.Read<byte[]>();
        return new Hdf5MemoryStorage(video, info.FrameBytes);
    }

    private static int[] ReadChunkShape(NativeDataset dataset, VideoInfo info, Hdf5VideoClipSourceOptions options)
    {
        ulong[] shape = dataset.Layout.Chunks;
        UInt128 bytes = 1;
        foreach (ulong size in shape)
        {
            // Saturating keeps the product of four 64-bit sizes inside 128 bits.
            bytes = UInt128.Min(bytes, ulong.MaxValue) * size;
        }

        if (shape.Length != 4 || bytes == 0 || bytes > (UInt128)options.MaxChunkBytes)
        {
            throw new Hdf5FormatException(
                $"its chunks [{string.Join(", ", shape)}] take {bytes} bytes; up to {options.MaxChunkBytes} are accepted " +
                "(option MaxChunkBytes)");
        }

        int[] chunk = Array.ConvertAll(shape, size => (int)size);
        long perFrame = CeilingOfRatio(info.Height, chunk[1]) * CeilingOfRatio(info.Width, chunk[2]) * CeilingOfRatio(Channels, chunk[3]);
        if (perFrame > MaxChunksPerFrame)
        {
            throw new Hdf5FormatException(
                $"its chunks [{string.Join(", ", chunk)}] split a frame into {perFrame} parts; up to {MaxChunksPerFrame} are accepted");
        }

        return chunk;

        static long CeilingOfRatio(int size, int part) => ((long)size + part - 1) / part;
    }
}
