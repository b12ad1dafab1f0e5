using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace UcfActionRecognition;

/// <summary>
/// The inverse cosine transform of a block of 8 x 8 coefficients, in the integer arithmetic of libjpeg's <c>jidctint.c</c> ("islow"), which is
/// what OpenCV and most decoders use: the same bytes.
/// </summary>
internal static class JpegTransform
{
    private const int ConstantBits = 13;
    private const int FirstShift = ConstantBits - 2;
    private const int SecondShift = ConstantBits + 2 + 3;
    private const int LevelShift = 128;

    /// <summary>Transforms a block.</summary>
    /// <param name="block">64 coefficients, row by row.</param>
    /// <param name="samples">Receives 8 rows of 8 samples.</param>
    /// <param name="stride">Bytes from one row of <paramref name="samples"/> to the next.</param>
    public static void Transform(ReadOnlySpan<int> block, Span<byte> samples, int stride)
    {
        if (Avx2.IsSupported)
        {
            TransformVectors(block, samples, stride);
        }
        else
        {
            TransformScalars(block, samples, stride);
        }
    }

    /// <summary>Fills a block that has its first coefficient only.</summary>
    public static void Fill(int first, Span<byte> samples, int stride)
    {
        // Both passes in one: they multiply by 4, add 16 and shift by 5.
        byte value = (byte)Math.Clamp((((first << 2) + 16) >> 5) + LevelShift, 0, 255);
        for (int row = 0; row < 8; row++)
        {
            samples.Slice(row * stride, 8).Fill(value);
        }
    }

    internal static void TransformScalars(ReadOnlySpan<int> block, Span<byte> samples, int stride)
    {
        Span<int> rows = stackalloc int[64];
        Span<int> line = stackalloc int[8];
        for (int x = 0; x < 8; x++)
        {
            for (int y = 0; y < 8; y++)
            {
                line[y] = block[(8 * y) + x];
            }

            Pass(line, 0, FirstShift);
            for (int y = 0; y < 8; y++)
            {
                rows[(8 * y) + x] = line[y];
            }
        }

        for (int y = 0; y < 8; y++)
        {
            Span<int> row = rows.Slice(8 * y, 8);
            Pass(row, LevelShift << SecondShift, SecondShift);
            for (int x = 0; x < 8; x++)
            {
                samples[(y * stride) + x] = (byte)Math.Clamp(row[x], 0, 255);
            }
        }
    }

    // The same as the vector's pass below, on one line.
    private static void Pass(Span<int> line, int offset, int shift)
    {
        Span<Vector256<int>> lanes = stackalloc Vector256<int>[8];
        for (int i = 0; i < 8; i++)
        {
            lanes[i] = Vector256.CreateScalar(line[i]);
        }

        Pass(ref lanes[0], ref lanes[1], ref lanes[2], ref lanes[3], ref lanes[4], ref lanes[5], ref lanes[6], ref lanes[7], offset, shift);
        for (int i = 0; i < 8; i++)
        {
            line[i] = lanes[i].ToScalar();
        }
    }

    private static void TransformVectors(ReadOnlySpan<int> block, Span<byte> samples, int stride)
    {
        Vector256<int> v0 = Vector256.Create(block[..8]);
        Vector256<int> v1 = Vector256.Create(block.Slice(8, 8));
        Vector256<int> v2 = Vector256.Create(block.Slice(16, 8));
        Vector256<int> v3 = Vector256.Create(block.Slice(24, 8));
        Vector256<int> v4 = Vector256.Create(block.Slice(32, 8));
        Vector256<int> v5 = Vector256.Create(block.Slice(40, 8));
        Vector256<int> v6 = Vector256.Create(block.Slice(48, 8));
        Vector256<int> v7 = Vector256.Create(block.Slice(56, 8));
        Pass(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7, 0, FirstShift);
        Transpose(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7);
        Pass(ref v0, ref v1, ref v2, ref v3, ref v4, ref v5, ref v6, ref v7, LevelShift << SecondShift, SecondShift);

        // v0 to v7 are columns. Packed to bytes, each half holds 4 x 4 samples column by column, which one shuffle turns.
        Vector256<byte> turn = Vector256.Create(
            (byte)0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        Vector256<byte> left = Avx2.Shuffle(Avx2.PackUnsignedSaturate(Avx2.PackSignedSaturate(v0, v1), Avx2.PackSignedSaturate(v2, v3)), turn);
        Vector256<byte> right = Avx2.Shuffle(Avx2.PackUnsignedSaturate(Avx2.PackSignedSaturate(v4, v5), Avx2.PackSignedSaturate(v6, v7)), turn);
        Vector256<ulong> upper = Avx2.UnpackLow(left.AsInt32(), right.AsInt32()).AsUInt64();
        Vector256<ulong> lower = Avx2.UnpackHigh(left.AsInt32(), right.AsInt32()).AsUInt64();
        Store(samples, 0, upper.GetElement(0));
        Store(samples, stride, upper.GetElement(1));
        Store(samples, 2 * stride, lower.GetElement(0));
        Store(samples, 3 * stride, lower.GetElement(1));
        Store(samples, 4 * stride, upper.GetElement(2));
        Store(samples, 5 * stride, upper.GetElement(3));
        Store(samples, 6 * stride, lower.GetElement(2));
        Store(samples, 7 * stride, lower.GetElement(3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Span<byte> samples, int position, ulong row) =>
        BinaryPrimitives.WriteUInt64LittleEndian(samples[position..], row);

    // Loeffler, Ligtenberg and Moschytz with 12 multiplications; the names and the constants (times 2^13) are libjpeg's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pass(
        ref Vector256<int> v0, ref Vector256<int> v1, ref Vector256<int> v2, ref Vector256<int> v3,
        ref Vector256<int> v4, ref Vector256<int> v5, ref Vector256<int> v6, ref Vector256<int> v7, int offset, int shift)
    {
        Vector256<int> z1 = (v2 + v6) * 4433;
        Vector256<int> tmp2 = z1 - (v6 * 15137);
        Vector256<int> tmp3 = z1 + (v2 * 6270);
        Vector256<int> rounding = Vector256.Create(offset + (1 << (shift - 1)));
        Vector256<int> tmp0 = ((v0 + v4) << ConstantBits) + rounding;
        Vector256<int> tmp1 = ((v0 - v4) << ConstantBits) + rounding;
        Vector256<int> tmp10 = tmp0 + tmp3;
        Vector256<int> tmp13 = tmp0 - tmp3;
        Vector256<int> tmp11 = tmp1 + tmp2;
        Vector256<int> tmp12 = tmp1 - tmp2;

        Vector256<int> z5 = (v7 + v3 + v5 + v1) * 9633;
        Vector256<int> z3 = z5 - ((v7 + v3) * 16069);
        Vector256<int> z4 = z5 - ((v5 + v1) * 3196);
        z1 = (v7 + v1) * 7373;
        Vector256<int> z2 = (v5 + v3) * 20995;
        tmp0 = (v7 * 2446) - z1 + z3;
        tmp1 = (v5 * 16819) - z2 + z4;
        tmp2 = (v3 * 25172) - z2 + z3;
        tmp3 = (v1 * 12299) - z1 + z4;

        v0 = (tmp10 + tmp3) >> shift;
        v7 = (tmp10 - tmp3) >> shift;
        v1 = (tmp11 + tmp2) >> shift;
        v6 = (tmp11 - tmp2) >> shift;
        v2 = (tmp12 + tmp1) >> shift;
        v5 = (tmp12 - tmp1) >> shift;
        v3 = (tmp13 + tmp0) >> shift;
        v4 = (tmp13 - tmp0) >> shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(
        ref Vector256<int> v0, ref Vector256<int> v1, ref Vector256<int> v2, ref Vector256<int> v3,
        ref Vector256<int> v4, ref Vector256<int> v5, ref Vector256<int> v6, ref Vector256<int> v7)
    {
        Turn(ref v0, ref v1, ref v2, ref v3);
        Turn(ref v4, ref v5, ref v6, ref v7);
        Exchange(ref v0, ref v4);
        Exchange(ref v1, ref v5);
        Exchange(ref v2, ref v6);
        Exchange(ref v3, ref v7);
    }

    // Four rows: the 4 x 4 in the lower half and that in the upper half, each turned.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(ref Vector256<int> a, ref Vector256<int> b, ref Vector256<int> c, ref Vector256<int> d)
    {
        Vector256<long> ab = Avx2.UnpackLow(a, b).AsInt64();
        Vector256<long> cd = Avx2.UnpackLow(c, d).AsInt64();
        Vector256<long> abHigh = Avx2.UnpackHigh(a, b).AsInt64();
        Vector256<long> cdHigh = Avx2.UnpackHigh(c, d).AsInt64();
        a = Avx2.UnpackLow(ab, cd).AsInt32();
        b = Avx2.UnpackHigh(ab, cd).AsInt32();
        c = Avx2.UnpackLow(abHigh, cdHigh).AsInt32();
        d = Avx2.UnpackHigh(abHigh, cdHigh).AsInt32();
    }

    // The upper half of the first goes against the lower half of the second.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Exchange(ref Vector256<int> first, ref Vector256<int> second)
    {
        Vector256<int> lower = Avx2.Permute2x128(first, second, 0x20);
        second = Avx2.Permute2x128(first, second, 0x31);
        first = lower;
    }
}
