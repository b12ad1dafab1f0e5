using System.Text;

namespace UcfActionRecognition;

/// <summary>Reads the lists of data sets: text in UTF-8, with or without a byte order mark.</summary>
internal static class ListFile
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Opens a list; what is read of it goes through <see cref="Read{T}"/>.</summary>
    /// <param name="path">The list.</param>
    /// <param name="remedy">What to do where it is not there.</param>
    /// <exception cref="DatasetFormatException">It is not there or cannot be read.</exception>
    public static StreamReader Open(string path, string remedy) => File.Exists(path)
        ? Read(path, () => new StreamReader(path, Strict))
        : throw new DatasetFormatException($"The list '{path}' is not there. {remedy}");

    /// <inheritdoc cref="Read{T}"/>
    public static void Read(string path, Action read) => Read(path, () =>
    {
        read();
        return true;
    });

    /// <summary>What <paramref name="read"/> reads of a list.</summary>
    /// <exception cref="DatasetFormatException">The list cannot be read, or is not UTF-8.</exception>
    public static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DecoderFallbackException error)
        {
            throw new DatasetFormatException($"The list '{path}' is not UTF-8. Save it in UTF-8.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            string remedy = error is UnauthorizedAccessException ? "Give this user the right to read it." : "Check the disk that it is on.";
            throw new DatasetFormatException($"The list '{path}' cannot be read: {error.Message} {remedy}", error);
        }
    }

    /// <summary>The lines of a list, numbered from 1, without the empty ones and without the space around them; CRLF or LF.</summary>
    /// <param name="path">The list.</param>
    /// <param name="remedy">What to do where it is not there.</param>
    /// <exception cref="DatasetFormatException">The list is not there, cannot be read, or is not UTF-8.</exception>
    public static IEnumerable<(int Number, string Text)> Lines(string path, string remedy)
    {
        using StreamReader text = Open(path, remedy);
        for (int number = 1; Read(path, text.ReadLine) is { } line; number++)
        {
            if (line.Trim() is { Length: > 0 } trimmed)
            {
                yield return (number, trimmed);
            }
        }
    }
}
