using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>Tells a file from the one that was at the same path before.</summary>
/// <param name="Length">The file's length, in bytes.</param>
/// <param name="LastWriteUtc">When it was last written.</param>
internal readonly record struct FileStamp(long Length, DateTime LastWriteUtc)
{
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static FileStamp Of(FileInfo file) => new(file.Length, file.LastWriteTimeUtc);

    public static FileStamp Of(SafeFileHandle file) => new(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
}
