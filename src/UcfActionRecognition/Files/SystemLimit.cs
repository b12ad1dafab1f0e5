using System.ComponentModel;

namespace UcfActionRecognition;

/// <summary>Tells a limit of the system on files, processes or memory from other reasons why something cannot be opened or started.</summary>
internal static class SystemLimit
{
    // ENFILE and EMFILE, which are all that opening a file runs into; Windows' ERROR_TOO_MANY_OPEN_FILES.
    private static readonly int[] FileCodes = [23, 24];
    private const int WindowsFiles = unchecked((int)0x80070004);

    // EAGAIN of Linux and of macOS, ENOMEM.
    private static readonly int[] ProcessCodes = [.. FileCodes, 11, 35, 12];

    // ERROR_TOO_MANY_OPEN_FILES, ERROR_NOT_ENOUGH_MEMORY, ERROR_OUTOFMEMORY, ERROR_NO_SYSTEM_RESOURCES, ERROR_COMMITMENT_LIMIT.
    private static readonly int[] WindowsProcessCodes = [4, 8, 14, 1450, 1455];

    /// <summary>Whether a file was not opened because too many are.</summary>
    public static bool OfFilesIsReached(Exception error) =>
        OperatingSystem.IsWindows() ? error.HResult == WindowsFiles : FileCodes.Contains(error.HResult);

    /// <summary>Whether a program was not started for want of processes, files or memory.</summary>
    public static bool OfProcessesIsReached(Win32Exception error) =>
        (OperatingSystem.IsWindows() ? WindowsProcessCodes : ProcessCodes).Contains(error.NativeErrorCode);
}
