namespace UcfActionRecognition;

/// <summary>Writes files whole or not at all: a temporary file in the same folder, flushed to disk, then renamed.</summary>
internal static class AtomicFile
{
    /// <summary>Writes <paramref name="path"/> through <paramref name="write"/>, which gets the temporary file's path.</summary>
    /// <remarks>
    /// When <paramref name="write"/> throws, the temporary file is deleted and <paramref name="path"/> is as it was. What a killed process
    /// left behind is deleted by the next writing of the same file.
    /// </remarks>
    public static void Write(string path, Action<string> write)
    {
        (string full, string temporary) = Begin(path);
        try
        {
            write(temporary);
            Finish(temporary, full);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    /// <inheritdoc cref="Write"/>
    public static async Task WriteAsync(string path, Func<string, Task> write)
    {
        (string full, string temporary) = Begin(path);
        try
        {
            await write(temporary).ConfigureAwait(false);
            Finish(temporary, full);
        }
        catch
        {
            TryDelete(temporary);
            throw;
        }
    }

    /// <summary>Writes <paramref name="path"/> through a stream.</summary>
    public static void WriteStream(string path, Action<Stream> write) => Write(path, temporary =>
    {
        using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        write(stream);
    });

    private static (string Full, string Temporary) Begin(string path)
    {
        string full = Path.GetFullPath(path);
        string folder = Path.GetDirectoryName(full)!;
        Directory.CreateDirectory(folder);
        DeleteLeftovers(folder, Path.GetFileName(full));
        return (full, Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}.tmp"));
    }

    private static void Finish(string temporary, string full)
    {
        using (var file = File.OpenHandle(temporary, FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.FlushToDisk(file);
        }

        File.Move(temporary, full, overwrite: true);
    }

    private static void DeleteLeftovers(string folder, string name)
    {
        foreach (string leftover in Directory.EnumerateFiles(folder, $".{name}.*.tmp"))
        {
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
