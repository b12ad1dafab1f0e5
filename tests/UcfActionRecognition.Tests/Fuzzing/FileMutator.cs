using System.Buffers.Binary;

namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>Damages a file's bytes: what a bad disk does, and what an attacker tries first.</summary>
internal sealed class FileMutator(byte[] good, Random random, FileMutatorOptions options)
{
    private const int MostBlock = 40;
    private const int LengthKeepingKinds = 7;
    private const int Kinds = 14;

    private static readonly ulong[] Extremes =
    [
        0, 1, 2, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000, 0x3fff_ffff_ffff_ffff,
        0x7fff_ffff_ffff_ffff, 0x8000_0000_0000_0000, 0xffff_ffff_ffff_fff0, 0xffff_ffff_ffff_ffff,
    ];

    /// <summary>Damage with the vocabulary of weights files.</summary>
    public FileMutator(byte[] good, int seed)
        : this(good, new Random(seed), FileMutatorOptions.Weights)
    {
    }

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
        for (int count = random.Next(1, 5); count > 0; count--)
        {
            bytes = bytes.Length == 0 ? Piece() : Damaged(bytes);
        }

        return bytes;
    }

    private byte[] Damaged(byte[] bytes)
    {
        int begin = Math.Min(options.Place?.Invoke(random) ?? random.Next(bytes.Length), bytes.Length - 1);
        int end = Math.Min(bytes.Length, begin + random.Next(1, MostBlock));
        int other = random.Next(bytes.Length);
        switch (random.Next(options.KeepLength ? LengthKeepingKinds : Kinds))
        {
            case 0:
                bytes[begin] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[begin] = Byte();
                return bytes;
            case 2 or 3:
                return Extreme(bytes, begin);
            case 4:
                bytes.AsSpan(begin, end - begin).Clear();
                return bytes;
            case 5:
                bytes.AsSpan(begin, Math.Min(end - begin, bytes.Length - other)).CopyTo(bytes.AsSpan(other));
                return bytes;
            case 6:
                return Nudged(bytes, begin);
            case 7:
                return bytes[..begin];
            case 8:
                return [.. bytes[..begin], .. bytes[end..]];
            case 9:
                return [.. bytes[..end], .. bytes[begin..]];
            case 10:
                return [.. bytes[..begin], .. Piece(), .. bytes[end..]];
            case 11:
                return [.. bytes[..begin], Byte(), .. bytes[begin..]];
            case 12:
                return [.. bytes, .. Enumerable.Range(0, random.Next(1, 1 << random.Next(13))).Select(_ => Byte())];
            default:
                return Spliced(bytes, begin);
        }
    }

    private byte Byte() => options.Operations is { Length: > 0 } known && random.Next(2) == 0 ? known[random.Next(known.Length)] : (byte)random.Next(256);

    private byte[] Piece() => options.Pieces is { Count: > 0 } known ? known[random.Next(known.Count)] : [Byte(), Byte(), Byte(), Byte()];

    private byte[] Extreme(byte[] bytes, int begin)
    {
        Span<byte> field = stackalloc byte[sizeof(ulong)];
        ulong value = Extremes[random.Next(Extremes.Length)];
        if (random.Next(4) == 0)
        {
            BinaryPrimitives.WriteUInt64BigEndian(field, value);
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(field, value);
        }

        field = field[..Math.Min(1 << random.Next(4), bytes.Length - begin)];
        field.CopyTo(bytes.AsSpan(begin));
        return bytes;
    }

    // Addresses and sizes that are almost right lead further than those that are far out.
    private byte[] Nudged(byte[] bytes, int begin)
    {
        if (bytes.Length - begin < sizeof(uint))
        {
            return bytes;
        }

        Span<byte> field = bytes.AsSpan(begin, sizeof(uint));
        uint value = BinaryPrimitives.ReadUInt32LittleEndian(field);
        BinaryPrimitives.WriteUInt32LittleEndian(field, random.Next(3) switch
        {
            0 => unchecked(value + (uint)random.Next(-16, 17)),
            1 => value << random.Next(1, 9),
            _ => (uint)random.Next(bytes.Length + 1),
        });
        return bytes;
    }

    private byte[] Spliced(byte[] bytes, int begin)
    {
        byte[] from = options.Other ?? good;
        return [.. bytes[..begin], .. from[Math.Min(from.Length, begin)..]];
    }
}
