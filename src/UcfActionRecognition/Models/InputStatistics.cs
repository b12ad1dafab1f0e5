using TorchSharp.Modules;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Mean and variance of each channel of what a convolution makes of batches of input.</summary>
internal sealed class InputStatistics
{
    private double[] _sum = [];
    private double[] _squares = [];
    private double _count;

    /// <summary>Adds a batch.</summary>
    public void Add(Tensor convolved)
    {
        using var scope = NewDisposeScope();
        long channels = convolved.shape[1];
        Tensor rows = convolved.transpose(0, 1).reshape(channels, -1);
        _sum = Plus(_sum, rows.sum([1], type: ScalarType.Float64));
        _squares = Plus(_squares, rows.square().sum([1], type: ScalarType.Float64));
        _count += rows.shape[1];
    }

    /// <summary>
    /// Compares with what a BatchNorm expects: the medians of scale and shift over the channels, or no numbers where one channel has none.
    /// </summary>
    public (double Scale, double Shift) Against(BatchNorm expected)
    {
        double[] mean = Values(expected.running_mean!);
        double[] deviation = [.. Values(expected.running_var!).Select(variance => Math.Sqrt(variance + expected.eps))];
        double[] seenMean = [.. _sum.Select(sum => sum / _count)];
        IEnumerable<double> scales = seenMean.Select((seen, i) => Math.Sqrt(Math.Max((_squares[i] / _count) - (seen * seen), 0)) / deviation[i]);
        IEnumerable<double> shifts = seenMean.Select((seen, i) => Math.Abs(seen - mean[i]) / deviation[i]);
        return (Median(scales), Median(shifts));
    }

    /// <summary>Whether a BatchNorm still has the statistics that it was made with.</summary>
    public static bool AreUntouched(BatchNorm norm) =>
        Values(norm.running_mean!).All(value => value == 0) && Values(norm.running_var!).All(value => value == 1);

    private static double[] Plus(double[] sum, Tensor values) =>
        sum.Length == 0 ? Values(values) : [.. sum.Zip(Values(values), (a, b) => a + b)];

    private static double[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        double[] values = tensor.detach().cpu().to(ScalarType.Float64).data<double>().ToArray();
        GC.KeepAlive(tensor);
        return values;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.All(double.IsFinite) ? (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2 : double.NaN;
    }
}
