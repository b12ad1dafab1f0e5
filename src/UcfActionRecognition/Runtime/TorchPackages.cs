using System.Reflection;

namespace UcfActionRecognition;

/// <summary>The NuGet packages that bring the native libraries, in the versions this library was built with.</summary>
internal static class TorchPackages
{
    private static readonly string[] CpuPlatforms = ["linux-x64", "win-x64", "osx-arm64"];

    /// <summary>The version of TorchSharp.</summary>
    public static string TorchSharpVersion { get; } = Metadata("TorchSharpVersion");

    /// <summary>The version of libtorch that this TorchSharp is made for.</summary>
    public static string LibTorchVersion { get; } = Metadata("LibTorchVersion");

    /// <summary>Which package to add on this platform.</summary>
    public static string Advice { get; } = AdviceFor(NativeFolders.Platform);

    /// <summary>Which package to add on a platform such as <c>linux-x64</c>.</summary>
    public static string AdviceFor(string platform)
    {
        if (!CpuPlatforms.Contains(platform))
        {
            return $"TorchSharp {TorchSharpVersion} has no libtorch package for {platform}; it runs on {string.Join(", ", CpuPlatforms)}.";
        }

        string advice = $"Add the native runtime to the program: dotnet add package libtorch-cpu-{platform} --version {LibTorchVersion}";
        string? cuda = platform switch
        {
            "linux-x64" => "TorchSharp-cuda-linux",
            "win-x64" => "TorchSharp-cuda-windows",
            _ => null,
        };
        return cuda is null ? advice : $"{advice} (or, for an NVIDIA GPU: dotnet add package {cuda} --version {TorchSharpVersion})";
    }

    // Written by Directory.Build.targets from Directory.Packages.props, so that a message never names a stale version.
    private static string Metadata(string key) => typeof(TorchPackages).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().First(attribute => attribute.Key == key).Value!;
}
