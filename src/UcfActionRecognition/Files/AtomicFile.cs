using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;

namespace UcfActionRecognition;

/// <summary>Writes files whole or not at all: a temporary file in the same folder, flushed to disk, then renamed.</summary>
internal static class AtomicFile
{
    // Listing a folder of 100,000 files takes tens of milliseconds: once for each folder, not once for each file.
    private static readonly ConcurrentDictionary<string, string[]> Leftovers = new();

    /// <summary>Writes <paramref name="path"/> through <paramref name="write"/>, which gets the temporary file's path.</summary>
    /// <remarks>
    /// When <paramref name="write"/> throws, the temporary file is deleted and <paramref name="path"/> is as it was. What a killed process
    /// left behind is deleted by the next process that writes the same file.
    /// </remarks>
    /// <param name="path">The file; its folder is made where missing.</param>
    /// <param name="write">Writes to the path that it is given.</param>
    /// <param name="needed">The bytes that the file is known to take, for what is written where the system's error does not say that the disk is full.</param>
    /// <exception cref="IOException">The disk is full, or another error of the file system.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its folder may not be written to.</exception>
    public static void Write(string path, Action<string> write, Func<long>? needed = null)
    {
        string full = Path.GetFullPath(path);
        string temporary = NewTemporary(full);
        try
        {
            Begin(full);
            write(temporary);
            Finish(temporary, full);
        }
        catch (Exception error)
        {
            TryDelete(temporary);
            ThrowIfDiskIsFull(error, full, needed?.Invoke() ?? 0);
            throw;
        }
    }

    /// <summary>Writes <paramref name="path"/> through <paramref name="write"/>, as <see cref="Write"/> does.</summary>
    public static async Task WriteAsync(string path, Func<string, Task> write)
    {
        string full = Path.GetFullPath(path);
        string temporary = NewTemporary(full);
        try
        {
            Begin(full);
            await write(temporary).ConfigureAwait(false);
            Finish(temporary, full);
        }
        catch (Exception error)
        {
            TryDelete(temporary);
            ThrowIfDiskIsFull(error, full, needed: 0);
            throw;
        }
    }

    /// <summary>Writes <paramref name="path"/> through a stream.</summary>
    public static void WriteStream(string path, Action<Stream> write) => Write(path, temporary =>
    {
        using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        write(stream);
    });

    private static string NewTemporary(string full) =>
        Path.Combine(Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp");

    private static bool IsTemporaryOf(string name, string file) =>
        file.StartsWith($".{name}.", StringComparison.Ordinal) && Guid.TryParseExact(file.AsSpan(name.Length + 2, Math.Max(0, file.Length - name.Length - 6)), "N", out _);

    private static void Begin(string full)
    {
        string folder = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(folder);
        DeleteLeftovers(folder, Path.GetFileName(full));
    }

    private static void Finish(string temporary, string full)
    {
        using (var file = File.OpenHandle(temporary, FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.FlushToDisk(file);
        }

        File.Move(temporary, full, overwrite: true);
        FlushFolder(Path.GetDirectoryName(full)!);
    }

    // A renaming is on disk when its folder is (rename(2), fsync(2)): without this, a power cut could bring an old file back beside newer ones.
    // Windows' NTFS writes its log itself. A file system that cannot do it loses no more than the last files.
    private static void FlushFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using SafeFileHandle handle = UnixFile.Open(folder);
        if (handle.IsInvalid)
        {
            return;
        }

        try
        {
            RandomAccess.FlushToDisk(handle);
        }
        catch (IOException)
        {
            // As said above.
        }
    }

    // The error of the system names the temporary file, which says nothing to a user; PureHDF wraps it besides.
    private static void ThrowIfDiskIsFull(Exception error, string full, long needed)
    {
        Exception? cause = error;
        while (cause is not null and not IOException)
        {
            cause = cause.InnerException;
        }

        if (cause is IOException failure && DiskSpace.IsFull(failure, full, needed, out long free))
        {
            string sizes = needed > 0 && free >= 0 ? $" The file takes {needed} bytes or more; {free} bytes are free." : "";
            string left = File.Exists(full) ? "The file that was there before is as it was" : "Nothing was left behind";
            throw new IOException($"Cannot write '{full}': the disk is full.{sizes} {left}. Free space, or write to another disk.", error) { HResult = DiskSpace.FullCode };
        }
    }

    private static void DeleteLeftovers(string folder, string name)
    {
        foreach (string leftover in Leftovers.GetOrAdd(folder, _ => Directory.GetFiles(folder, ".*.tmp")))
        {
            if (!IsTemporaryOf(name, Path.GetFileName(leftover)))
            {
                continue;
            }

            try
            {
                // A file that another process is writing is locked, and stays.
                File.OpenHandle(leftover, FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                continue;
            }

            TryDelete(leftover);
        }
    }

    // What went wrong before matters more than a file that cannot be deleted.
    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
