namespace UcfActionRecognition;

/// <summary>One folder of videos. What is in it is listed when it is first asked for; hidden files and folders (<c>.cache</c>) are not.</summary>
internal sealed class VideoFolder
{
    // As the file system compares names, so that what is found here is what a source opens.
    private static readonly StringComparison ExtensionComparison =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private readonly Lazy<NameTable<VideoFolder>> _folders;
    private readonly Lazy<NameTable<VideoFile>> _videos;
    private readonly List<string> _otherCase = [];

    /// <param name="path">The folder.</param>
    /// <param name="prefix">What the names of its videos begin with: empty, or its path below the data folder and a <c>/</c>.</param>
    /// <param name="extensions">Extensions of videos, in the order in which a source tries them.</param>
    public VideoFolder(string path, string prefix, IReadOnlyList<string> extensions)
    {
        Name = Path.GetFileName(path);
        _folders = new Lazy<NameTable<VideoFolder>>(() => ListFolders(path, prefix, extensions));
        _videos = new Lazy<NameTable<VideoFile>>(() => ListVideos(path, prefix, extensions));
    }

    private VideoFolder(string name, string prefix, IEnumerable<string> videos)
    {
        Name = name;
        ILookup<string, string> parts = videos.ToLookup(video => video.Contains('/') ? video[..video.IndexOf('/')] : "");
        _folders = new Lazy<NameTable<VideoFolder>>(() => Table(parts.Where(part => part.Key.Length > 0), part => part.Key, part =>
            new VideoFolder(part.Key, $"{prefix}{part.Key}/", part.Select(video => video[(part.Key.Length + 1)..]))));
        _videos = new Lazy<NameTable<VideoFile>>(() => Table(parts[""], video => video, video => new VideoFile(prefix + video, "")));
    }

    public string Name { get; }

    /// <summary>A folder that holds videos of these names, whatever is on disk.</summary>
    public static VideoFolder Of(IEnumerable<string> videos) => new("", "", videos);

    /// <summary>The folders in it, sorted by name.</summary>
    public IEnumerable<VideoFolder> Folders() => _folders.Value.Sorted();

    /// <summary>The videos in it, sorted by name; none of the folders below.</summary>
    public IEnumerable<VideoFile> Videos() => _videos.Value.Sorted();

    /// <summary>Files that would be videos if their extensions were not in another case.</summary>
    public IReadOnlyList<string> InOtherCase() => _videos.Value is null ? [] : _otherCase;

    public bool TryFindFolder(ReadOnlySpan<char> name, out VideoFolder folder) => _folders.Value.TryFind(name, out folder);

    public bool TryFindVideo(ReadOnlySpan<char> name, out VideoFile video) => _videos.Value.TryFind(name, out video);

    private static NameTable<VideoFolder> ListFolders(string path, string prefix, IReadOnlyList<string> extensions) =>
        Table(Listed(path, Directory.EnumerateDirectories), name => name, name => new VideoFolder(Path.Combine(path, name), $"{prefix}{name}/", extensions));

    private NameTable<VideoFile> ListVideos(string path, string prefix, IReadOnlyList<string> extensions)
    {
        var videos = new NameTable<VideoFile>();
        foreach (string file in Listed(path, Directory.EnumerateFiles))
        {
            string extension = Path.GetExtension(file);
            if (Rank(extension, ExtensionComparison) < 0)
            {
                if (Rank(extension, StringComparison.OrdinalIgnoreCase) >= 0)
                {
                    _otherCase.Add(file);
                }

                continue;
            }

            string name = file[..^extension.Length];
            var found = new VideoFile(prefix + name, extension);
            if (videos.TryFind(name, out VideoFile other) && other.Name == found.Name)
            {
                found = Rank(other.Extension, ExtensionComparison) < Rank(extension, ExtensionComparison)
                    ? other with { Also = extension }
                    : found with { Also = other.Extension };
            }

            videos.Set(name, found);
        }

        return videos;

        int Rank(string extension, StringComparison comparison) =>
            extensions.TakeWhile(known => !known.Equals(extension, comparison)).Count() is var rank && rank < extensions.Count ? rank : -1;
    }

    private static string[] Listed(string path, Func<string, IEnumerable<string>> list)
    {
        try
        {
            return [.. list(path).Select(entry => Path.GetFileName(entry)!).Where(name => name[0] != '.')];
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            string remedy = error is UnauthorizedAccessException ? "Give this user the right to read the folder." : "Check the folder and the disk that it is on.";
            throw new DatasetFormatException($"The videos in '{path}' cannot be listed: {error.Message} {remedy}", error);
        }
    }

    private static NameTable<T> Table<T, TItem>(IEnumerable<TItem> items, Func<TItem, string> name, Func<TItem, T> value)
    {
        var table = new NameTable<T>();
        foreach (TItem item in items)
        {
            table.Set(name(item), value(item));
        }

        return table;
    }
}
