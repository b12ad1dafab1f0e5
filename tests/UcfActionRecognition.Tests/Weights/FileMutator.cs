using System.Buffers.Binary;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>Damages a file's bytes: what a bad disk does, and what an attacker tries first.</summary>
internal sealed class FileMutator(byte[] good, int seed)
{
    private static readonly ulong[] Extremes =
    [
        0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000, 0x3fff_ffff_ffff_ffff,
        0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, 0xffff_ffff_ffff_fff0, 0xffff_ffff_ffff_ffff,
    ];

    private static readonly byte[][] Pieces =
    [
        [.. "cos\nsystem\n"u8], [.. "cbuiltins\neval\n"u8], [.. "ctorch._utils\n_rebuild_tensor\n"u8], [.. "ccollections\nOrderedDict\n"u8], [.. "../../etc/passwd"u8],
        [.. "PK\x01\x02"u8], [.. "PK\x03\x04"u8], [.. "PK\x05\x06"u8], [.. "PK\x06\x06"u8], [.. "{\"a\":"u8], [.. "\"data_offsets\":[0,9223372036854775807]"u8], [.. "\\\\ud800"u8], [.. "\\ud800"u8],
    ];

    // Every operation of the pickle protocols: most damage there is otherwise caught as an unknown one.
    private static readonly byte[] Operations = [.. "(.012FGIJKLMNPQRSTUVXabcdefghijlopqrstu}])"u8, .. Enumerable.Range(0x80, 0x19).Select(code => (byte)code)];

    private readonly Random _random = new(seed);

    /// <summary>The file, cut after each of its bytes, with one more, and with each of its bits flipped.</summary>
    public static IEnumerable<byte[]> Systematic(byte[] good)
    {
        for (int length = 0; length < good.Length; length++)
        {
            yield return good[..length];
        }

        yield return [.. good, 0];
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] bytes = [.. good];
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            yield return bytes;
        }
    }

    /// <summary>The file with one to four random damages.</summary>
    public byte[] Next()
    {
        byte[] bytes = [.. good];
        for (int count = _random.Next(1, 5); count > 0; count--)
        {
            bytes = Damaged(bytes);
        }

        return bytes;
    }

    private byte[] Damaged(byte[] bytes)
    {
        int begin = _random.Next(bytes.Length + 1);
        int end = Math.Min(bytes.Length, begin + _random.Next(1, 40));
        switch (_random.Next(9))
        {
            case 0 when begin < end:
                bytes[begin] ^= (byte)(1 << _random.Next(8));
                return bytes;
            case 1 when begin < end:
                bytes[begin] = (byte)_random.Next(256);
                return bytes;
            case 2 when begin < end:
                bytes[begin] = Operations[_random.Next(Operations.Length)];
                return bytes;
            case 3:
                return Extreme(bytes, begin);
            case 4:
                return bytes[..begin];
            case 5:
                return [.. bytes[..begin], .. bytes[end..]];
            case 6:
                return [.. bytes[..end], .. bytes[begin..]];
            case 7:
                return [.. bytes[..begin], .. Pieces[_random.Next(Pieces.Length)], .. bytes[end..]];
            default:
                return [.. bytes[..begin], Operations[_random.Next(Operations.Length)], .. bytes[begin..]];
        }
    }

    private byte[] Extreme(byte[] bytes, int begin)
    {
        Span<byte> field = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(field, Extremes[_random.Next(Extremes.Length)]);
        field = field[..Math.Min(1 << _random.Next(4), bytes.Length - begin)];
        field.CopyTo(bytes.AsSpan(begin));
        return bytes;
    }
}
