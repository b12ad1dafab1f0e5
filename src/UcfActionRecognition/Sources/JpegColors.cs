using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace UcfActionRecognition;

/// <summary>
/// From YCbCr planes to RGB rows, in the integer arithmetic of libjpeg: colours of half size are interpolated ("fancy upsampling",
/// <c>jdsample.c</c>), then converted (<c>jdcolor.c</c>). The vectors give the same bytes as the scalars. One thread at a time.
/// </summary>
internal sealed class JpegColors
{
    // Times 2^16.
    private const int RedOfCr = 91881;
    private const int GreenOfCb = -22554;
    private const int GreenOfCr = -46802;
    private const int BlueOfCb = 116130;
    private const int Half = 1 << 15;

    private const int Lanes = 16;

    private short[] _sums = [];
    private byte[] _cb = [];
    private byte[] _cr = [];

    /// <summary>Whether vectors are used; off in tests that compare.</summary>
    public bool UseVectors { get; init; } = Avx2.IsSupported;

    /// <summary>Converts rows of a frame.</summary>
    /// <param name="planes">The samples, and some bytes of slack behind them.</param>
    /// <param name="layout">How they lie.</param>
    /// <param name="firstRow">The first row to convert.</param>
    /// <param name="rows">Receives the rows, <c>W x 3</c> bytes each.</param>
    public void Convert(ReadOnlySpan<byte> planes, in JpegLayout layout, int firstRow, Span<byte> rows)
    {
        int width = layout.Size.Width;
        int rowBytes = width * 3;
        if (layout.Across > 1 && _cb.Length < layout.Stride(0) + (2 * Lanes))
        {
            int room = layout.Stride(0) + (2 * Lanes);
            (_cb, _cr, _sums) = (new byte[room], new byte[room], new short[room]);
        }

        for (int row = firstRow; !rows.IsEmpty; row++, rows = rows[rowBytes..])
        {
            ReadOnlySpan<byte> y = planes[(row * layout.Stride(0))..];
            ConvertRow(y, ColorRow(planes, layout, 1, row, _cb), ColorRow(planes, layout, 2, row, _cr), rows[..rowBytes]);
        }
    }

    private ReadOnlySpan<byte> ColorRow(ReadOnlySpan<byte> planes, in JpegLayout layout, int component, int row, byte[] upsampled)
    {
        int stride = layout.Stride(component);
        ReadOnlySpan<byte> plane = planes[layout.Start(component)..];
        if (layout.Across == 1)
        {
            return plane[(row * stride)..];
        }

        // As libjpeg: too few samples to interpolate between are repeated.
        int near = layout.Down == 1 ? row : row / 2;
        if (layout.ColorWidth <= 2)
        {
            for (int x = 0; x < layout.Size.Width; x++)
            {
                upsampled[x] = plane[(near * stride) + (x / 2)];
            }

            return upsampled;
        }

        // The other row is the one above for even rows and the one below for odd ones; at the edges the row itself.
        int far = Math.Clamp(row % 2 == 0 ? near - 1 : near + 1, 0, layout.ColorHeight - 1);
        bool vertical = layout.Down == 2;
        AddRows(plane[(near * stride)..], plane[((vertical ? far : near) * stride)..], layout.ColorWidth, vertical);
        Interpolate(layout.ColorWidth, vertical, upsampled);
        return upsampled;
    }

    // Three parts of the near row and one of the far; of one row alone, the row itself. One sample is added at both ends.
    private void AddRows(ReadOnlySpan<byte> near, ReadOnlySpan<byte> far, int width, bool vertical)
    {
        int x = 0;
        if (UseVectors)
        {
            for (; x < width; x += Lanes)
            {
                Vector256<short> sum = Widen(near[x..]);
                if (vertical)
                {
                    sum += sum + sum + Widen(far[x..]);
                }

                sum.CopyTo(_sums, x + 1);
            }
        }

        for (; x < width; x++)
        {
            _sums[x + 1] = (short)(vertical ? (3 * near[x]) + far[x] : near[x]);
        }

        (_sums[0], _sums[width + 1]) = (_sums[1], _sums[width]);
    }

    // Three parts of the near column and one of the far.
    private void Interpolate(int width, bool vertical, byte[] upsampled)
    {
        (short evenRounding, short oddRounding, int shift) = vertical ? ((short)8, (short)7, 4) : ((short)1, (short)2, 2);
        int x = 0;
        if (UseVectors)
        {
            for (; x < width; x += Lanes)
            {
                Vector256<short> near = Vector256.Create(_sums, x + 1);
                near += near + near;
                Vector256<short> even = (near + Vector256.Create(_sums, x) + Vector256.Create(evenRounding)) >> shift;
                Vector256<short> odd = (near + Vector256.Create(_sums, x + 2) + Vector256.Create(oddRounding)) >> shift;
                (even | (odd << 8)).AsByte().CopyTo(upsampled, 2 * x);
            }
        }

        for (; x < width; x++)
        {
            int near = 3 * _sums[x + 1];
            upsampled[2 * x] = (byte)((near + _sums[x] + evenRounding) >> shift);
            upsampled[(2 * x) + 1] = (byte)((near + _sums[x + 2] + oddRounding) >> shift);
        }
    }

    private void ConvertRow(ReadOnlySpan<byte> y, ReadOnlySpan<byte> cb, ReadOnlySpan<byte> cr, Span<byte> rgb)
    {
        int width = rgb.Length / 3;
        int x = 0;
        if (UseVectors)
        {
            x = ConvertVectors(y, cb, cr, rgb);
        }

        for (; x < width; x++)
        {
            int blue = cb[x] - 128;
            int red = cr[x] - 128;
            rgb[3 * x] = Clamp(y[x] + (((RedOfCr * red) + Half) >> 16));
            rgb[(3 * x) + 1] = Clamp(y[x] + (((GreenOfCb * blue) + (GreenOfCr * red) + Half) >> 16));
            rgb[(3 * x) + 2] = Clamp(y[x] + (((BlueOfCb * blue) + Half) >> 16));
        }
    }

    // Sixteen pixels at a time in 16 bits, as long as the 64 bytes that are stored fit. The factors above, less a multiple of 2^16 that goes in whole:
    // the upper half of a doubled product, rounded and halved, is the scalars' sum shifted by 16.
    private static int ConvertVectors(ReadOnlySpan<byte> y, ReadOnlySpan<byte> cb, ReadOnlySpan<byte> cr, Span<byte> rgb)
    {
        Vector256<short> one = Vector256<short>.One;
        Vector256<short> greenFactors = Vector256.Create((GreenOfCb & 0xFFFF) | ((GreenOfCr + 65536) << 16)).AsInt16();
        int x = 0;
        for (; (3 * x) + 64 <= rgb.Length; x += Lanes)
        {
            Vector256<short> light = Widen(y[x..]);
            Vector256<short> blue = Widen(cb[x..]) - Vector256.Create((short)128);
            Vector256<short> red = Widen(cr[x..]) - Vector256.Create((short)128);
            Vector256<short> twiceBlue = blue + blue;
            Vector256<short> twiceRed = red + red;
            Vector256<short> r = light + red + ((Avx2.MultiplyHigh(twiceRed, Vector256.Create((short)(RedOfCr - 65536))) + one) >> 1);
            Vector256<short> b = light + twiceBlue + ((Avx2.MultiplyHigh(twiceBlue, Vector256.Create((short)(BlueOfCb - (2 * 65536)))) + one) >> 1);
            Vector256<int> half = Vector256.Create(Half);
            Vector256<int> lower = (Avx2.MultiplyAddAdjacent(Avx2.UnpackLow(blue, red), greenFactors) + half) >> 16;
            Vector256<int> upper = (Avx2.MultiplyAddAdjacent(Avx2.UnpackHigh(blue, red), greenFactors) + half) >> 16;
            Vector256<short> g = light - red + Avx2.PackSignedSaturate(lower, upper);
            Interleave(Avx2.PackUnsignedSaturate(r, g), Avx2.PackUnsignedSaturate(b, b), rgb[(3 * x)..]);
        }

        return x;
    }

    // Each half has eight pixels: 24 bytes, stored as 32 of which the next ones overwrite eight.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave(Vector256<byte> redGreen, Vector256<byte> blue, Span<byte> rgb)
    {
        const byte No = 255;
        Vector128<byte> redGreenFirst = Vector128.Create((byte)0, 8, No, 1, 9, No, 2, 10, No, 3, 11, No, 4, 12, No, 5);
        Vector128<byte> blueFirst = Vector128.Create(No, No, 0, No, No, 1, No, No, 2, No, No, 3, No, No, 4, No);
        Vector128<byte> redGreenSecond = Vector128.Create((byte)13, No, 6, 14, No, 7, 15, No, No, No, No, No, No, No, No, No);
        Vector128<byte> blueSecond = Vector128.Create(No, 5, No, No, 6, No, No, 7, No, No, No, No, No, No, No, No);
        Vector256<byte> first = Avx2.Shuffle(redGreen, Vector256.Create(redGreenFirst, redGreenFirst)) | Avx2.Shuffle(blue, Vector256.Create(blueFirst, blueFirst));
        Vector256<byte> second =
            Avx2.Shuffle(redGreen, Vector256.Create(redGreenSecond, redGreenSecond)) | Avx2.Shuffle(blue, Vector256.Create(blueSecond, blueSecond));
        first.GetLower().CopyTo(rgb);
        second.GetLower().CopyTo(rgb[16..]);
        first.GetUpper().CopyTo(rgb[24..]);
        second.GetUpper().CopyTo(rgb[40..]);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Widen(ReadOnlySpan<byte> samples) =>
        Vector256.WidenLower(Vector128.Create(samples[..Lanes]).ToVector256Unsafe()).AsInt16();

    private static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);
}
