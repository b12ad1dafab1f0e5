using System.Runtime.InteropServices;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>Where the native libraries of this process may stand.</summary>
internal static class NativeFolders
{
    /// <summary>The platform in NuGet's words, such as <c>linux-x64</c>: the name of the folder a package keeps its libraries in.</summary>
    public static string Platform { get; } =
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>The folders to search, in order, each once; those that do not exist are left out.</summary>
    public static IReadOnlyList<string> OfThisProcess()
    {
        var folders = new List<string>();
        // What the host made out of the program's .deps.json.
        if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string listed)
        {
            folders.AddRange(listed.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries));
        }

        folders.Add(AppContext.BaseDirectory);
        folders.Add(Path.Combine(AppContext.BaseDirectory, "runtimes", Platform, "native"));
        // Empty in a program that is published as one file.
        if (Path.GetDirectoryName(typeof(torch).Assembly.Location) is { Length: > 0 } assemblyFolder)
        {
            folders.Add(assemblyFolder);
            folders.Add(Path.Combine(assemblyFolder, "runtimes", Platform, "native"));
        }

        return [.. folders.Select(Path.TrimEndingDirectorySeparator).Distinct().Where(Directory.Exists)];
    }
}
