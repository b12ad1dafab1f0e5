using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace UcfActionRecognition;

/// <summary>Loads a shared library from bytes, by way of a file that only this user can see and that is gone afterwards.</summary>
[SupportedOSPlatform("linux")]
internal static class PrivateCopy
{
    /// <summary>Folders to write to, in order: the temporary folder may be mounted so that nothing in it can run.</summary>
    public static IReadOnlyList<string> UsualFolders { get; } =
        [.. new[] { Path.GetTempPath(), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) }.Where(folder => folder.Length > 0)];

    /// <summary>Writes, loads and deletes the library; the loaded library keeps its content.</summary>
    /// <exception cref="ActionRecognitionException">No folder allows it.</exception>
    public static nint Load(ReadOnlySpan<byte> content, string name, IReadOnlyList<string> folders)
    {
        var failures = new List<Exception>();
        foreach (string folder in folders)
        {
            try
            {
                return LoadFrom(folder, content, name);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DllNotFoundException)
            {
                failures.Add(failure);
            }
        }

        throw new ActionRecognitionException(
            $"A private copy of {name} could not be loaded from {string.Join(" or ", folders.Select(folder => $"'{folder}'"))}. "
            + "Set TMPDIR to a folder that this user can write to and that is not mounted noexec. "
            + string.Join(' ', failures.Select(failure => failure.Message)),
            failures.LastOrDefault());
    }

    private static nint LoadFrom(string parent, ReadOnlySpan<byte> content, string name)
    {
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        string folder = Path.Combine(parent, $".ucf-torch-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder, Owner | UnixFileMode.UserExecute);
        try
        {
            string file = Path.Combine(folder, name);
            using (var stream = new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = Owner,
            }))
            {
                stream.Write(content);
            }

            return NativeLibrary.Load(file);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
