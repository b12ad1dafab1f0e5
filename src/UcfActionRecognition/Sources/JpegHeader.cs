using System.Buffers.Binary;

namespace UcfActionRecognition;

/// <summary>What stands before the scan of a baseline JPEG: sizes and tables. Reused from frame to frame.</summary>
/// <remarks>
/// One kind is read, the one that every encoder makes by default: Huffman-coded baseline, 8 bits, three components in one scan, the colours
/// at full size, half width (4:2:2) or half width and height (4:2:0).
/// </remarks>
internal sealed class JpegHeader
{
    private const int Components = 3;

    private readonly int[][] _quantisers = [new int[64], new int[64], new int[64], new int[64]];
    private readonly bool[] _hasQuantiser = new bool[4];
    private readonly JpegHuffmanTable[] _dc = [new(), new(), new(), new()];
    private readonly JpegHuffmanTable[] _ac = [new(), new(), new(), new()];
    private readonly byte[] _ids = new byte[Components];
    private readonly byte[] _quantiserOf = new byte[Components];
    private readonly byte[] _tablesOf = new byte[Components];

    public FrameSize Size { get; private set; }

    /// <summary>Brightness samples for each colour sample, across: 1 or 2.</summary>
    public int Across { get; private set; }

    /// <summary>Brightness samples for each colour sample, down: 1 or 2.</summary>
    public int Down { get; private set; }

    /// <summary>Groups of blocks between two restart markers; 0 for none.</summary>
    public int RestartInterval { get; private set; }

    /// <summary>Where the scan's bits begin.</summary>
    public int ScanStart { get; private set; }

    public ReadOnlySpan<int> Quantisers(int component) => _quantisers[_quantiserOf[component]];

    public JpegHuffmanTable Dc(int component) => _dc[_tablesOf[component] >> 4];

    public JpegHuffmanTable Ac(int component) => _ac[_tablesOf[component] & 15];

    /// <summary>Reads everything up to the scan.</summary>
    /// <param name="jpeg">The whole JPEG, from its start marker to its end marker.</param>
    /// <param name="expected">The size that the frame must have.</param>
    public void Read(ReadOnlySpan<byte> jpeg, FrameSize expected)
    {
        Clear();
        if (jpeg is not [0xFF, 0xD8, .., 0xFF, 0xD9])
        {
            throw new JpegFormatException($"of {jpeg.Length} bytes does not begin with a start marker and end with an end marker; it is cut or damaged");
        }

        int position = 2;
        while (true)
        {
            if (position + 4 > jpeg.Length || jpeg[position] != 0xFF)
            {
                throw new JpegFormatException($"has no marker at byte {position}");
            }

            int marker = jpeg[position + 1];
            int length = BinaryPrimitives.ReadUInt16BigEndian(jpeg[(position + 2)..]);
            if (length < 2 || position + 2 + length > jpeg.Length)
            {
                throw new JpegFormatException($"has a segment of {length} bytes at byte {position}, past its end");
            }

            ReadOnlySpan<byte> segment = jpeg.Slice(position + 4, length - 2);
            position += 2 + length;
            if (marker == 0xDA)
            {
                ReadScan(segment);
                ScanStart = position;
                return;
            }

            ReadSegment(marker, segment, expected);
        }
    }

    private void Clear()
    {
        (Size, RestartInterval) = (default, 0);
        Array.Clear(_hasQuantiser);
        for (int i = 0; i < 4; i++)
        {
            _dc[i].Clear();
            _ac[i].Clear();
        }
    }

    private void ReadSegment(int marker, ReadOnlySpan<byte> segment, FrameSize expected)
    {
        switch (marker)
        {
            case 0xC0:
                ReadFrame(segment, expected);
                break;
            case 0xC4:
                ReadHuffmanTables(segment);
                break;
            case 0xDB:
                ReadQuantisers(segment);
                break;
            case 0xDD:
                RestartInterval = segment.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(segment) : 0;
                break;
            case 0xEE when segment.Length >= 12 && segment.StartsWith("Adobe"u8) && segment[11] != 1:
                throw new JpegFormatException("does not hold its colours as YCbCr");
            case (>= 0xE0 and <= 0xEF) or 0xFE:
                break;
            case > 0xC0 and < 0xD0:
                throw new JpegFormatException($"is of another kind than baseline (marker {marker:X2}), such as progressive or lossless");
            default:
                throw new JpegFormatException($"has the marker {marker:X2} before its scan");
        }
    }

    private void ReadFrame(ReadOnlySpan<byte> segment, FrameSize expected)
    {
        if (Size != default || segment.Length != 6 + (3 * Components) || segment[0] != 8 || segment[5] != Components)
        {
            throw new JpegFormatException("does not hold one image of three components of 8 bits");
        }

        Size = new FrameSize(BinaryPrimitives.ReadUInt16BigEndian(segment[1..]), BinaryPrimitives.ReadUInt16BigEndian(segment[3..]));
        if (Size != expected)
        {
            throw new JpegFormatException($"is {Size}, not {expected}");
        }

        (Across, Down) = (segment[7] >> 4, segment[7] & 15);
        if ((Across, Down) is not ((1, 1) or (2, 1) or (2, 2)) || segment[10] != 0x11 || segment[13] != 0x11)
        {
            throw new JpegFormatException("has another colour sampling than 4:4:4, 4:2:2 or 4:2:0");
        }

        for (int i = 0; i < Components; i++)
        {
            (_ids[i], _quantiserOf[i]) = (segment[6 + (3 * i)], segment[8 + (3 * i)]);
        }
    }

    private void ReadHuffmanTables(ReadOnlySpan<byte> segment)
    {
        while (!segment.IsEmpty)
        {
            int place = segment[0];
            if (place is not (<= 3 or (>= 0x10 and <= 0x13)))
            {
                throw new JpegFormatException("has a damaged Huffman table");
            }

            segment = segment[1..];
            segment = segment[(place < 0x10 ? _dc : _ac)[place & 15].Define(segment)..];
        }
    }

    private void ReadQuantisers(ReadOnlySpan<byte> segment)
    {
        for (; !segment.IsEmpty; segment = segment[65..])
        {
            if (segment.Length < 65 || segment[0] > 3)
            {
                throw new JpegFormatException("has a damaged table of quantisers, or one of 16 bits");
            }

            int[] table = _quantisers[segment[0]];
            for (int i = 0; i < 64; i++)
            {
                table[i] = segment[1 + i];
            }

            _hasQuantiser[segment[0]] = true;
        }
    }

    private void ReadScan(ReadOnlySpan<byte> segment)
    {
        if (Size == default || segment.Length != 4 + (2 * Components) || segment[0] != Components || segment[^3] != 0 || segment[^2] != 63 || segment[^1] != 0)
        {
            throw new JpegFormatException("does not hold its three components in one scan");
        }

        for (int i = 0; i < Components; i++)
        {
            _tablesOf[i] = segment[2 + (2 * i)];
            if (segment[1 + (2 * i)] != _ids[i] || (_tablesOf[i] & 0xCC) != 0 || _quantiserOf[i] > 3
                || !_hasQuantiser[_quantiserOf[i]] || !Dc(i).IsDefined || !Ac(i).IsDefined)
            {
                throw new JpegFormatException("names tables in its scan that it does not have");
            }
        }
    }
}
