using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace UcfActionRecognition;

/// <summary>32 values at a time, on processors with AVX2.</summary>
internal readonly unsafe struct Avx2Kernel : IVectorKernel<Vector256<byte>, Vector256<short>>
{
    public static bool IsSupported => Avx2.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<byte> Load(void* address) => Vector256.Load((byte*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Broadcast(int value) => Vector256.Create((short)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Weigh(Vector256<byte> pairs, Vector256<byte> coarse, Vector256<byte> fine) =>
        Avx2.MultiplyAddAdjacent(pairs, coarse.AsSByte()) + (Avx2.MultiplyAddAdjacent(pairs, fine.AsSByte()) >> 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<short> Mix(
        Vector256<short> upper, Vector256<short> lower, Vector256<short> upperWeight, Vector256<short> lowerWeight, Vector256<short> rounding) =>
        (Avx2.MultiplyHigh(upper, upperWeight) + Avx2.MultiplyHigh(lower, lowerWeight) + rounding) >> 2;

    // The pack works in each half of the vector by itself.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<short> low, Vector256<short> high, byte* output) =>
        Avx2.Permute4x64(Avx2.PackUnsignedSaturate(low, high).AsInt64(), 0b11011000).AsByte().Store(output);

    /// <summary>A window of 16 bytes for 8 values.</summary>
    public readonly struct Narrow : IWindows<Vector256<byte>>
    {
        public static int Count => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<byte> Pick(byte* line, int* starts, Vector256<byte> shuffle) =>
            Avx2.Shuffle(Vector256.Create(Vector128.Load(line + starts[0]), Vector128.Load(line + starts[1])), shuffle);
    }

    /// <summary>A window of 16 bytes for 4 values.</summary>
    public readonly struct Wide : IWindows<Vector256<byte>>
    {
        public static int Count => 4;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<byte> Pick(byte* line, int* starts, Vector256<byte> shuffle)
        {
            Vector256<byte> low = Avx2.Shuffle(Vector256.Create(Vector128.Load(line + starts[0]), Vector128.Load(line + starts[2])), shuffle);
            Vector256<byte> high = Avx2.Shuffle(Vector256.Create(Vector128.Load(line + starts[1]), Vector128.Load(line + starts[3])), shuffle);
            return Avx2.Blend(low.AsInt32(), high.AsInt32(), 0b11001100).AsByte();
        }
    }
}
