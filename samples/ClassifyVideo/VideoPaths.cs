namespace UcfActionRecognition.Samples.Classify;

/// <summary>The videos that paths stand for.</summary>
internal static class VideoPaths
{
    /// <summary>Stands for standard input.</summary>
    public const string StandardInput = "-";

    // As FolderDataset finds them; cameras write .MP4.
    private static readonly HashSet<string> Extensions = new(new FolderDatasetOptions().Extensions, StringComparer.OrdinalIgnoreCase);

    private static readonly EnumerationOptions AllBelow = new() { RecurseSubdirectories = true, IgnoreInaccessible = false };

    /// <summary>Files as they are, whether they are there or not, and in place of folders the video files in and below them, sorted; hidden ones are left out.</summary>
    /// <exception cref="ArgumentException">A folder holds no video, or standard input is a terminal.</exception>
    /// <exception cref="IOException">A folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be listed.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> paths) => [.. paths.SelectMany(path =>
        path == StandardInput ? [Redirected()] : Directory.Exists(path) ? InFolder(path) : [path])];

    private static string[] InFolder(string folder)
    {
        string[] videos = [.. Directory.EnumerateFiles(folder, "*", AllBelow)
            .Where(file => Extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal)];
        return videos.Length > 0
            ? videos
            : throw new ArgumentException($"There is no video in '{folder}': expected files of {string.Join(", ", Extensions)}. Other files can be named one by one.");
    }

    private static string Redirected() => Console.IsInputRedirected
        ? StandardInput
        : throw new ArgumentException("'-' reads a video from standard input, which is a terminal. Pipe one in: cat video.mkv | ClassifyVideo ... -");
}
