using System.Runtime.InteropServices;
using System.Xml.Linq;

namespace UcfActionRecognition.PackageTests;

/// <summary>What a program adds to the packages on this machine.</summary>
internal static class NativeRuntime
{
    private static readonly XElement Versions = XElement.Load(Path.Combine(Repository.Root, "Directory.Packages.props"));

    /// <summary>This platform in NuGet's words, such as <c>linux-x64</c>.</summary>
    public static string Platform { get; } =
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>The version of TorchSharp that the packages are built for.</summary>
    public static string TorchSharpVersion { get; } = Versions.Descendants("TorchSharpVersion").Single().Value;

    /// <summary>The version of libtorch that goes with it.</summary>
    public static string LibTorchVersion { get; } = Versions.Descendants("LibTorchVersion").Single().Value;
}
