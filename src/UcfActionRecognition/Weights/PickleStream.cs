using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>
/// The bytes of a pickle, read forward from one place in a file to another. Nothing is allocated on a length's word alone.
/// </summary>
internal sealed class PickleStream
{
    // No pickle of a state dict comes near: one tensor takes about 200 bytes.
    private const long MaximumBytes = 64 << 20;
    private const int MaximumTextBytes = 1 << 20;
    private const int MaximumLineBytes = 1000;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly SafeFileHandle _file;
    private readonly long _lastEnd;
    private readonly byte[] _buffer;
    private long _bufferEnd;
    private long _end;
    private int _next;
    private int _filled;

    public PickleStream(SafeFileHandle file, long begin, long end)
    {
        _file = file;
        _lastEnd = end;
        _end = Math.Min(end, begin + MaximumBytes);
        _bufferEnd = begin;
        _buffer = new byte[Math.Min(_end - begin, 1 << 16)];
    }

    /// <summary>Where the next byte is in the file.</summary>
    public long Position => _bufferEnd - _filled + _next;

    /// <summary>How many bytes follow, of which no more are read than a pickle may have.</summary>
    public long Rest => _lastEnd - Position;

    public byte ReadByte()
    {
        if (_next == _filled)
        {
            Fill();
        }

        return _buffer[_next++];
    }

    public ushort ReadUInt16()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort)];
        Read(bytes);
        return BinaryPrimitives.ReadUInt16LittleEndian(bytes);
    }

    public uint ReadUInt32()
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        Read(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }

    public ulong ReadUInt64()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        Read(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }

    public double ReadDoubleBigEndian()
    {
        Span<byte> bytes = stackalloc byte[sizeof(double)];
        Read(bytes);
        return BinaryPrimitives.ReadDoubleBigEndian(bytes);
    }

    public void Read(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_next == _filled)
            {
                Fill();
            }

            int count = Math.Min(bytes.Length, _filled - _next);
            _buffer.AsSpan(_next, count).CopyTo(bytes);
            bytes = bytes[count..];
            _next += count;
        }
    }

    /// <summary>Checks that as many bytes follow as the file says.</summary>
    public void CheckRest(ulong length)
    {
        if (length > (ulong)(_end - Position))
        {
            throw Ended();
        }
    }

    /// <summary>Passes over bytes, at most <see cref="Rest"/>, without reading them.</summary>
    public void Skip(long count)
    {
        _end = Math.Min(_lastEnd, _end + count);
        if (count <= _filled - _next)
        {
            _next += (int)count;
        }
        else
        {
            _bufferEnd = Position + count;
            (_next, _filled) = (0, 0);
        }
    }

    /// <exception cref="FormatException">Something follows.</exception>
    public void CheckEnd()
    {
        if (Rest > 0)
        {
            throw new FormatException($"{Rest} bytes follow at byte {Position} where nothing should.");
        }
    }

    /// <summary>Bytes whose length the file gives.</summary>
    public byte[] ReadBytes(ulong length)
    {
        if (length > MaximumTextBytes)
        {
            throw new FormatException($"at byte {Position} a text of {length} bytes begins; at most {MaximumTextBytes} are read.");
        }

        CheckRest(length);
        byte[] bytes = new byte[length];
        Read(bytes);
        return bytes;
    }

    /// <summary>UTF-8 text whose length the file gives.</summary>
    public string ReadText(ulong length)
    {
        long position = Position;
        return Decode(ReadBytes(length), position);
    }

    /// <summary>UTF-8 text up to the next line feed.</summary>
    public string ReadLine()
    {
        long position = Position;
        var line = new List<byte>();
        for (byte next = ReadByte(); next != '\n'; next = ReadByte())
        {
            if (line.Count == MaximumLineBytes)
            {
                throw new FormatException($"at byte {position} a name of more than {MaximumLineBytes} bytes begins.");
            }

            line.Add(next);
        }

        return Decode([.. line], position);
    }

    private static string Decode(byte[] bytes, long position)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException failure)
        {
            throw new FormatException($"the text at byte {position} is not valid UTF-8.", failure);
        }
    }

    private void Fill()
    {
        if (_bufferEnd == _end)
        {
            throw Ended();
        }

        int count = (int)Math.Min(_buffer.Length, _end - _bufferEnd);
        FileBytes.ReadExactly(_file, _buffer.AsSpan(0, count), _bufferEnd);
        _bufferEnd += count;
        (_next, _filled) = (0, count);
    }

    private FormatException Ended() => new(_end < _lastEnd
        ? $"the pickle is longer than {MaximumBytes} bytes."
        : $"the pickle is cut off at byte {_end}. The file may be cut short.");
}
