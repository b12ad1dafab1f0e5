using System.CommandLine;
using System.Globalization;
using TorchSharp;

namespace UcfActionRecognition.Samples;

/// <summary><c>--device cuda</c></summary>
internal static class DeviceOption
{
    public static Option<string> Create() => new("--device")
    {
        Description = "auto (CUDA where it is there), cpu, cuda or cuda:N.",
        DefaultValueFactory = _ => "auto",
        Recursive = true,
    };

    /// <param name="name">What the option says.</param>
    /// <param name="ownGpu">The GPU that is meant where no number is given.</param>
    /// <exception cref="ArgumentException">There is no such device.</exception>
    public static torch.Device Find(string name, Func<string> ownGpu)
    {
        TorchRuntime.Load();
        bool cuda = torch.cuda.is_available();
        name = name switch
        {
            "auto" => cuda ? ownGpu() : "cpu",
            "cuda" when cuda => ownGpu(),
            _ => name,
        };
        int number = -1;
        bool numbered = name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, null, out number);
        if (name is not ("cpu" or "cuda") && (!numbered || (cuda && number >= torch.cuda.device_count())))
        {
            throw new ArgumentException($"There is no device '{name}'. Devices: auto, cpu, cuda, cuda:N.");
        }

        return name == "cpu" || cuda
            ? torch.device(name)
            : throw new ArgumentException(
                "CUDA is not available: build with -p:TorchBackend=cuda-linux or cuda-windows on a machine with an NVIDIA GPU, or use --device cpu.");
    }
}
