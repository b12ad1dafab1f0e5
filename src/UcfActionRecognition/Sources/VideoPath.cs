using System.Buffers;

namespace UcfActionRecognition;

/// <summary>Turns a video's name into a path below a source's folder, and into nothing else.</summary>
internal static class VideoPath
{
    // A backslash is legal in a Linux file name but a separator on Windows; a name must mean the same everywhere.
    private static readonly SearchValues<char> Refused = SearchValues.Create([.. Path.GetInvalidFileNameChars(), '\\', '\0']);

    /// <summary>The path of a video's file; a name that would leave the folder is refused.</summary>
    /// <exception cref="VideoReadException">The name is empty, rooted, or has a part that is not a plain file name.</exception>
    public static string Resolve(string folder, string video, string extension)
    {
        ArgumentNullException.ThrowIfNull(video);
        if (!HasPlainNames(video))
        {
            throw new VideoReadException(
                video,
                $"The video name '{video}' is not a path below the data folder '{folder}': expected plain names joined by '/', such as " +
                "YoYo/v_YoYo_g01_c01, without '.', '..', '\\' or a leading '/'. Correct it in the list it comes from.");
        }

        // One string: this runs for every clip that is read.
        string relative = Path.DirectorySeparatorChar == '/' ? video : video.Replace('/', Path.DirectorySeparatorChar);
        return string.Concat(folder, Path.EndsInDirectorySeparator(folder) ? "" : Path.DirectorySeparatorChar.ToString(), relative, extension);
    }

    /// <summary>Why a file cannot be found, for the error that says so.</summary>
    public static string DescribeMissing(string folder, string path)
    {
        if (Directory.Exists(path))
        {
            return "a folder of that name";
        }

        try
        {
            _ = Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path)!).Any();
        }
        catch (UnauthorizedAccessException)
        {
            return $"that this user may not look into '{Path.GetDirectoryName(path)}'";
        }
        catch (IOException)
        {
            // The folder is not there either, as the next line says.
        }

        return Directory.Exists(folder) ? "no such file" : $"not even the folder '{folder}'";
    }

    internal static bool HasPlainNames(ReadOnlySpan<char> video)
    {
        foreach (Range part in video.Split('/'))
        {
            ReadOnlySpan<char> name = video[part];
            if (name.IsEmpty || name is "." or ".." || name.IndexOfAny(Refused) >= 0)
            {
                return false;
            }
        }

        return true;
    }
}
