namespace UcfActionRecognition;

/// <summary>Writes files whole or not at all, as <see cref="AtomicFile"/> does, and names the file where the system does not let it.</summary>
internal static class OutputFile
{
    /// <inheritdoc cref="AtomicFile.Write" path="/*[self::summary or self::param]"/>
    /// <exception cref="ActionRecognitionException">The file cannot be written; the message says why.</exception>
    public static void Write(string path, Action<string> write, Func<long>? needed = null)
    {
        try
        {
            AtomicFile.Write(path, write, needed);
        }
        catch (IOException error) when (DiskSpace.IsFull(error))
        {
            throw new ActionRecognitionException(error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ActionRecognitionException(
                $"Cannot write '{path}': {error.Message} Choose a folder that this user can write to, on a disk that works.", error);
        }
    }
}
