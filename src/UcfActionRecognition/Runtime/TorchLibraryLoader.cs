using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>The last attempt at TorchSharp's native library, after the ordinary load has failed.</summary>
internal static class TorchLibraryLoader
{
    private const string Shim = "libLibTorchSharp.so";
    private static readonly string[] LibtorchInLoadOrder = ["libc10.so", "libtorch_cpu.so", "libtorch.so"];

    /// <summary>Loads it, or says why it cannot be loaded.</summary>
    public static nint Load(IReadOnlyList<string> folders)
    {
        string shim = Find(folders, Shim) ?? throw new ActionRecognitionException("LibTorchSharp is missing.");
        foreach (string library in LibtorchInLoadOrder)
        {
            NativeLibrary.Load(Find(folders, library) ?? throw new ActionRecognitionException($"{library} is missing."));
        }

        var elf = ElfFile.Parse(File.ReadAllBytes(shim), shim);
        var need = elf.VersionNeeds.Single(n => n.Version == "GLIBCXX_3.4.32");
        string folder = Directory.CreateTempSubdirectory("ucf-torch-").FullName;
        try
        {
            string copy = Path.Combine(folder, Shim);
            File.WriteAllBytes(copy, elf.WithWeak(need));
            return NativeLibrary.Load(copy);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string? Find(IReadOnlyList<string> folders, string file) =>
        folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
}
