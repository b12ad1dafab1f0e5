using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace UcfActionRecognition;

/// <summary>16 values at a time, in .NET's portable vectors.</summary>
internal readonly unsafe struct Vector128Kernel : IVectorKernel<Vector128<byte>, Vector128<short>>
{
    public static bool IsSupported => Vector128.IsHardwareAccelerated;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(void* address) => Vector128.Load((byte*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Broadcast(int value) => Vector128.Create((short)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Weigh(Vector128<byte> pairs, Vector128<byte> coarse, Vector128<byte> fine) =>
        (Products(pairs, coarse) + (Products(pairs, fine) >> 4)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Mix(
        Vector128<short> upper, Vector128<short> lower, Vector128<short> upperWeight, Vector128<short> lowerWeight, Vector128<short> rounding) =>
        (MultiplyHigh(upper, upperWeight) + MultiplyHigh(lower, lowerWeight) + rounding) >> 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<short> low, Vector128<short> high, byte* output) =>
        Vector128.NarrowWithSaturation(
            Vector128.Max(low, Vector128<short>.Zero).AsUInt16(), Vector128.Max(high, Vector128<short>.Zero).AsUInt16()).Store(output);

    // A pair of bytes is one 16-bit number, the first byte its lower half.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Products(Vector128<byte> pairs, Vector128<byte> weights)
    {
        Vector128<ushort> first = Vector128.Create((ushort)0xFF);
        return ((pairs.AsUInt16() & first) * (weights.AsUInt16() & first)) + ((pairs.AsUInt16() >> 8) * (weights.AsUInt16() >> 8));
    }

    // The upper 16 bits of the products.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> MultiplyHigh(Vector128<short> values, Vector128<short> weights) => Vector128.Narrow(
        (Vector128.WidenLower(values) * Vector128.WidenLower(weights)) >> 16,
        (Vector128.WidenUpper(values) * Vector128.WidenUpper(weights)) >> 16);

    /// <summary>A window of 16 bytes for 8 values.</summary>
    public readonly struct Narrow : IWindows<Vector128<byte>>
    {
        public static int Count => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Pick(byte* line, int* starts, Vector128<byte> shuffle) =>
            Vector128.ShuffleNative(Vector128.Load(line + starts[0]), shuffle);
    }

    /// <summary>A window of 16 bytes for 4 values.</summary>
    public readonly struct Wide : IWindows<Vector128<byte>>
    {
        public static int Count => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector128<byte> Pick(byte* line, int* starts, Vector128<byte> shuffle) => Vector128.ConditionalSelect(
            Vector128.Create(-1L, 0).AsByte(),
            Vector128.ShuffleNative(Vector128.Load(line + starts[0]), shuffle),
            Vector128.ShuffleNative(Vector128.Load(line + starts[1]), shuffle));
    }
}
