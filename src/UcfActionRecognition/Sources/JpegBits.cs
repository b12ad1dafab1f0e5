using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace UcfActionRecognition;

/// <summary>Reads the Huffman-coded bits of a JPEG's scan.</summary>
internal ref struct JpegBits(ReadOnlySpan<byte> scan)
{
    // A code of 16 bits and a coefficient of 15.
    private const int MostBitsOfCoefficient = 32;

    private readonly ReadOnlySpan<byte> _scan = scan;
    private ulong _bits; // the next bit on top
    private int _count;
    private int _position;
    private int _invented; // zeros that stand for what lies past the scan's end

    /// <summary>Whether more bits were taken than there are.</summary>
    public readonly bool IsPastEnd => _count < _invented;

    /// <summary>Whether all bits but the last byte's padding were taken, and only the end marker is left.</summary>
    public readonly bool IsAtEnd => _count - _invented < 8 && _position == _scan.Length - 2;

    /// <summary>Decodes one block of 64 coefficients, multiplied by their quantiser, into <paramref name="block"/>, which is all zeros.</summary>
    /// <returns>The zigzag index of the last coefficient that the block has; 0 for none but the first.</returns>
    public int DecodeBlock(JpegHuffmanTable dc, JpegHuffmanTable ac, ReadOnlySpan<int> quantisers, ref int prediction, Span<int> block)
    {
        Fill();
        ulong bits = _bits;
        int count = _count;
        prediction += Take(dc, dc.Lookup, ref bits, ref count, out _);
        block[0] = prediction * quantisers[0];

        ReadOnlySpan<int> lookup = ac.Lookup;
        int last = 0;
        for (int k = 1; k < 64; k++)
        {
            if (count < MostBitsOfCoefficient)
            {
                (_bits, _count) = (bits, count);
                Fill();
                (bits, count) = (_bits, _count);
            }

            int value = Take(ac, lookup, ref bits, ref count, out int zeros);
            k += zeros;
            if (value == 0)
            {
                if (zeros == 15)
                {
                    continue;
                }

                break;
            }

            if (k > 63)
            {
                throw new JpegFormatException("holds more coefficients than a block has");
            }

            block[Zigzag[k]] = value * quantisers[k];
            last = k;
        }

        (_bits, _count) = (bits, count);
        return last;
    }

    /// <summary>Skips to the restart marker that is due, and past it.</summary>
    public void Restart(int number)
    {
        // What was read ahead stops before a marker, so the marker is where reading stands.
        if (_count - _invented >= 8 || _position + 2 > _scan.Length || _scan[_position] != 0xFF || _scan[_position + 1] != 0xD0 + (number & 7))
        {
            throw new JpegFormatException("lacks a restart marker that is due");
        }

        _position += 2;
        (_bits, _count, _invented) = (0, 0, 0);
    }

    private void Fill()
    {
        if (_count >= MostBitsOfCoefficient)
        {
            return;
        }

        if (_position + 4 <= _scan.Length)
        {
            uint next = BinaryPrimitives.ReadUInt32BigEndian(_scan[_position..]);
            if (((~next - 0x01010101) & next & 0x80808080) == 0)
            {
                _bits |= (ulong)next << (32 - _count);
                _count += 32;
                _position += 4;
                return;
            }
        }

        FillBytewise();
    }

    // A 0 follows each 255 of the data; another byte there makes it a marker, which ends the data.
    private void FillBytewise()
    {
        while (_count <= 56)
        {
            bool inside = _position < _scan.Length;
            byte next = inside ? _scan[_position] : (byte)0;
            bool escaped = next == 0xFF;
            inside &= !escaped || (_position + 1 < _scan.Length && _scan[_position + 1] == 0);
            if (inside)
            {
                _position += escaped ? 2 : 1;
                _bits |= (ulong)next << (56 - _count);
            }
            else
            {
                _invented += 8;
            }

            _count += 8;
        }
    }

    // The value is 0 for a code without one. Locals, not fields: the bits stay in registers from one coefficient to the next.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Take(JpegHuffmanTable table, ReadOnlySpan<int> lookup, ref ulong bits, ref int count, out int zeros)
    {
        int code = lookup[(int)(bits >> (64 - JpegHuffmanTable.LookupBits))];
        if (code == 0)
        {
            code = table.DecodeLong(bits);
        }

        bits <<= JpegCode.Length(code);
        count -= JpegCode.Length(code);
        zeros = JpegCode.Zeros(code);
        int size = JpegCode.FollowingBits(code);
        if (size == 0)
        {
            return JpegCode.Value(code);
        }

        int following = (int)(bits >> (64 - size));
        bits <<= size;
        count -= size;
        return JpegCode.Extend(following, size);
    }

    private static ReadOnlySpan<byte> Zigzag =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
        12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
        58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];
}
