using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TorchSharp;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>
/// The memory of activations that are channels-last: a row of channels for each position. They are worked on in pieces of rows, on as many
/// threads as libtorch has; which pieces there are does not depend on the threads. The tensor has to outlive it.
/// </summary>
internal readonly unsafe struct ChannelRows
{
    /// <summary>Networks have a multiple of so many channels.</summary>
    public const int ChannelStep = 32;

    private const int PieceElements = 1 << 15;

    private readonly byte* _first;
    private readonly long _count;
    private readonly int _channels;

    private ChannelRows(byte* first, long count, int channels, ScalarType type)
    {
        _first = first;
        _count = count;
        _channels = channels;
        Type = type;
    }

    /// <summary>The type of the numbers.</summary>
    public ScalarType Type { get; }

    /// <summary>The number of pieces.</summary>
    public int Pieces => (int)((_count + RowsOfPiece - 1) / RowsOfPiece);

    private long RowsOfPiece => Math.Max(PieceElements / _channels, 1);

    /// <summary>Whether such activations can be worked on here.</summary>
    public static bool CanBeOf(Device device, ScalarType type) => device.type == DeviceType.CPU && type is ScalarType.Float32 or ScalarType.BFloat16;

    /// <exception cref="ArgumentException">The values are not channels-last in memory, or the channels no multiple of <see cref="ChannelStep"/>.</exception>
    public static ChannelRows Of(Tensor values)
    {
        using Tensor rows = ChannelsLast.Rows(values);
        int channels = (int)rows.shape[^1];
        if (!rows.is_contiguous() || channels % ChannelStep != 0)
        {
            throw new ArgumentException(
                $"Expected channels-last values of a multiple of {ChannelStep} channels; found {string.Join('x', values.shape)} with strides {string.Join(',', values.stride())}.");
        }

        return new ChannelRows(TensorMemory.FirstByte(rows), rows.numel() / channels, channels, values.dtype);
    }

    /// <summary>Adds the numbers less an origin, and their squares, channel by channel.</summary>
    /// <param name="origin">What is taken off, by channel.</param>
    /// <param name="sums">Receives for each piece the sums and then the sums of the squares.</param>
    public void Sum(float[] origin, double[] sums)
    {
        if (Type == ScalarType.Float32)
        {
            Sum<StoredFloat32>(origin, sums);
        }
        else
        {
            Sum<StoredBFloat16>(origin, sums);
        }
    }

    /// <summary>The average of some rows from all over the activations.</summary>
    public void AverageSome(float[] row)
    {
        if (Type == ScalarType.Float32)
        {
            AverageSome<StoredFloat32>(row);
        }
        else
        {
            AverageSome<StoredBFloat16>(row);
        }
    }

    /// <summary>Multiplies and adds in place, by channel.</summary>
    public void Scale(float[] scale, float[] shift, bool relu)
    {
        if (Type == ScalarType.Float32)
        {
            Scale<StoredFloat32>(scale, shift, relu);
        }
        else
        {
            Scale<StoredBFloat16>(scale, shift, relu);
        }
    }

    private void AverageSome<T>(float[] row)
        where T : struct, IStoredFloats
    {
        long some = Math.Min(_count, 256);
        for (int channel = 0; channel < _channels; channel += Vector256<float>.Count)
        {
            Vector256<float> sum = default;
            for (long i = 0; i < some; i++)
            {
                sum += T.Load(_first + (((i * _count / some * _channels) + channel) * T.Bytes));
            }

            (sum / some).CopyTo(row, channel);
        }
    }

    private void Sum<T>(float[] origin, double[] sums)
        where T : struct, IStoredFloats
    {
        ChannelRows rows = this;
        InPieces((piece, from, to) =>
        {
            Span<double> target = sums.AsSpan(piece * 2 * rows._channels, 2 * rows._channels);
            for (int channel = 0; channel < rows._channels; channel += ChannelStep)
            {
                rows.Sum<T>(from, to, channel, origin, target);
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sum<T>(long from, long to, int channel, float[] origin, Span<double> sums)
        where T : struct, IStoredFloats
    {
        (Vector256<float> origin0, Vector256<float> origin1) = (Vector256.Create(origin, channel), Vector256.Create(origin, channel + 8));
        (Vector256<float> origin2, Vector256<float> origin3) = (Vector256.Create(origin, channel + 16), Vector256.Create(origin, channel + 24));
        Vector256<float> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        Vector256<float> squares0 = default, squares1 = default, squares2 = default, squares3 = default;
        long rowBytes = (long)_channels * T.Bytes;
        byte* source = _first + (from * rowBytes) + (channel * T.Bytes);
        for (long row = from; row < to; row++, source += rowBytes)
        {
            Vector256<float> difference0 = T.Load(source) - origin0;
            Vector256<float> difference1 = T.Load(source + (8 * T.Bytes)) - origin1;
            Vector256<float> difference2 = T.Load(source + (16 * T.Bytes)) - origin2;
            Vector256<float> difference3 = T.Load(source + (24 * T.Bytes)) - origin3;
            sum0 += difference0;
            sum1 += difference1;
            sum2 += difference2;
            sum3 += difference3;
            squares0 = Vector256.FusedMultiplyAdd(difference0, difference0, squares0);
            squares1 = Vector256.FusedMultiplyAdd(difference1, difference1, squares1);
            squares2 = Vector256.FusedMultiplyAdd(difference2, difference2, squares2);
            squares3 = Vector256.FusedMultiplyAdd(difference3, difference3, squares3);
        }

        Span<double> squares = sums[_channels..];
        Put(sum0, sums[channel..]);
        Put(sum1, sums[(channel + 8)..]);
        Put(sum2, sums[(channel + 16)..]);
        Put(sum3, sums[(channel + 24)..]);
        Put(squares0, squares[channel..]);
        Put(squares1, squares[(channel + 8)..]);
        Put(squares2, squares[(channel + 16)..]);
        Put(squares3, squares[(channel + 24)..]);

        static void Put(Vector256<float> values, Span<double> target)
        {
            (Vector256<double> lower, Vector256<double> upper) = Vector256.Widen(values);
            lower.CopyTo(target);
            upper.CopyTo(target[4..]);
        }
    }

    private void Scale<T>(float[] scale, float[] shift, bool relu)
        where T : struct, IStoredFloats
    {
        ChannelRows rows = this;
        Vector256<float> least = relu ? Vector256<float>.Zero : Vector256.Create(float.NegativeInfinity);
        InPieces((_, from, to) => rows.Scale<T>(from, to, scale, shift, least));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scale<T>(long from, long to, float[] scale, float[] shift, Vector256<float> least)
        where T : struct, IStoredFloats
    {
        fixed (float* scales = scale, shifts = shift)
        {
            byte* target = _first + (from * _channels * T.Bytes);
            for (long row = from; row < to; row++)
            {
                for (int channel = 0; channel < _channels; channel += 8, target += 8 * T.Bytes)
                {
                    Vector256<float> scaled = Vector256.FusedMultiplyAdd(T.Load(target), Vector256.Load(scales + channel), Vector256.Load(shifts + channel));

                    // In this order a NaN stays one.
                    T.Store(Vector256.MaxNative(least, scaled), target);
                }
            }
        }
    }

    private void InPieces(Action<int, long, long> work)
    {
        (long rows, long count) = (RowsOfPiece, _count);
        Parallel.For(0, Pieces, new ParallelOptions { MaxDegreeOfParallelism = get_num_threads() },
            piece => work(piece, piece * rows, Math.Min((piece + 1) * rows, count)));
    }
}
