using Microsoft.Win32.SafeHandles;
using PureHDF.Selections;
using PureHDF.VOL.Native;

namespace UcfActionRecognition;

/// <summary>Frames in chunks, compressed or not: whole chunks are decoded by PureHDF, and the frames' parts copied out of them.</summary>
/// <remarks>
/// The chunks that share a range of frames are a slab. A read visits each slab that it needs once and decodes each of its chunks
/// once, a few at a time, so memory is bounded by <see cref="BatchBytes"/> or one chunk, not by the slab.
/// </remarks>
internal sealed class Hdf5ChunkedStorage : Hdf5Storage
{
    private const int BatchBytes = 8 << 20;
    private const int BatchChunks = 4096;
    private const int Channels = 3;

    private readonly NativeFile _file;
    private readonly NativeDataset _dataset;
    private readonly NotingStream _stream;
    private readonly VideoInfo _info;
    private readonly int[] _chunk; // frames, rows, columns, channels
    private readonly int _chunkBytes;
    private readonly Lock _sync = new();

    /// <summary>Takes the file over: it is closed with the storage.</summary>
    public Hdf5ChunkedStorage(NativeFile file, NativeDataset dataset, NotingStream stream, VideoInfo info, int[] chunk)
    {
        (_file, _dataset, _stream, _info, _chunk) = (file, dataset, stream, info, chunk);
        _chunkBytes = chunk[0] * chunk[1] * chunk[2] * chunk[3];
    }

    public override int RunLength(int frame) => _chunk[0] - (frame % _chunk[0]);

    public override void Read(SafeFileHandle file, ReadOnlySpan<int> frames, Span<byte> rgb, CancellationToken cancel)
    {
        int[] order = new int[frames.Length];
        int[] slabs = new int[frames.Length];
        for (int i = 0; i < order.Length; i++)
        {
            (order[i], slabs[i]) = (i, frames[i] / _chunk[0]);
        }

        Array.Sort(slabs, order);
        for (int first = 0; first < order.Length;)
        {
            int next = first + 1;
            while (next < order.Length && slabs[next] == slabs[first])
            {
                next++;
            }

            ReadSlab(slabs[first], order.AsSpan(first, next - first), frames, rgb, cancel);
            first = next;
        }
    }

    public override void Dispose()
    {
        _file.Dispose();
        base.Dispose();
    }

    private void ReadSlab(int slab, ReadOnlySpan<int> wanted, ReadOnlySpan<int> frames, Span<byte> rgb, CancellationToken cancel)
    {
        List<ChunkOrigin> origins = Origins(slab);
        int batch = Math.Clamp(BatchBytes / _chunkBytes, 1, BatchChunks);
        for (int first = 0; first < origins.Count; first += batch)
        {
            cancel.ThrowIfCancellationRequested();
            List<ChunkOrigin> some = origins.GetRange(first, Math.Min(batch, origins.Count - first));
            List<Memory<byte>> chunks = Decode(some);
            for (int i = 0; i < some.Count; i++)
            {
                foreach (int position in wanted)
                {
                    int inChunk = frames[position] - some[i].Frame;
                    CopyPart(chunks[i].Span, inChunk, some[i], rgb.Slice(position * _info.FrameBytes, _info.FrameBytes));
                }
            }
        }
    }

    private List<ChunkOrigin> Origins(int slab)
    {
        var origins = new List<ChunkOrigin>();
        for (int row = 0; row < _info.Height; row += _chunk[1])
        {
            for (int column = 0; column < _info.Width; column += _chunk[2])
            {
                for (int channel = 0; channel < Channels; channel += _chunk[3])
                {
                    origins.Add(new ChunkOrigin(slab * _chunk[0], row, column, channel));
                }
            }
        }

        return origins;
    }

    /// <summary>Decodes chunks by reading one element of each through a cache that keeps the chunk.</summary>
    private List<Memory<byte>> Decode(List<ChunkOrigin> origins)
    {
        var taken = new ChunkTaker(_chunkBytes, origins.Count);
        var elements = new DelegateSelection((ulong)origins.Count, _ => origins.Select(origin => new Step(origin.Coordinates(), 1)));
        lock (_sync)
        {
            _stream.BeginOperation();
            _dataset.Read<byte[]>(new H5DatasetAccess(ChunkCache: taken), elements);
        }

        return taken.Chunks;
    }

    private void CopyPart(ReadOnlySpan<byte> chunk, int frameInChunk, ChunkOrigin origin, Span<byte> frame)
    {
        int rows = Math.Min(_chunk[1], _info.Height - origin.Row);
        int columns = Math.Min(_chunk[2], _info.Width - origin.Column);
        int channels = Math.Min(_chunk[3], Channels - origin.Channel);
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> from = chunk[(((frameInChunk * _chunk[1]) + row) * _chunk[2] * _chunk[3])..];
            Span<byte> to = frame[(((((origin.Row + row) * _info.Width) + origin.Column) * Channels) + origin.Channel)..];
            if (_chunk[3] == Channels)
            {
                from[..(columns * Channels)].CopyTo(to);
                continue;
            }

            for (int column = 0; column < columns; column++)
            {
                from.Slice(column * _chunk[3], channels).CopyTo(to[(column * Channels)..]);
            }
        }
    }

    /// <summary>The first element of a chunk.</summary>
    private readonly record struct ChunkOrigin(int Frame, int Row, int Column, int Channel)
    {
        public ulong[] Coordinates() => [(ulong)Frame, (ulong)Row, (ulong)Column, (ulong)Channel];
    }

    /// <summary>A chunk cache that caches nothing for PureHDF and keeps every chunk that passes.</summary>
    private sealed class ChunkTaker(int chunkBytes, int count) : IReadingChunkCache
    {
        public List<Memory<byte>> Chunks { get; } = new(count);

        public Memory<byte> GetChunk(ulong chunkIndex, Func<Memory<byte>> chunkReader)
        {
            Memory<byte> chunk = chunkReader();
            if (chunk.Length != chunkBytes)
            {
                throw new InvalidDataException($"chunk {chunkIndex} decodes to {chunk.Length} bytes; its dimensions say {chunkBytes}");
            }

            Chunks.Add(chunk);
            return chunk;
        }
    }
}
