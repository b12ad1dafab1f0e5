using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>
/// Looks into the messages of object headers before PureHDF decodes them: for the names of links and the values of attributes, fills and
/// compact data it makes room by the size in the file before it reads them.
/// </summary>
/// <remarks>
/// A message is known by the reads of its head (HDF5 File Format Specification 3.0, IV.A.1): type, size, flags, and reserved bytes or a creation order. Where
/// something else is read in the same steps, the sizes found are compared with the file's length in vain.
/// </remarks>
internal sealed class Hdf5MessageGuard(SafeFileHandle file, long length)
{
    private const int OldFill = 4;
    private const int Fill = 5;
    private const int Link = 6;
    private const int Layout = 8;
    private const int Attribute = 12;
    private const int MostBytes = 1024;

    private long _end = -1;
    private uint _counts; // of the last four reads, each where the one before ended, a byte for each

    /// <summary>Notes what PureHDF reads.</summary>
    /// <exception cref="EndOfStreamException">A message names more bytes than the file has.</exception>
    public void Note(long start, int count)
    {
        _counts = (start == _end ? _counts << 8 : 0) | (uint)Math.Min(count, byte.MaxValue);
        _end = start + count;
        switch (_counts)
        {
            case 0x02_02_01_03: // version 1
                Check(start - 5, _end);
                break;
            case 0x01_02_01_01 or 0x01_02_01_04: // version 2, and the first field of the message
                Check(start - 4, start);
                break;
            case 0x01_02_01_02: // version 2 with a creation order
                Check(start - 4, _end);
                break;
        }
    }

    private void Check(long head, long body)
    {
        Span<byte> bytes = stackalloc byte[MostBytes];
        bytes = bytes[..(int)Math.Clamp(length - head, 0, MostBytes)];
        int begin = (int)(body - head);
        if (head < 0 || bytes.Length <= begin)
        {
            return;
        }

        FileBytes.ReadExactly(file, bytes, head);
        ReadOnlySpan<byte> message = bytes[begin..];
        UInt128 named = bytes[0] switch
        {
            OldFill => UInt32(message, 0),
            Fill => FillBytes(message),
            Layout when message[0] is 1 or 2 && message.Length > 2 && message[2] == 0 => UInt32(message, 8 + (4 * message[1])),
            Link => LinkBytes(message),
            Attribute => AttributeBytes(message),
            _ => 0,
        };
        if (named > (UInt128)length)
        {
            throw new EndOfStreamException($"The file names {named} bytes in the message at {head}; it has {length}.");
        }
    }

    private static uint FillBytes(ReadOnlySpan<byte> message)
    {
        const int Defined = 0x20;
        const int Undefined = 0x10;
        return message switch
        {
            [1 or 2, _, _, 1, ..] => UInt32(message, 4),
            [3, var flags, ..] when (flags & (Defined | Undefined)) == Defined => UInt32(message, 2),
            _ => 0,
        };
    }

    private static ulong LinkBytes(ReadOnlySpan<byte> message)
    {
        if (message.Length < 2)
        {
            return 0;
        }

        // Behind version and flags, as the flags say: kind, creation order, character set; then the name's length, of 1 to 8 bytes.
        byte flags = message[1];
        int place = 2 + ((flags & 0x08) != 0 ? 1 : 0) + ((flags & 0x04) != 0 ? 8 : 0) + ((flags & 0x10) != 0 ? 1 : 0);
        Span<byte> size = stackalloc byte[sizeof(ulong)];
        size.Clear();
        int bytes = 1 << (flags & 0x03);
        if (place + bytes > message.Length)
        {
            return 0;
        }

        message.Slice(place, bytes).CopyTo(size);
        return BinaryPrimitives.ReadUInt64LittleEndian(size);
    }

    private static UInt128 AttributeBytes(ReadOnlySpan<byte> message)
    {
        const int NameStart = 8;
        byte version = message[0];
        if (version is < 1 or > 3 || message.Length < NameStart)
        {
            return 0;
        }

        int name = NameStart + (version == 3 ? 1 : 0);
        int nameLength = message.Length > name ? message[name..].IndexOf((byte)0) + 1 : 0;
        int type = name + Padded(nameLength);
        int space = type + Padded(BinaryPrimitives.ReadUInt16LittleEndian(message[4..]));
        if (nameLength == 0 || message.Length < space + 2)
        {
            return 0;
        }

        // Dimensions stand behind version, rank, flags, and five reserved bytes (version 1) or the kind (version 2).
        UInt128 bytes = UInt32(message, type + 4);
        int dimension = space + (message[space] == 1 ? 8 : 4);
        for (int i = 0; i < message[space + 1] && dimension + sizeof(ulong) <= message.Length; i++, dimension += sizeof(ulong))
        {
            // Saturating keeps the product inside 128 bits.
            bytes = UInt128.Min(bytes, ulong.MaxValue) * BinaryPrimitives.ReadUInt64LittleEndian(message[dimension..]);
        }

        return bytes;

        int Padded(int size) => version == 1 ? (size + 7) / 8 * 8 : size;
    }

    private static uint UInt32(ReadOnlySpan<byte> message, int place) =>
        place + sizeof(uint) <= message.Length ? BinaryPrimitives.ReadUInt32LittleEndian(message[place..]) : 0;
}
