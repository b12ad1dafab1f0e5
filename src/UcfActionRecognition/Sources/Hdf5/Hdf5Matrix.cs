using System.Runtime.InteropServices;
using PureHDF;
using PureHDF.VOL.Native;

namespace UcfActionRecognition;

/// <summary>Reads a matrix of float32 or float64 numbers from an HDF5 dataset of any layout.</summary>
internal static class Hdf5Matrix
{
    // Deflate makes at most 1,032 bytes of one (zlib's technical details).
    private const int MostExpansion = 1032;

    private const long MostBytes = 1L << 30;

    private const int MostInHeader = 65_535;

    /// <summary>Reads the whole dataset as <c>rows x columns</c>; a vector is one row.</summary>
    /// <exception cref="Hdf5FormatException">It is no such matrix, is larger than its file can hold, or was never written.</exception>
    /// <remarks>Besides, whatever PureHDF throws on a broken file.</remarks>
    public static float[,] Read(NativeDataset dataset, NotingStream stream, long fileLength)
    {
        IH5DataType type = dataset.Type;
        if (type.Class != H5DataTypeClass.FloatingPoint || type.Size is not (sizeof(float) or sizeof(double)))
        {
            throw new Hdf5FormatException($"its dataset holds {Hdf5Dataset.DescribeType(type)}, not float32 or float64");
        }

        ulong[] shape = dataset.Space.Type == H5DataspaceType.Simple ? dataset.Space.Dimensions : [];
        if (shape.Length is not (1 or 2) || shape.Contains(0UL))
        {
            throw new Hdf5FormatException($"its dataset has the shape {Hdf5Dataset.DescribeShape(shape)}, not [rows, classes] with at least one of both");
        }

        CheckSize(dataset, shape, fileLength);
        stream.BeginOperation();
        stream.Dimensions = shape.Length;
        var chunks = new WrittenChunks(stream);
        var access = new H5DatasetAccess(ChunkCache: chunks);
        float[] values = type.Size == sizeof(float)
            ? dataset.Read<float[]>(access)
            : Array.ConvertAll(dataset.Read<double[]>(access), value => (float)value);
        if (dataset.Layout.Class == H5DataLayoutClass.Contiguous && stream.DataPosition < 0)
        {
            throw new Hdf5FormatException("its dataset was made but never written");
        }

        var matrix = new float[shape.Length == 1 ? 1 : (int)shape[0], (int)shape[^1]];
        values.CopyTo(MemoryMarshal.CreateSpan(ref matrix[0, 0], matrix.Length));
        return matrix;
    }

    private static void CheckSize(NativeDataset dataset, ulong[] shape, long fileLength)
    {
        long room = dataset.Layout.Class switch
        {
            H5DataLayoutClass.Contiguous => fileLength,
            H5DataLayoutClass.Compact => MostInHeader,
            H5DataLayoutClass.Chunked => Math.Min(fileLength, MostBytes / MostExpansion) * MostExpansion,
            _ => throw new Hdf5FormatException("its dataset is virtual (spread over other files)"),
        };
        room = Math.Min(room, MostBytes);
        ulong[] chunk = dataset.Layout.Class == H5DataLayoutClass.Chunked ? dataset.Layout.Chunks : [.. shape.Select(_ => 1UL)];
        if (chunk.Length != shape.Length || chunk.Contains(0UL))
        {
            throw new Hdf5FormatException($"its chunks have the shape {Hdf5Dataset.DescribeShape(chunk)}, its dataset {Hdf5Dataset.DescribeShape(shape)}");
        }

        // Chunks count whole, also where they reach past the dataset's end.
        UInt128 bytes = (UInt128)dataset.Type.Size;
        for (int i = 0; i < shape.Length; i++)
        {
            bytes *= UInt128.Min((((UInt128)shape[i] + chunk[i] - 1) / chunk[i]) * chunk[i], uint.MaxValue);
        }

        if (bytes > (UInt128)room)
        {
            throw new Hdf5FormatException(
                $"its dataset of the shape {Hdf5Dataset.DescribeShape(shape)} takes {bytes} bytes; a file of {fileLength} bytes can hold {room} of them");
        }
    }

    /// <summary>Keeps the chunks that were read, and refuses those that were never written, which would read as zeros.</summary>
    private sealed class WrittenChunks(NotingStream stream) : IReadingChunkCache
    {
        private readonly Dictionary<ulong, Memory<byte>> _chunks = [];

        public Memory<byte> GetChunk(ulong chunkIndex, Func<Memory<byte>> chunkReader)
        {
            if (_chunks.TryGetValue(chunkIndex, out Memory<byte> known))
            {
                return known;
            }

            long before = stream.DataPosition;
            Memory<byte> chunk = chunkReader();
            if (stream.DataPosition == before)
            {
                throw new Hdf5FormatException($"chunk {chunkIndex} of its dataset was never written");
            }

            return _chunks[chunkIndex] = chunk;
        }
    }
}
