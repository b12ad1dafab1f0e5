using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>
/// The right to write to a folder, which one holder has at a time, within a process and between processes. The system takes it back when the
/// process ends, however it ends.
/// </summary>
/// <remarks>A lock on the file <c>.lock</c> in the folder, which tells the holder's process id. Disposing deletes the file.</remarks>
internal sealed class FolderLock : IDisposable
{
    private const string Name = ".lock";
    private const int LongestContent = 100;
    private const int Attempts = 50;

    private readonly string _path;
    private readonly string _content;
    private readonly FileStream _file;

    private FolderLock(string path, string content, FileStream file) => (_path, _content, _file) = (path, content, file);

    /// <summary>Makes the folder where it is missing, and locks it.</summary>
    /// <exception cref="ActionRecognitionException">Another holder has it, or the folder cannot be written to; the message says which.</exception>
    public static FolderLock Acquire(string folder)
    {
        string full = Path.GetFullPath(folder);
        try
        {
            Directory.CreateDirectory(full);
            return Acquire(full, Path.Combine(full, Name));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ActionRecognitionException(
                $"'{full}' cannot be locked for writing: {error.Message} Choose a folder that this user can write to, on a disk with space left.", error);
        }
    }

    /// <summary>Gives the right back.</summary>
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

    private static FolderLock Acquire(string folder, string path)
    {
        for (int attempt = 1; ; attempt++)
        {
            if (TryLock(path) is { } taken)
            {
                return taken;
            }

            // No content: its holder is about to write it, or has just left.
            string? holder = Read(path);
            if (!string.IsNullOrEmpty(holder) || attempt == Attempts)
            {
                throw InUse(folder, holder);
            }

            Thread.Sleep(1 + (attempt / 5));
        }
    }

    private static FolderLock? TryLock(string path)
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
            string content = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId} {Guid.NewGuid():N}\n");
            file.SetLength(0);
            file.Write(Encoding.ASCII.GetBytes(content));
            if (Read(path) == content)
            {
                return new FolderLock(path, content, file);
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

    private static ActionRecognitionException InUse(string folder, string? holder)
    {
        string process = holder?.Split(' ') is [var id, _] ? id : "unknown";
        return new ActionRecognitionException(process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            ? $"'{folder}' is being written by this same process (id {process}), and two writers would mix their files. " +
                "Let the first one finish, or choose another folder."
            : $"'{folder}' is being written by another process (id {process}), and two writers would mix their files. " +
                "Wait until it ends, end it, or choose another folder.");
    }
}
