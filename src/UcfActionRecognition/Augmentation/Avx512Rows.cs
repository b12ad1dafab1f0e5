using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace UcfActionRecognition;

/// <summary>32 values at a time horizontally and 64 vertically, on processors with AVX-512 VBMI.</summary>
internal readonly struct Avx512Rows : IRowKernel
{
    public static bool IsSupported => Avx512Vbmi.IsSupported;

    public static void Weigh(ReadOnlySpan<byte> line, ColumnTable columns, Span<short> sums)
    {
        ref byte bytes = ref MemoryMarshal.GetReference(line);
        ref byte shuffles = ref MemoryMarshal.GetReference(columns.Shuffles);
        ref sbyte coarse = ref MemoryMarshal.GetReference(columns.Coarse);
        ref sbyte fine = ref MemoryMarshal.GetReference(columns.Fine);
        ref short sum = ref MemoryMarshal.GetReference(sums);
        ReadOnlySpan<int> starts = columns.Starts;
        bool narrow = columns.Window == Vector512<byte>.Count;
        for (int group = 0; group < starts.Length; group++)
        {
            nuint start = (uint)starts[group];
            nuint at = (uint)group * 64;
            Vector512<byte> window = Vector512.LoadUnsafe(ref bytes, start);
            Vector512<byte> shuffle = Vector512.LoadUnsafe(ref shuffles, at);
            Vector512<byte> pairs = narrow
                ? Avx512Vbmi.PermuteVar64x8(window, shuffle)
                : Avx512Vbmi.PermuteVar64x8x2(window, shuffle, Vector512.LoadUnsafe(ref bytes, start + 64));
            Vector512<short> upper = Avx512BW.MultiplyAddAdjacent(pairs, Vector512.LoadUnsafe(ref coarse, at));
            Vector512<short> lower = Avx512BW.MultiplyAddAdjacent(pairs, Vector512.LoadUnsafe(ref fine, at));
            (upper + (lower >> 4)).StoreUnsafe(ref sum, at / 2);
        }
    }

    public static void Blend(ReadOnlySpan<short> upper, ReadOnlySpan<short> lower, Tap row, int brightness, Span<byte> destination)
    {
        ref short first = ref MemoryMarshal.GetReference(upper);
        ref short second = ref MemoryMarshal.GetReference(lower);
        ref byte output = ref MemoryMarshal.GetReference(destination);
        Vector512<short> firstWeight = Vector512.Create((short)row.FirstWeight);
        Vector512<short> secondWeight = Vector512.Create((short)row.SecondWeight);
        Vector512<short> rounding = Vector512.Create((short)(2 + 4 * brightness));
        Vector512<long> order = Vector512.Create(0L, 2, 4, 6, 1, 3, 5, 7);
        nuint last = (uint)destination.Length - 64;
        for (nuint i = 0; ; i = Math.Min(i + 64, last))
        {
            Vector512<short> low = Mix(ref first, ref second, i, firstWeight, secondWeight, rounding);
            Vector512<short> high = Mix(ref first, ref second, i + 32, firstWeight, secondWeight, rounding);
            // The pack works in each quarter of the vector by itself.
            Vector512<byte> packed = Avx512BW.PackUnsignedSaturate(low, high);
            Avx512F.PermuteVar8x64(packed.AsInt64(), order).AsByte().StoreUnsafe(ref output, i);
            if (i == last)
            {
                return;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> Mix(
        ref short first, ref short second, nuint at, Vector512<short> firstWeight, Vector512<short> secondWeight, Vector512<short> rounding) =>
        (Avx512BW.MultiplyHigh(Vector512.LoadUnsafe(ref first, at), firstWeight)
            + Avx512BW.MultiplyHigh(Vector512.LoadUnsafe(ref second, at), secondWeight)
            + rounding) >> 2;
}
