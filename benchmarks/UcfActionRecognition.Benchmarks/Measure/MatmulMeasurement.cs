using System.Diagnostics;
using TorchSharp;

namespace UcfActionRecognition.Benchmarks;

/// <summary>The machine's own peak: libtorch's product of two square matrices, of the size that is fastest.</summary>
internal static class MatmulMeasurement
{
    public static void Run(string precision, int? threads, int[] sizes, int rounds)
    {
        TorchRuntime.Load();
        if (threads is { } count)
        {
            torch.set_num_threads(count);
        }

        torch.ScalarType type = precision == MeasuredNetwork.BFloat16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;
        (int size, Spread rate) = sizes.Select(size => (size, Rate: Measure(size, type, rounds))).MaxBy(measured => measured.Rate.Median);
        JsonLine.Print(new
        {
            Measure = "matmul",
            precision,
            Threads = torch.get_num_threads(),
            size,
            rounds,
            Gflops = rate.Median,
            rate.Least,
            rate.Most,
        });
    }

    private static Spread Measure(int size, torch.ScalarType type, int rounds)
    {
        using torch.Tensor left = torch.rand(size, size).to(type);
        using torch.Tensor right = torch.rand(size, size).to(type);
        torch.matmul(left, right).Dispose();
        return Spread.Of(Enumerable.Range(0, rounds).Select(_ => Round(left, right)).ToArray());
    }

    private static double Round(torch.Tensor left, torch.Tensor right)
    {
        var clock = Stopwatch.StartNew();
        torch.matmul(left, right).Dispose();
        double seconds = clock.Elapsed.TotalSeconds;
        return 2e-9 * Math.Pow(left.shape[0], 3) / seconds;
    }
}
