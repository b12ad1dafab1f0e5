using BenchmarkDotNet.Attributes;
using TorchSharp;

namespace UcfActionRecognition.Benchmarks;

/// <summary>A batch of bytes to normalised values on the CPU: <see cref="ModelInput"/> beside libtorch's own operations.</summary>
[MemoryDiagnoser]
public class ModelInputBenchmarks : IDisposable
{
    private torch.Tensor _frames = null!;
    private torch.Tensor _scale = null!;
    private torch.Tensor _offset = null!;
    private Scalar _one = null!;
    private ModelInput _float32 = null!;
    private ModelInput _bfloat16 = null!;

    /// <summary>N x T x H: clips of the 3D networks in two sizes, and single frames.</summary>
    [Params("32x16x112", "32x16x224", "100x1x224")]
    public string Batch { get; set; } = "";

    /// <summary>Makes the batch.</summary>
    [GlobalSetup]
    public void Setup()
    {
        TorchRuntime.Load();
        _one = 1;
        int[] sizes = [.. Batch.Split('x').Select(int.Parse)];
        var spec = new InputSpec { Size = FrameSize.Square(sizes[2]), ClipLength = sizes[1], Normalization = Normalization.ImageNet };
        _float32 = new ModelInput(spec, torch.CPU);
        _bfloat16 = new ModelInput(spec, torch.CPU, torch.ScalarType.BFloat16);
        _frames = torch.randint(0, 256, [sizes[0], 1, sizes[1], sizes[2], sizes[2], 3], torch.ScalarType.Byte);
        _scale = torch.rand(sizes[2] * 3);
        _offset = torch.rand(sizes[2] * 3);
    }

    /// <summary>Frees it.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _float32.Dispose();
        _bfloat16.Dispose();
        _frames.Dispose();
        _scale.Dispose();
        _offset.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>libtorch: bytes to floats, then a product and a sum; two passes.</summary>
    [Benchmark(Baseline = true)]
    public void TorchFloat32()
    {
        using var scope = torch.NewDisposeScope();
        Torch();
    }

    /// <summary>The same, and a third pass.</summary>
    [Benchmark]
    public void TorchBFloat16()
    {
        using var scope = torch.NewDisposeScope();
        Torch().to(torch.ScalarType.BFloat16);
    }

    /// <summary>One pass.</summary>
    [Benchmark]
    public void PrepareFloat32() => _float32.Prepare(_frames).Dispose();

    /// <summary>One pass.</summary>
    [Benchmark]
    public void PrepareBFloat16() => _bfloat16.Prepare(_frames).Dispose();

    private torch.Tensor Torch()
    {
        torch.Tensor rows = _frames.to(torch.ScalarType.Float32).reshape(-1, _frames.shape[3], _scale.shape[0]);
        return torch.addcmul(_offset, rows, _scale, _one);
    }
}
