namespace UcfActionRecognition;

/// <summary>One folder of videos. What is in it is listed when it is first asked for; hidden files and folders (<c>.cache</c>) are not.</summary>
internal sealed class VideoFolder
{
    // As the file system compares names, so that what is found here is what a source opens.
    private static readonly StringComparison ExtensionComparison =
        OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    private readonly Lazy<NameTable<VideoFolder>> _folders;
    private readonly Lazy<(NameTable<VideoFile> Videos, List<string> InOtherCase)> _videos;

    /// <param name="path">The folder.</param>
    /// <param name="prefix">What the names of its videos begin with: empty, or its path below the data folder and a <c>/</c>.</param>
    /// <param name="extensions">Extensions of videos, in the order in which a source tries them.</param>
    public VideoFolder(string path, string prefix, IReadOnlyList<string> extensions)
    {
        Name = Path.GetFileName(path);
        _folders = new Lazy<NameTable<VideoFolder>>(() => ListFolders(path, prefix, extensions));
        _videos = new Lazy<(NameTable<VideoFile>, List<string>)>(() => ListVideos(path, prefix, extensions));
    }

    public string Name { get; }

    /// <summary>The folders in it, sorted by name.</summary>
    public IEnumerable<VideoFolder> Folders() => _folders.Value.Sorted();

    /// <summary>The videos in it, sorted by name; none of the folders below.</summary>
    public IEnumerable<VideoFile> Videos() => _videos.Value.Videos.Sorted();

    /// <summary>Files that would be videos if their extensions were not in another case.</summary>
    public IReadOnlyList<string> InOtherCase() => _videos.Value.InOtherCase;

    public bool TryFindFolder(ReadOnlySpan<char> name, out VideoFolder folder) => _folders.Value.TryFind(name, out folder);

    public bool TryFindVideo(ReadOnlySpan<char> name, out VideoFile video) => _videos.Value.Videos.TryFind(name, out video);

    private static NameTable<VideoFolder> ListFolders(string path, string prefix, IReadOnlyList<string> extensions)
    {
        var folders = new NameTable<VideoFolder>();
        foreach (string name in FolderListing.Names(path, Directory.EnumerateDirectories))
        {
            folders.Set(name, new VideoFolder(Path.Combine(path, name), $"{prefix}{name}/", extensions));
        }

        return folders;
    }

    private static (NameTable<VideoFile> Videos, List<string> InOtherCase) ListVideos(string path, string prefix, IReadOnlyList<string> extensions)
    {
        var videos = new NameTable<VideoFile>();
        List<string> inOtherCase = [];
        foreach (string file in FolderListing.Names(path, Directory.EnumerateFiles))
        {
            string extension = Path.GetExtension(file);
            if (Rank(extension, ExtensionComparison) < 0)
            {
                if (Rank(extension, StringComparison.OrdinalIgnoreCase) >= 0)
                {
                    inOtherCase.Add(file);
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

        return (videos, inOtherCase);

        int Rank(string extension, StringComparison comparison) =>
            extensions.TakeWhile(known => !known.Equals(extension, comparison)).Count() is var rank && rank < extensions.Count ? rank : -1;
    }
}
