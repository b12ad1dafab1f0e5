using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace UcfActionRecognition;

/// <summary>The last attempt at TorchSharp's native library, after the ordinary load has failed: it loads it or says why not.</summary>
internal static class TorchLibraryLoader
{
    private static readonly string Shim =
        OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";

    private static readonly string Libtorch =
        OperatingSystem.IsWindows() ? "torch_cpu.dll" : OperatingSystem.IsMacOS() ? "libtorch_cpu.dylib" : "libtorch_cpu.so";

    // Each needs the ones before it. A CUDA build's libtorch.so brings its other libraries along, from its own folder.
    private static readonly string[] LibtorchInLoadOrder = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    /// <summary>Loads TorchSharp's native library.</summary>
    /// <param name="folders">Where it and libtorch may stand.</param>
    /// <returns>Its handle, which stays valid as long as the process.</returns>
    /// <exception cref="ActionRecognitionException">It cannot be loaded; the message says why and what to do.</exception>
    public static nint Load(IReadOnlyList<string> folders)
    {
        string shim = Find(folders, Shim) ?? throw Missing("TorchSharp's native library", Shim, folders,
            $"It comes with the package TorchSharp {TorchPackages.TorchSharpVersion}; "
            + "look whether the program was copied without its folder 'runtimes'.");
        string libtorch = Find(folders, Libtorch) ?? throw Missing("libtorch", Libtorch, folders, TorchPackages.Advice);
        return OperatingSystem.IsLinux() ? LoadOnLinux(shim, libtorch) : LoadFile(shim);
    }

    [SupportedOSPlatform("linux")]
    private static nint LoadOnLinux(string shim, string libtorch)
    {
        ElfHeader.CheckArchitecture(shim);
        ElfHeader.CheckArchitecture(libtorch);
        foreach (string library in LibtorchInLoadOrder)
        {
            LoadFile(Path.Combine(Path.GetDirectoryName(libtorch)!, library));
        }

        // Succeeds where the two packages stand in different folders: libtorch is in the process by now.
        return NativeLibrary.TryLoad(shim, out nint handle) ? handle : LoadDespiteOlderLibstdcxx(shim);
    }

    [SupportedOSPlatform("linux")]
    private static nint LoadDespiteOlderLibstdcxx(string shim)
    {
        var file = ElfFile.Parse(File.ReadAllBytes(shim), shim);
        var gap = new VersionGap(file, LoadedLibraries.VersionsOf);
        if (gap.HarmlessNeed() is { } need)
        {
            return PrivateCopy.Load(file.WithWeak(need), Path.GetFileName(shim), PrivateCopy.UsualFolders);
        }

        if (gap.IsEmpty)
        {
            return LoadFile(shim);
        }

        throw new ActionRecognitionException(
            $"'{shim}' cannot be loaded on this system. {gap} Use a newer one: Debian 13 and Ubuntu 24.04 have all it needs.");
    }

    private static nint LoadFile(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException)
        {
            string hint = OperatingSystem.IsWindows() ? " libtorch also needs the Microsoft Visual C++ Redistributable 2015-2022 (x64)." : "";
            throw new ActionRecognitionException($"'{path}' could not be loaded.{hint} {failure.Message}", failure);
        }
    }

    private static ActionRecognitionException Missing(string what, string file, IReadOnlyList<string> folders, string advice) =>
        new($"{what} ({file}) is in none of the folders {string.Join(", ", folders.Select(folder => $"'{folder}'"))}. {advice}");

    private static string? Find(IReadOnlyList<string> folders, string file) =>
        folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
}
