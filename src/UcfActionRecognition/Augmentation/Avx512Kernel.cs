using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace UcfActionRecognition;

/// <summary>64 values at a time, on processors with AVX-512 VBMI, which picks single bytes from a whole vector or two.</summary>
internal readonly unsafe struct Avx512Kernel : IVectorKernel<Vector512<byte>, Vector512<short>>
{
    public static bool IsSupported => Avx512Vbmi.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<byte> Load(void* address) => Vector512.Load((byte*)address);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Broadcast(int value) => Vector512.Create((short)value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Weigh(Vector512<byte> pairs, Vector512<byte> coarse, Vector512<byte> fine) =>
        Avx512BW.MultiplyAddAdjacent(pairs, coarse.AsSByte()) + (Avx512BW.MultiplyAddAdjacent(pairs, fine.AsSByte()) >> 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<short> Mix(
        Vector512<short> upper, Vector512<short> lower, Vector512<short> upperWeight, Vector512<short> lowerWeight, Vector512<short> rounding) =>
        (Avx512BW.MultiplyHigh(upper, upperWeight) + Avx512BW.MultiplyHigh(lower, lowerWeight) + rounding) >> 2;

    // The pack works in each quarter of the vector by itself.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector512<short> low, Vector512<short> high, byte* output) =>
        Avx512F.PermuteVar8x64(Avx512BW.PackUnsignedSaturate(low, high).AsInt64(), Vector512.Create(0L, 2, 4, 6, 1, 3, 5, 7)).AsByte().Store(output);

    /// <summary>One window of 64 bytes: 32 values up to a scale of about 1.5.</summary>
    public readonly struct Narrow : IWindows<Vector512<byte>>
    {
        public static int Count => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<byte> Pick(byte* line, int* starts, Vector512<byte> shuffle) =>
            Avx512Vbmi.PermuteVar64x8(Vector512.Load(line + *starts), shuffle);
    }

    /// <summary>One window of 128 bytes: up to a scale of about 3.</summary>
    public readonly struct Wide : IWindows<Vector512<byte>>
    {
        public static int Count => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<byte> Pick(byte* line, int* starts, Vector512<byte> shuffle) =>
            Avx512Vbmi.PermuteVar64x8x2(Vector512.Load(line + *starts), shuffle, Vector512.Load(line + *starts + 64));
    }
}
