using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;
using PureHDF;

namespace UcfActionRecognition;

/// <summary>
/// The file as PureHDF sees it: notes where data (not metadata) is read, and keeps hostile metadata from running away.
/// </summary>
/// <remarks>
/// PureHDF follows the addresses in a file without limits: cyclic ones recurse until the stack is gone, which would end the process, or
/// loop for ever. Every such step reads here, so here the stack, the number of reads and the ends of the file are checked.
/// </remarks>
internal sealed class NotingStream(SafeFileHandle file, long length) : Stream, IDatasetStream, IDataPositions
{
    // The deepest real index (5,760 chunks of a long video) takes about 1,000 reads per chunk looked up.
    private const int MaxReadsPerOperation = 5_000_000;
    private const int PageBytes = 8192;
    private const int MostTextBytes = 64 << 20;

    private readonly Hdf5MessageGuard _messages = new(file, length);
    private readonly byte[] _page = new byte[PageBytes];
    private long _pageStart = -1;
    private int _pageLength;
    private long _position;
    private int _reads;
    private UInt128 _texts = 1;
    private long _longestText;

    public long DataPosition { get; private set; } = -1;

    /// <summary>Dimensions of the dataset that is read; those of a video by default.</summary>
    public int Dimensions { get; set; } = 4;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => _position = value >= 0 ? value : throw new InvalidDataException($"The file holds the impossible address {value}.");
    }

    public void BeginOperation()
    {
        _reads = 0;
        DataPosition = -1;
    }

    /// <summary>Before an attribute's texts are read. All may be the same long one of the file, which PureHDF decodes anew for each.</summary>
    /// <exception cref="InvalidDataException">They may take too much memory.</exception>
    public void BeginTexts(UInt128 count)
    {
        _texts = UInt128.Min(count, ulong.MaxValue);
        CheckTotalOfTexts();
    }

    public void ReadDataset(Span<byte> buffer)
    {
        DataPosition = _position;
        CheckRead(buffer.Length);
        FileBytes.ReadExactly(file, buffer, _position);
        _position += buffer.Length;
    }

    public override int Read(Span<byte> buffer)
    {
        CheckRead(buffer.Length);
        _messages.Note(_position, buffer.Length);
        if (buffer.Length > PageBytes)
        {
            FileBytes.ReadExactly(file, buffer, _position);
            _position += buffer.Length;
        }
        else
        {
            ReadPaged(buffer);
        }

        if (buffer.SequenceEqual("HEAP"u8) || buffer.SequenceEqual("FAHD"u8))
        {
            CheckCount(_position);
        }
        else if (buffer.SequenceEqual("TREE"u8))
        {
            CheckChunkIndex(_position);
        }
        else if (buffer.SequenceEqual("GCOL"u8))
        {
            CheckTexts(_position);
        }

        return buffer.Length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void CheckRead(int count)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (++_reads > MaxReadsPerOperation)
        {
            throw new InvalidDataException("The file's metadata leads in circles.");
        }

        if (count > length - _position)
        {
            throw new EndOfStreamException($"The file names {count} bytes at {_position}, past its end at {length}.");
        }
    }

    private void ReadPaged(Span<byte> buffer)
    {
        for (int done = 0; done < buffer.Length;)
        {
            LoadPage();
            int offset = (int)(_position - _pageStart);
            int count = Math.Min(buffer.Length - done, _pageLength - offset);
            _page.AsSpan(offset, count).CopyTo(buffer[done..]);
            done += count;
            _position += count;
        }
    }

    // PureHDF allocates a group's heap, a list of chunks and a compressed chunk by the size in the file before it reads them, so those
    // sizes are looked at first. In the heap's header and in the chunk list's, 64 bits, four bytes behind the signature.
    private void CheckCount(long afterSignature)
    {
        Span<byte> size = stackalloc byte[sizeof(ulong)];
        CheckSize(size, afterSignature + 4);
    }

    private void CheckChunkIndex(long afterSignature)
    {
        // Behind the signature: type (1 is a chunk index), level, entries, two neighbours; then, per entry, size, filter mask, an
        // offset in each dimension and one in the element, address.
        const int HeadBytes = 20;
        int entryBytes = 4 + 4 + ((Dimensions + 1) * 8) + 8;
        Span<byte> head = stackalloc byte[4];
        if (afterSignature + HeadBytes > length)
        {
            return;
        }

        FileBytes.ReadExactly(file, head, afterSignature);
        if (head is not [1, 0, _, _])
        {
            return;
        }

        int entries = BinaryPrimitives.ReadUInt16LittleEndian(head[2..]);
        for (int i = 0; i < entries; i++)
        {
            CheckSize(head, afterSignature + HeadBytes + ((long)i * entryBytes));
        }
    }

    // The heap of the attributes' texts. Behind the signature: version and three bytes of padding, the heap's size, then the
    // objects: index, references, padding, size, and as many bytes, rounded up to 8.
    private void CheckTexts(long afterSignature)
    {
        const int ObjectHeadBytes = 16;
        const int FreeSpace = 0;
        Span<byte> index = stackalloc byte[sizeof(ushort)];
        Span<byte> size = stackalloc byte[sizeof(ulong)];
        CheckSize(size, afterSignature + 4);
        long end = afterSignature - 4 + BinaryPrimitives.ReadInt64LittleEndian(size);
        for (long place = afterSignature + 12; place + ObjectHeadBytes <= Math.Min(end, length);)
        {
            CheckSize(size, place + 8);
            long bytes = BinaryPrimitives.ReadInt64LittleEndian(size);
            FileBytes.ReadExactly(file, index, place);
            if (BinaryPrimitives.ReadUInt16LittleEndian(index) != FreeSpace)
            {
                _longestText = Math.Max(_longestText, bytes);
            }

            place += ObjectHeadBytes + ((bytes + 7) / 8 * 8);
        }

        CheckTotalOfTexts();
    }

    private void CheckTotalOfTexts()
    {
        if (_texts * (UInt128)_longestText > MostTextBytes)
        {
            throw new InvalidDataException($"The file names {_texts} texts and has one of {_longestText} bytes; up to {MostTextBytes} bytes in all are read.");
        }
    }

    private void CheckSize(Span<byte> size, long position)
    {
        if (position + size.Length > length)
        {
            throw new EndOfStreamException($"The file names a size at {position}, past its end at {length}.");
        }

        FileBytes.ReadExactly(file, size, position);
        ulong bytes = size.Length == sizeof(uint)
            ? BinaryPrimitives.ReadUInt32LittleEndian(size)
            : BinaryPrimitives.ReadUInt64LittleEndian(size);
        if (bytes > (ulong)length)
        {
            throw new EndOfStreamException($"The file names {bytes} bytes at {position}; it has {length}.");
        }
    }

    private void LoadPage()
    {
        if (_pageStart >= 0 && _position >= _pageStart && _position < _pageStart + _pageLength)
        {
            return;
        }

        long start = _position / PageBytes * PageBytes;
        int count = (int)Math.Min(PageBytes, length - start);
        _pageStart = -1;
        FileBytes.ReadExactly(file, _page.AsSpan(0, count), start);
        (_pageStart, _pageLength) = (start, count);
    }
}
