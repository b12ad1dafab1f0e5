using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace UcfActionRecognition;

/// <summary>16 values at a time horizontally and 32 vertically, on processors with AVX2.</summary>
internal readonly struct Avx2Rows : IRowKernel
{
    public static bool IsSupported => Avx2.IsSupported;

    public static void Weigh(ReadOnlySpan<byte> line, ColumnTable columns, Span<short> sums)
    {
        ref byte bytes = ref MemoryMarshal.GetReference(line);
        ref int starts = ref MemoryMarshal.GetReference(columns.Starts);
        ref byte shuffles = ref MemoryMarshal.GetReference(columns.Shuffles);
        ref sbyte coarse = ref MemoryMarshal.GetReference(columns.Coarse);
        ref sbyte fine = ref MemoryMarshal.GetReference(columns.Fine);
        ref short sum = ref MemoryMarshal.GetReference(sums);
        bool whole = columns.Starts.Length == columns.PaddedValues / 8;
        for (nuint i = 0; i < (uint)columns.PaddedValues; i += 16)
        {
            Vector256<byte> shuffle = Vector256.LoadUnsafe(ref shuffles, 2 * i);
            Vector256<byte> pairs;
            if (whole)
            {
                ref int start = ref Unsafe.Add(ref starts, i / 8);
                pairs = Avx2.Shuffle(Windows(ref bytes, start, Unsafe.Add(ref start, 1)), shuffle);
            }
            else
            {
                // Each half of each half has a window of its own.
                ref int start = ref Unsafe.Add(ref starts, i / 4);
                Vector256<byte> low = Avx2.Shuffle(Windows(ref bytes, start, Unsafe.Add(ref start, 2)), shuffle);
                Vector256<byte> high = Avx2.Shuffle(Windows(ref bytes, Unsafe.Add(ref start, 1), Unsafe.Add(ref start, 3)), shuffle);
                pairs = Avx2.Blend(low.AsInt32(), high.AsInt32(), 0b11001100).AsByte();
            }

            Vector256<short> upper = Avx2.MultiplyAddAdjacent(pairs, Vector256.LoadUnsafe(ref coarse, 2 * i));
            Vector256<short> lower = Avx2.MultiplyAddAdjacent(pairs, Vector256.LoadUnsafe(ref fine, 2 * i));
            (upper + (lower >> 4)).StoreUnsafe(ref sum, i);
        }
    }

    public static void Blend(ReadOnlySpan<short> upper, ReadOnlySpan<short> lower, Tap row, int brightness, Span<byte> destination)
    {
        ref short first = ref MemoryMarshal.GetReference(upper);
        ref short second = ref MemoryMarshal.GetReference(lower);
        ref byte output = ref MemoryMarshal.GetReference(destination);
        Vector256<short> firstWeight = Vector256.Create((short)row.FirstWeight);
        Vector256<short> secondWeight = Vector256.Create((short)row.SecondWeight);
        Vector256<short> rounding = Vector256.Create((short)(2 + 4 * brightness));
        nuint last = (uint)destination.Length - 32;
        for (nuint i = 0; ; i = Math.Min(i + 32, last))
        {
            Vector256<short> low = Mix(ref first, ref second, i, firstWeight, secondWeight, rounding);
            Vector256<short> high = Mix(ref first, ref second, i + 16, firstWeight, secondWeight, rounding);
            // The pack works in each half of the vector by itself.
            Vector256<byte> packed = Avx2.PackUnsignedSaturate(low, high);
            Avx2.Permute4x64(packed.AsInt64(), 0b11011000).AsByte().StoreUnsafe(ref output, i);
            if (i == last)
            {
                return;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Windows(ref byte bytes, int low, int high) =>
        Vector256.Create(Vector128.LoadUnsafe(ref bytes, (uint)low), Vector128.LoadUnsafe(ref bytes, (uint)high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Mix(
        ref short first, ref short second, nuint at, Vector256<short> firstWeight, Vector256<short> secondWeight, Vector256<short> rounding) =>
        (Avx2.MultiplyHigh(Vector256.LoadUnsafe(ref first, at), firstWeight)
            + Avx2.MultiplyHigh(Vector256.LoadUnsafe(ref second, at), secondWeight)
            + rounding) >> 2;
}
