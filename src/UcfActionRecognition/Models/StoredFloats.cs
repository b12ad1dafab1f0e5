using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace UcfActionRecognition;

/// <summary>How eight numbers lie in memory, computed with as float32.</summary>
internal unsafe interface IStoredFloats
{
    /// <summary>Bytes of one number.</summary>
    static abstract int Bytes { get; }

    static abstract Vector256<float> Load(byte* source);

    static abstract void Store(Vector256<float> values, byte* target);
}

/// <summary>float32.</summary>
internal readonly unsafe struct StoredFloat32 : IStoredFloats
{
    public static int Bytes => sizeof(float);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* source) => Vector256.Load((float*)source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> values, byte* target) => values.Store((float*)target);
}

/// <summary>bfloat16, the upper half of a float32; stored rounded to the nearest, ties to even.</summary>
internal readonly unsafe struct StoredBFloat16 : IStoredFloats
{
    public static int Bytes => sizeof(ushort);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(byte* source)
    {
        (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(Vector128.Load((ushort*)source));
        return (Vector256.Create(lower, upper) << 16).AsSingle();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> values, byte* target)
    {
        Vector256<uint> bits = values.AsUInt32();
        Vector256<uint> rounded = (bits + Vector256.Create(0x7FFFu) + ((bits >> 16) & Vector256<uint>.One)) >> 16;

        // Rounding could carry a NaN into the sign.
        rounded = Vector256.ConditionalSelect(Vector256.IsNaN(values).AsUInt32(), Vector256.Create(0x7FC0u), rounded);
        Vector128.Narrow(rounded.GetLower(), rounded.GetUpper()).Store((ushort*)target);
    }
}
