namespace UcfActionRecognition;

/// <summary>Tells a full disk from other failures to write.</summary>
internal static class DiskSpace
{
    // ENOSPC and EDQUOT on Linux, EDQUOT on macOS, ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL on Windows.
    private static readonly int[] FullCodes = [28, 122, 69, unchecked((int)0x80070027), unchecked((int)0x80070070)];

    /// <summary>The code of an error that says that there is no space.</summary>
    public static int FullCode => OperatingSystem.IsWindows() ? FullCodes[^1] : FullCodes[0];

    /// <summary>Whether an error says that there is no space.</summary>
    public static bool IsFull(IOException error) => FullCodes.Contains(error.HResult);

    /// <summary>Whether writing a file failed for want of space.</summary>
    /// <param name="error">What the writing threw.</param>
    /// <param name="path">The file.</param>
    /// <param name="needed">The bytes that the file takes.</param>
    /// <param name="free">The bytes that are free for this user on the file's disk; -1 where that cannot be told.</param>
    public static bool IsFull(IOException error, string path, long needed, out long free)
    {
        free = Free(path);
        return IsFull(error) || (free >= 0 && free < needed);
    }

    /// <summary>The bytes that are free for this user on a file's disk; -1 where that cannot be told.</summary>
    public static long Free(string path)
    {
        try
        {
            string full = Path.GetFullPath(path);
            return new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(full)! : Path.GetDirectoryName(full)!).AvailableFreeSpace;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return -1;
        }
    }
}
