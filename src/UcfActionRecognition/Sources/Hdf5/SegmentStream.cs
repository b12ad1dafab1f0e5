using PureHDF;

namespace UcfActionRecognition;

/// <summary>A file of any length that keeps only the pieces that were written: what PureHDF writes around the frames.</summary>
internal sealed class SegmentStream : Stream, IDatasetStream, IDataPositions
{
    private readonly List<(long Offset, byte[] Bytes)> _segments = [];
    private long _length;

    /// <summary>The pieces, in the order they were written; later ones go over earlier ones.</summary>
    public IReadOnlyList<(long Offset, byte[] Bytes)> Segments => _segments;

    public long DataPosition { get; private set; } = -1;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position { get; set; }

    public void BeginOperation() => DataPosition = -1;

    public void ReadDataset(Span<byte> buffer)
    {
        DataPosition = Position;
        ReadExactly(buffer);
    }

    public override int Read(Span<byte> buffer)
    {
        buffer.Clear();
        foreach ((long offset, byte[] bytes) in _segments)
        {
            long first = Math.Max(offset, Position);
            long end = Math.Min(offset + bytes.Length, Position + buffer.Length);
            if (first < end)
            {
                bytes.AsSpan((int)(first - offset), (int)(end - first)).CopyTo(buffer[(int)(first - Position)..]);
            }
        }

        Position += buffer.Length;
        return buffer.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        _segments.Add((Position, buffer.ToArray()));
        Position += buffer.Length;
        _length = Math.Max(_length, Position);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => Position + offset,
        _ => _length + offset,
    };

    public override void SetLength(long value) => _length = value;

    public override void Flush()
    {
    }
}
