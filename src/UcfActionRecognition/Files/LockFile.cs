using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>A locked file that tells who holds it. The system takes the lock back when the process ends, however it ends. Disposing deletes the file.</summary>
internal sealed class LockFile : IDisposable
{
    private const int LongestContent = 400;

    private readonly string _path;
    private readonly string _content;
    private readonly FileStream _file;

    private LockFile(string path, string content, FileStream file) => (_path, _content, _file) = (path, content, file);

    /// <returns><see langword="null"/> where another holder has it, or has just left it.</returns>
    /// <exception cref="IOException">The file cannot be written, or is a link.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be written.</exception>
    public static LockFile? TryTake(string path)
    {
        if (new FileInfo(path).LinkTarget is { } target)
        {
            throw new IOException($"'{path}' is a link to '{target}'; delete the link.");
        }

        if (Open(path) is not { } file)
        {
            return null;
        }

        try
        {
            // The random part tells this lock's file from another that has its name now.
            string content = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId} {Guid.NewGuid():N} {Environment.MachineName}\n");
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(content));
            if (Read(path) == content)
            {
                return new LockFile(path, content, file);
            }
        }
        catch
        {
            // The file stays: whose it is now is unknown, and it is no lock.
            file.Dispose();
            throw;
        }

        file.Dispose();
        return null;
    }

    /// <summary>Whether a holder has it. While this looks, nobody else can take it.</summary>
    public static bool IsHeld(string path)
    {
        try
        {
            // Shared, so that two who look do not take each other for a holder.
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0).Dispose();
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException error) when (IsInUse(error))
        {
            return true;
        }
    }

    /// <summary>
    /// The process and the machine of a file's holder, who may have left it; <see langword="null"/> where it does not say, as its holder is about to
    /// write it or has deleted it.
    /// </summary>
    public static (string Process, string Machine)? ReadHolder(string path) =>
        Read(path)?.TrimEnd('\n').Split(' ') is [var process, _, var machine] ? (process, machine) : null;

    /// <summary>Gives the lock back.</summary>
    public void Dispose()
    {
        try
        {
            // While it is still locked: who opened it before finds out that it has no name any more.
            if (_file.CanWrite && Read(_path) == _content)
            {
                File.Delete(_path);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A file that stays is no lock; the next holder takes it over.
        }

        _file.Dispose();
    }

    /// <returns><see langword="null"/> where another holder has it.</returns>
    private static FileStream? Open(string path)
    {
        // On Windows the sharing modes are the lock: others may read it and delete it, not open it for writing. Elsewhere None is flock(2).
        FileShare share = OperatingSystem.IsWindows() ? FileShare.Read | FileShare.Delete : FileShare.None;
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, bufferSize: 0);
        }
        catch (IOException error) when (IsInUse(error))
        {
            return null;
        }
    }

    // Windows' ERROR_SHARING_VIOLATION, and EWOULDBLOCK of Linux and macOS.
    private static bool IsInUse(IOException error) => error.HResult is unchecked((int)0x80070020) or 11 or 35;

    /// <returns><see langword="null"/> where there is no such file.</returns>
    private static string? Read(string path)
    {
        try
        {
            using SafeFileHandle file = OpenUnlocked(path);
            Span<byte> bytes = stackalloc byte[LongestContent];
            return file.IsInvalid ? null : Encoding.ASCII.GetString(bytes[..RandomAccess.Read(file, bytes, 0)]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // Outside Windows .NET cannot read a locked file.
    private static SafeFileHandle OpenUnlocked(string path) => OperatingSystem.IsWindows()
        ? File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete)
        : UnixFile.Open(path);
}
