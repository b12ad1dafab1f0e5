using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace UcfActionRecognition;

/// <summary>
/// Bytes to normalised numbers in one pass: <c>x * scale + offset</c> in float32 (a product and a sum, each rounded, on every
/// processor), and for bfloat16 rounded once more to the nearest, ties to even. Safe for concurrent calls.
/// </summary>
internal sealed unsafe class PixelNormalizer
{
    private const int Channels = 3;

    // The least common multiple of the channels and the bytes of a vector: after it the pattern of channels starts anew.
    private const int Period = 48;

    // A piece of work is this long: far more than the cost of handing it to a thread, and little enough to share evenly.
    private const long Piece = Period * 8192;

    private readonly float[] _scale;
    private readonly float[] _offset;

    /// <exception cref="ArgumentOutOfRangeException">A scale or an offset is no float32.</exception>
    public PixelNormalizer(Normalization normalization)
    {
        double[] mean = normalization.Mean.ToArray();
        double[] std = normalization.Std.ToArray();
        _scale = Repeat(normalization, channel => normalization.ValueRange / (255.0 * std[channel]));
        _offset = Repeat(normalization, channel => -mean[channel] / std[channel]);
    }

    /// <summary>What channel 0, 1 or 2 is multiplied with.</summary>
    public float Scale(int channel) => _scale[channel];

    /// <summary>What is added then.</summary>
    public float Offset(int channel) => _offset[channel];

    /// <summary>Normalises whole pixels.</summary>
    /// <param name="pixels">The bytes.</param>
    /// <param name="values">As many floats.</param>
    /// <param name="count">How many: a multiple of 3.</param>
    /// <param name="threads">How many threads work on it at most.</param>
    public void ToFloat32(byte* pixels, float* values, long count, int threads) =>
        InPieces(count, threads, (first, length) => ToFloat32(pixels + first, values + first, length));

    /// <summary>Normalises whole pixels to bfloat16.</summary>
    /// <inheritdoc cref="ToFloat32(byte*, float*, long, int)"/>
    public void ToBFloat16(byte* pixels, ushort* values, long count, int threads) =>
        InPieces(count, threads, (first, length) => ToBFloat16(pixels + first, values + first, length));

    /// <summary>The plain code for one value: what the vectors are tested against, and what ends a piece.</summary>
    public float ToFloat32(byte pixel, int channel) => (float)(pixel * _scale[channel]) + _offset[channel];

    /// <summary>The bits of the nearest bfloat16. There are no NaNs: scale and offset are finite.</summary>
    public static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static void InPieces(long count, int threads, Action<long, long> work)
    {
        long pieces = (count - 1) / Piece + 1;
        if (threads == 1 || pieces == 1)
        {
            work(0, count);
            return;
        }

        Parallel.For(0, pieces, new ParallelOptions { MaxDegreeOfParallelism = threads },
            piece => work(piece * Piece, Math.Min(Piece, count - piece * Piece)));
    }

    private void ToFloat32(byte* pixels, float* values, long count)
    {
        (Vector128<float> scale0, Vector128<float> scale1, Vector128<float> scale2) = Pattern(_scale);
        (Vector128<float> offset0, Vector128<float> offset1, Vector128<float> offset2) = Pattern(_offset);
        long i = 0;
        for (; i <= count - Period; i += Period)
        {
            // Four vectors of floats to a vector of bytes, three different ones in turn.
            Store(Vector128.Load(pixels + i), values + i, scale0, scale1, scale2, offset0, offset1, offset2);
            Store(Vector128.Load(pixels + i + 16), values + i + 16, scale1, scale2, scale0, offset1, offset2, offset0);
            Store(Vector128.Load(pixels + i + 32), values + i + 32, scale2, scale0, scale1, offset2, offset0, offset1);
        }

        for (; i < count; i++)
        {
            values[i] = ToFloat32(pixels[i], (int)(i % Channels));
        }
    }

    private void ToBFloat16(byte* pixels, ushort* values, long count)
    {
        (Vector128<float> scale0, Vector128<float> scale1, Vector128<float> scale2) = Pattern(_scale);
        (Vector128<float> offset0, Vector128<float> offset1, Vector128<float> offset2) = Pattern(_offset);
        long i = 0;
        for (; i <= count - Period; i += Period)
        {
            Store(Vector128.Load(pixels + i), values + i, scale0, scale1, scale2, offset0, offset1, offset2);
            Store(Vector128.Load(pixels + i + 16), values + i + 16, scale1, scale2, scale0, offset1, offset2, offset0);
            Store(Vector128.Load(pixels + i + 32), values + i + 32, scale2, scale0, scale1, offset2, offset0, offset1);
        }

        for (; i < count; i++)
        {
            values[i] = ToBFloat16(ToFloat32(pixels[i], (int)(i % Channels)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(
        Vector128<byte> pixels, float* values, Vector128<float> scale0, Vector128<float> scale1, Vector128<float> scale2,
        Vector128<float> offset0, Vector128<float> offset1, Vector128<float> offset2)
    {
        (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(pixels);
        (ToSingle(Vector128.WidenLower(low)) * scale0 + offset0).Store(values);
        (ToSingle(Vector128.WidenUpper(low)) * scale1 + offset1).Store(values + 4);
        (ToSingle(Vector128.WidenLower(high)) * scale2 + offset2).Store(values + 8);
        (ToSingle(Vector128.WidenUpper(high)) * scale0 + offset0).Store(values + 12);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(
        Vector128<byte> pixels, ushort* values, Vector128<float> scale0, Vector128<float> scale1, Vector128<float> scale2,
        Vector128<float> offset0, Vector128<float> offset1, Vector128<float> offset2)
    {
        (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(pixels);
        Round(ToSingle(Vector128.WidenLower(low)) * scale0 + offset0, ToSingle(Vector128.WidenUpper(low)) * scale1 + offset1).Store(values);
        Round(ToSingle(Vector128.WidenLower(high)) * scale2 + offset2, ToSingle(Vector128.WidenUpper(high)) * scale0 + offset0).Store(values + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ToSingle(Vector128<uint> values) => Vector128.ConvertToSingle(values.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ushort> Round(Vector128<float> low, Vector128<float> high) => Vector128.Narrow(Round(low), Round(high));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Round(Vector128<float> values)
    {
        Vector128<uint> bits = values.AsUInt32();
        return (bits + Vector128.Create(0x7FFFu) + ((bits >> 16) & Vector128<uint>.One)) >> 16;
    }

    private static (Vector128<float> First, Vector128<float> Second, Vector128<float> Third) Pattern(float[] values) =>
        (Vector128.Create(values, 0), Vector128.Create(values, 4), Vector128.Create(values, 8));

    private static float[] Repeat(Normalization normalization, Func<int, double> value)
    {
        var values = new float[12];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)value(i % Channels);
            if (!float.IsFinite(values[i]))
            {
                throw new ArgumentOutOfRangeException(nameof(normalization), normalization, "These values are too large for float32; check the standard deviations.");
            }
        }

        return values;
    }
}
