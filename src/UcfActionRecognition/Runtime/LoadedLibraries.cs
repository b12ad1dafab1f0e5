using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>The shared libraries that the Linux loader has in this process.</summary>
internal static class LoadedLibraries
{
    /// <summary>
    /// The versions that a library of this system provides, such as <c>GLIBCXX_3.4.30</c> of <c>libstdc++.so.6</c>;
    /// null where it cannot be told.
    /// </summary>
    public static IReadOnlySet<string>? VersionsOf(string library)
    {
        // The loader's own choice counts (LD_LIBRARY_PATH, ld.so.cache), so let it load the library and look where it came from.
        if (!NativeLibrary.TryLoad(library, out _))
        {
            return null;
        }

        string? path = PathOf(library, File.ReadLines("/proc/self/maps"));
        return path is null ? null : ElfFile.Parse(File.ReadAllBytes(path), path).VersionDefinitions;
    }

    /// <summary>The file that a library was mapped from: its own name, or that name with more version numbers.</summary>
    /// <param name="library">The name by which others need it, such as <c>libstdc++.so.6</c>.</param>
    /// <param name="maps">Lines of <c>/proc/self/maps</c>: address, permissions, offset, device, inode, path.</param>
    public static string? PathOf(string library, IEnumerable<string> maps) => maps
        .Select(line => line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries))
        .Where(fields => fields.Length == 6)
        .Select(fields => fields[5].Trim())
        .FirstOrDefault(path => Path.GetFileName(path) == library
            || Path.GetFileName(path).StartsWith(library + ".", StringComparison.Ordinal));
}
