using System.Runtime.CompilerServices;

namespace UcfActionRecognition;

/// <summary>One Huffman table of a JPEG, with a lookup that mostly gives the coefficient along with its code.</summary>
internal sealed class JpegHuffmanTable
{
    /// <summary>Bits that the lookup sees at once.</summary>
    public const int LookupBits = 10;

    private const int MaxCodeBits = 16;

    private readonly int[] _lookup = new int[1 << LookupBits];
    private readonly byte[] _symbols = new byte[256];
    private readonly int[] _firstCode = new int[MaxCodeBits + 1];
    private readonly int[] _firstSymbol = new int[MaxCodeBits + 1];
    private readonly int[] _count = new int[MaxCodeBits + 1];

    /// <summary>Whether the JPEG at hand has defined the table.</summary>
    public bool IsDefined { get; private set; }

    /// <summary>What the next <see cref="LookupBits"/> bits begin with; see <see cref="JpegCode"/>.</summary>
    public ReadOnlySpan<int> Lookup => _lookup;

    public void Clear() => IsDefined = false;

    /// <summary>Takes the table from a DHT segment: 16 counts, then the symbols.</summary>
    /// <returns>The bytes taken.</returns>
    public int Define(ReadOnlySpan<byte> segment)
    {
        int total = 0;
        for (int bits = 1; bits <= MaxCodeBits && segment.Length >= MaxCodeBits; bits++)
        {
            total += _count[bits] = segment[bits - 1];
        }

        if (total is 0 or > 256 || segment.Length < MaxCodeBits + total)
        {
            throw new JpegFormatException("has a damaged Huffman table");
        }

        segment.Slice(MaxCodeBits, total).CopyTo(_symbols);
        Array.Clear(_lookup);
        int code = 0;
        int symbol = 0;
        for (int bits = 1; bits <= MaxCodeBits; bits++)
        {
            (_firstCode[bits], _firstSymbol[bits]) = (code, symbol);
            if (code + _count[bits] > 1 << bits)
            {
                throw new JpegFormatException("has a Huffman table with more codes than there is room for");
            }

            for (int i = 0; i < _count[bits] && bits <= LookupBits; i++)
            {
                FillLookup(code + i, bits, _symbols[symbol + i]);
            }

            code = (code + _count[bits]) << 1;
            symbol += _count[bits];
        }

        IsDefined = true;
        return MaxCodeBits + total;
    }

    /// <summary>Decodes a code that is longer than the lookup.</summary>
    /// <param name="bits">The next bits, the first one on top.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public int DecodeLong(ulong bits)
    {
        for (int length = LookupBits + 1; length <= MaxCodeBits; length++)
        {
            int index = (int)(bits >> (64 - length)) - _firstCode[length];
            if (index >= 0 && index < _count[length])
            {
                return JpegCode.OfSymbol(_symbols[_firstSymbol[length] + index], length);
            }
        }

        throw new JpegFormatException("holds a Huffman code that its table does not know");
    }

    // Every continuation of a code gets an entry, with the coefficient in it where the lookup sees all of its bits.
    private void FillLookup(int code, int bits, byte symbol)
    {
        int rest = LookupBits - bits;
        int first = code << rest;
        int size = symbol & 15;
        for (int i = 0; i < 1 << rest; i++)
        {
            _lookup[first + i] = size > 0 && size <= rest
                ? JpegCode.OfValue(JpegCode.Extend(i >> (rest - size), size), symbol >> 4, bits + size)
                : JpegCode.OfSymbol(symbol, bits);
        }
    }
}
