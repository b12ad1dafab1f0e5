using System.Diagnostics;
using BenchmarkDotNet.Attributes;

namespace UcfActionRecognition.Benchmarks;

/// <summary>
/// Loading ResNet-50's weights (94 MB) into a model that is there, from files that the system's page cache holds. PyTorch writes the
/// <c>.pth</c> files (Debian's <c>python3-torch</c> and <c>python3-torchvision</c>); <c>benchmarks/peer/load_weights.py</c> loads them there.
/// </summary>
[MemoryDiagnoser]
public class WeightsLoadBenchmarks : IDisposable
{
    // Set to keep the files, for the peer.
    private readonly string _folder = Environment.GetEnvironmentVariable("UCF_BENCHMARK_WEIGHTS")
        ?? Directory.CreateTempSubdirectory("ucf-benchmark-").FullName;

    private ResNet2D _model = null!;

    /// <summary>The file: PyTorch's zip format, its older one, or safetensors.</summary>
    [Params("resnet50-zip.pth", "resnet50-legacy.pth", "resnet50.safetensors")]
    public string File { get; set; } = "";

    /// <summary>Writes the files.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Directory.CreateDirectory(_folder);
        string script = Path.Combine(RepositoryRoot(), "tests", "reference", "pytorch_models.py");
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script, "write", _folder]) { RedirectStandardOutput = true })!;
        python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        string[] classes = [.. Enumerable.Range(0, 20).Select(index => $"class {index}")];
        _model = ActionModels.ResNet50(classes, PretrainedWeights.FromFile(Path.Combine(_folder, "resnet50-zip.pth")));
        ModelCheckpoint.Save(Path.Combine(_folder, "resnet50.safetensors"), _model);
    }

    /// <summary>Deletes the files.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _model.Dispose();
        if (Environment.GetEnvironmentVariable("UCF_BENCHMARK_WEIGHTS") is null)
        {
            Directory.Delete(_folder, recursive: true);
        }

        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the file and loads all of it.</summary>
    [Benchmark]
    public WeightsLoadReport Load() => _model.Load(PretrainedWeights.FromFile(Path.Combine(_folder, File)));

    private static string RepositoryRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!System.IO.File.Exists(Path.Combine(folder, "UcfActionRecognition.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("Run the benchmarks from within the repository.");
        }

        return folder;
    }
}
