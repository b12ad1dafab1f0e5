using System.Diagnostics;
using TorchSharp;

namespace UcfActionRecognition.Benchmarks;

/// <summary>
/// The machine's own peak: libtorch's product of two square matrices, of the size that is fastest; either as such or as a convolution of size 1, which is
/// the same sums from another library below (oneDNN in place of MKL, which is slow on other than Intel's processors).
/// </summary>
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
        using IDisposable mode = torch.no_grad();
        using torch.Tensor left = torch.rand(size, size).to(type);
        using torch.Tensor right = torch.rand(size, size).to(type);
        using torch.Tensor pixels = left.view(1, 1, size, size).permute(0, 3, 1, 2);
        using torch.Tensor filters = right.view(size, size, 1, 1);
        Spread product = Rounds(() => torch.matmul(left, right).Dispose());
        Spread convolution = Rounds(() => torch.nn.functional.conv2d(pixels, filters).Dispose());
        return product.Median > convolution.Median ? product : convolution;

        Spread Rounds(Action work)
        {
            work();
            return Spread.Of(Enumerable.Range(0, rounds).Select(_ =>
            {
                var clock = Stopwatch.StartNew();
                work();
                return 2e-9 * Math.Pow(size, 3) / clock.Elapsed.TotalSeconds;
            }).ToArray());
        }
    }
}
