using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>Opens files and folders on Linux and macOS as they are: .NET locks whatever it opens there, and opens no folder.</summary>
internal static partial class UnixFile
{
    private const int ReadOnly = 0;

    // O_CLOEXEC: a program that is started meanwhile does not inherit it.
    private const int CloseInPrograms = 0x80000;
    private const int CloseInProgramsMac = 0x1000000;

    /// <summary>Opens for reading; the handle is invalid where that fails.</summary>
    public static SafeFileHandle Open(string path) =>
        new(Open(path, ReadOnly | (OperatingSystem.IsMacOS() ? CloseInProgramsMac : CloseInPrograms)), ownsHandle: true);

    /// <summary>open(2).</summary>
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
