using TorchSharp;

namespace UcfActionRecognition.Tests.Models;

/// <summary>Small models for tests.</summary>
internal static class TestModels
{
    public static string[] Classes(int count) => [.. Enumerable.Range(0, count).Select(index => $"Class{index:D3}")];

    /// <summary>A ResNet-18 for 32x32 frames, with 4 classes.</summary>
    public static ResNet2D Small(int classes = 4, long seed = 1, ResNet2DOptions? options = null) =>
        ActionModels.ResNet18(Classes(classes), options: (options ?? new()) with { Size = FrameSize.Square(32), Seed = seed });

    /// <summary>A ResNet3D, of depth 10 unless told, for 32x32 frames, with 4 classes.</summary>
    public static ResNet3D SmallClips(ResNet3DOptions? options = null, int depth = 10, long seed = 1) =>
        ActionModels.ResNet3D(depth, Classes(4), options: (options ?? new()) with { Size = FrameSize.Square(32), Seed = seed });

    /// <summary>A file in the fixtures' folder.</summary>
    public static string Fixture(params string[] path) => Path.Combine([TestContext.CurrentContext.TestDirectory, "Fixtures", .. path]);

    /// <summary>|actual - expected| / |expected|.</summary>
    public static double RelativeDifference(IReadOnlyList<double> actual, IReadOnlyList<double> expected)
    {
        Assert.That(actual, Has.Count.EqualTo(expected.Count));
        double difference = Math.Sqrt(actual.Zip(expected, (a, b) => (a - b) * (a - b)).Sum());
        return difference / Math.Sqrt(expected.Sum(value => value * value));
    }

    public static double[] Values(torch.Tensor tensor)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor host = tensor.detach().cpu().to(torch.ScalarType.Float64).contiguous();
        double[] values = host.numel() == 0 ? [] : host.data<double>().ToArray();
        GC.KeepAlive(tensor);
        return values;
    }

    public static double Norm(torch.Tensor tensor) => Math.Sqrt(Values(tensor).Sum(value => value * value));
}
