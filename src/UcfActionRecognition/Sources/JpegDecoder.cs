using System.Buffers;

namespace UcfActionRecognition;

/// <summary>
/// Decodes JPEG frames to RGB with the bytes of libjpeg-turbo's defaults, as <c>cv2.imdecode</c> gives them. Only the rows that are asked for are
/// transformed. Nothing is allocated from frame to frame. One thread at a time.
/// </summary>
internal sealed class JpegDecoder
{
    private const int Components = 3;

    // Vectors may read this far past the last sample.
    private const int Slack = 32;

    [ThreadStatic]
    private static JpegDecoder? _ofThisThread;

    private readonly JpegHeader _header = new();
    private readonly JpegColors _colors = new();
    private readonly int[] _predictions = new int[Components];
    private readonly int[] _block = new int[64];

    /// <summary>The decoder of the calling thread.</summary>
    public static JpegDecoder OfThisThread => _ofThisThread ??= new JpegDecoder();

    /// <summary>Decodes some rows of a frame.</summary>
    /// <param name="jpeg">The whole JPEG.</param>
    /// <param name="size">The size that the frame must have; nothing is allocated for another.</param>
    /// <param name="firstRow">The first row that is wanted.</param>
    /// <param name="rows">Receives the rows from there on, <c>W x 3</c> bytes each; at least one.</param>
    /// <exception cref="JpegFormatException">The JPEG is damaged, of another size, or of a kind that is not read.</exception>
    public void Decode(ReadOnlySpan<byte> jpeg, FrameSize size, int firstRow, Span<byte> rows)
    {
        _header.Read(jpeg, size);
        var layout = new JpegLayout(size, _header.Across, _header.Down);
        byte[] rented = ArrayPool<byte>.Shared.Rent(checked(layout.Bytes + Slack));
        try
        {
            DecodeScan(jpeg[_header.ScanStart..], layout, firstRow, rows.Length / (size.Width * 3), rented);
            _colors.Convert(rented, layout, firstRow, rows);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private void DecodeScan(ReadOnlySpan<byte> scan, in JpegLayout layout, int firstRow, int rowCount, Span<byte> planes)
    {
        // Colours between two samples take from both, so that the rows around those wanted count as well.
        int first = Math.Max(0, firstRow - 2) / layout.GroupHeight;
        int last = Math.Min(layout.Size.Height - 1, firstRow + rowCount + 1) / layout.GroupHeight;
        var bits = new JpegBits(scan);
        Array.Clear(_predictions);
        int untilRestart = _header.RestartInterval;
        int restarts = 0;
        for (int row = 0; row <= last; row++)
        {
            for (int column = 0; column < layout.GroupsAcross; column++)
            {
                if (_header.RestartInterval > 0 && untilRestart-- == 0)
                {
                    bits.Restart(restarts++);
                    Array.Clear(_predictions);
                    untilRestart = _header.RestartInterval - 1;
                }

                DecodeGroup(ref bits, layout, row, column, row >= first, planes);
            }

            if (bits.IsPastEnd)
            {
                throw new JpegFormatException($"ends before its row {row * layout.GroupHeight}");
            }
        }

        if (last == layout.GroupsDown - 1 && !bits.IsAtEnd)
        {
            throw new JpegFormatException("goes on after its last row");
        }
    }

    private void DecodeGroup(ref JpegBits bits, in JpegLayout layout, int row, int column, bool wanted, Span<byte> planes)
    {
        for (int component = 0; component < Components; component++)
        {
            (int across, int down) = component == 0 ? (layout.Across, layout.Down) : (1, 1);
            int stride = layout.Stride(component);
            for (int block = 0; block < across * down; block++)
            {
                Array.Clear(_block);
                int last = bits.DecodeBlock(
                    _header.Dc(component), _header.Ac(component), _header.Quantisers(component), ref _predictions[component], _block);
                if (!wanted)
                {
                    continue;
                }

                int y = ((row * down) + (block / across)) * 8;
                int x = ((column * across) + (block % across)) * 8;
                Span<byte> samples = planes[(layout.Start(component) + (y * stride) + x)..];
                if (last == 0)
                {
                    JpegTransform.Fill(_block[0], samples, stride);
                }
                else
                {
                    JpegTransform.Transform(_block, samples, stride);
                }
            }
        }
    }
}
