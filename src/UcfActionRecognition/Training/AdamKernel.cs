using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>
/// One step of Adam on float32 values of the CPU in one pass over them: in separate operations it is eight, over memory that no cache holds.
/// </summary>
/// <param name="MeanDecay">Beta 1.</param>
/// <param name="MeanShare">1 - beta 1.</param>
/// <param name="SquareDecay">Beta 2.</param>
/// <param name="SquareShare">1 - beta 2.</param>
/// <param name="Epsilon">Added to the root of the squares.</param>
/// <param name="Move">The learning rate over the correction of the means, negative.</param>
/// <param name="Correction">The root of the correction of the squares.</param>
/// <param name="GradientScale">What the gradients are multiplied by.</param>
/// <param name="GradientDecay">The share of the values that is added to the gradients: Adam's weight decay.</param>
/// <param name="Keep">What the values are multiplied by: AdamW's weight decay.</param>
internal readonly record struct AdamKernel(
    float MeanDecay, float MeanShare, float SquareDecay, float SquareShare, float Epsilon, float Move, float Correction,
    float GradientScale, float GradientDecay, float Keep)
{
    private const long Piece = 1 << 16;

    /// <summary>Whether the values lie where and as this can work on them.</summary>
    public static bool CanTake(torch.Tensor parameter, torch.Tensor gradient) =>
        parameter.device_type == DeviceType.CPU && parameter.dtype == torch.ScalarType.Float32 && gradient.dtype == torch.ScalarType.Float32
        && parameter.is_contiguous() && gradient.is_contiguous() && parameter.numel() > 0;

    /// <summary>Moves a parameter and its averages; all of them contiguous.</summary>
    public unsafe void Apply(torch.Tensor parameter, torch.Tensor gradient, torch.Tensor means, torch.Tensor squares)
    {
        AdamKernel kernel = this;
        float* values = (float*)TensorMemory.FirstByte(parameter);
        float* slopes = (float*)TensorMemory.FirstByte(gradient);
        float* first = (float*)TensorMemory.FirstByte(means);
        float* second = (float*)TensorMemory.FirstByte(squares);
        long count = parameter.numel();
        Parallel.For(0, ((count - 1) / Piece) + 1, new ParallelOptions { MaxDegreeOfParallelism = torch.get_num_threads() }, piece =>
        {
            long from = piece * Piece;
            kernel.Apply(values + from, slopes + from, first + from, second + from, Math.Min(Piece, count - from));
        });
        GC.KeepAlive(parameter);
        GC.KeepAlive(gradient);
        GC.KeepAlive(means);
        GC.KeepAlive(squares);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private unsafe void Apply(float* values, float* slopes, float* means, float* squares, long count)
    {
        long i = 0;
        for (; i <= count - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> value = Vector256.Load(values + i);
            Vector256<float> slope = (Vector256.Load(slopes + i) * GradientScale) + (value * GradientDecay);
            Vector256<float> mean = (Vector256.Load(means + i) * MeanDecay) + (slope * MeanShare);
            Vector256<float> square = (Vector256.Load(squares + i) * SquareDecay) + (slope * slope * SquareShare);
            Vector256<float> root = (Vector256.Sqrt(square) / Correction) + Vector256.Create(Epsilon);
            mean.Store(means + i);
            square.Store(squares + i);
            ((value * Keep) + (mean / root * Move)).Store(values + i);
        }

        for (; i < count; i++)
        {
            float slope = (slopes[i] * GradientScale) + (values[i] * GradientDecay);
            means[i] = (means[i] * MeanDecay) + (slope * MeanShare);
            squares[i] = (squares[i] * SquareDecay) + (slope * slope * SquareShare);
            values[i] = (values[i] * Keep) + (means[i] / ((MathF.Sqrt(squares[i]) / Correction) + Epsilon) * Move);
        }
    }
}
