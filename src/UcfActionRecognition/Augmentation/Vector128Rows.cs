using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace UcfActionRecognition;

/// <summary>8 values at a time horizontally and 16 vertically, in .NET's portable vectors.</summary>
internal readonly struct Vector128Rows : IRowKernel
{
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    public static void Weigh(ReadOnlySpan<byte> line, ColumnTable columns, Span<short> sums)
    {
        ref byte bytes = ref MemoryMarshal.GetReference(line);
        ref int starts = ref MemoryMarshal.GetReference(columns.Starts);
        ref byte shuffles = ref MemoryMarshal.GetReference(columns.Shuffles);
        ref sbyte coarse = ref MemoryMarshal.GetReference(columns.Coarse);
        ref sbyte fine = ref MemoryMarshal.GetReference(columns.Fine);
        ref short sum = ref MemoryMarshal.GetReference(sums);
        bool whole = columns.Starts.Length == columns.PaddedValues / 8;
        for (nuint i = 0; i < (uint)columns.PaddedValues; i += 8)
        {
            Vector128<byte> shuffle = Vector128.LoadUnsafe(ref shuffles, 2 * i);
            Vector128<byte> pairs;
            if (whole)
            {
                pairs = Pick(ref bytes, Unsafe.Add(ref starts, i / 8), shuffle);
            }
            else
            {
                ref int start = ref Unsafe.Add(ref starts, i / 4);
                Vector128<byte> low = Pick(ref bytes, start, shuffle);
                Vector128<byte> high = Pick(ref bytes, Unsafe.Add(ref start, 1), shuffle);
                pairs = Vector128.ConditionalSelect(Vector128.Create(-1L, 0).AsByte(), low, high);
            }

            Vector128<ushort> upper = Weigh(pairs, Vector128.LoadUnsafe(ref coarse, 2 * i));
            Vector128<ushort> lower = Weigh(pairs, Vector128.LoadUnsafe(ref fine, 2 * i));
            (upper + (lower >> 4)).AsInt16().StoreUnsafe(ref sum, i);
        }
    }

    public static void Blend(ReadOnlySpan<short> upper, ReadOnlySpan<short> lower, Tap row, int brightness, Span<byte> destination)
    {
        ref short first = ref MemoryMarshal.GetReference(upper);
        ref short second = ref MemoryMarshal.GetReference(lower);
        ref byte output = ref MemoryMarshal.GetReference(destination);
        Vector128<short> rounding = Vector128.Create((short)(2 + 4 * brightness));
        nuint last = (uint)destination.Length - 16;
        for (nuint i = 0; ; i = Math.Min(i + 16, last))
        {
            Vector128<short> low = Mix(ref first, ref second, i, row, rounding);
            Vector128<short> high = Mix(ref first, ref second, i + 8, row, rounding);
            Vector128.NarrowWithSaturation(Vector128.Max(low, Vector128<short>.Zero).AsUInt16(), Vector128.Max(high, Vector128<short>.Zero).AsUInt16())
                .StoreUnsafe(ref output, i);
            if (i == last)
            {
                return;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Pick(ref byte bytes, int start, Vector128<byte> shuffle) =>
        Vector128.ShuffleNative(Vector128.LoadUnsafe(ref bytes, (uint)start), shuffle);

    // The first byte of each pair times the first weight, plus the second times the second.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Weigh(Vector128<byte> pairs, Vector128<sbyte> weights)
    {
        Vector128<ushort> low = Vector128.Create((ushort)0xFF);
        Vector128<ushort> pair = pairs.AsUInt16();
        Vector128<ushort> weight = weights.AsUInt16();
        return ((pair & low) * (weight & low)) + ((pair >> 8) * (weight >> 8));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Mix(ref short first, ref short second, nuint at, Tap row, Vector128<short> rounding) =>
        (MultiplyHigh(Vector128.LoadUnsafe(ref first, at), row.FirstWeight)
            + MultiplyHigh(Vector128.LoadUnsafe(ref second, at), row.SecondWeight)
            + rounding) >> 2;

    // The upper 16 bits of the products.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> MultiplyHigh(Vector128<short> values, int weight)
    {
        (Vector128<int> low, Vector128<int> high) = Vector128.Widen(values);
        return Vector128.Narrow((low * weight) >> 16, (high * weight) >> 16);
    }
}
