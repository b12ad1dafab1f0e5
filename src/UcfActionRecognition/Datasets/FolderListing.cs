namespace UcfActionRecognition;

/// <summary>What a data set's folder holds.</summary>
internal static class FolderListing
{
    /// <summary>The names in a folder, without the hidden ones (<c>.cache</c>), in any order.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="list"><see cref="Directory.EnumerateFiles(string)"/> or <see cref="Directory.EnumerateDirectories(string)"/>.</param>
    /// <exception cref="DatasetFormatException">It cannot be listed.</exception>
    public static string[] Names(string path, Func<string, IEnumerable<string>> list)
    {
        try
        {
            return [.. list(path).Select(entry => Path.GetFileName(entry)!).Where(name => name[0] != '.')];
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            string remedy = error is UnauthorizedAccessException ? "Give this user the right to read it." : "Check the folder and the disk that it is on.";
            throw new DatasetFormatException($"The folder '{path}' cannot be listed: {error.Message} {remedy}", error);
        }
    }
}
