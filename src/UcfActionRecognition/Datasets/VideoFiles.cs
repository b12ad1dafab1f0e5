using Microsoft.Extensions.Logging;

namespace UcfActionRecognition;

/// <summary>The video files below a folder, found without regard to case: lists and folders are not always spelled alike.</summary>
/// <param name="folder">The folder that video names start from.</param>
/// <param name="extensions">Extensions of videos, each with its dot, in the order in which a source tries them.</param>
internal class VideoFiles(string folder, IReadOnlyList<string> extensions)
{
    private readonly VideoFolder _root = new(folder, "", extensions);

    public string Folder { get; } = folder;

    /// <summary>The folders of the classes, sorted by name.</summary>
    /// <exception cref="DatasetFormatException">The folder cannot be listed.</exception>
    public IEnumerable<VideoFolder> ClassFolders() => _root.Folders();

    /// <summary>Finds a video by its name; what is found has the name as the file system spells it.</summary>
    /// <exception cref="DatasetFormatException">A folder cannot be listed.</exception>
    public bool TryFind(string name, out VideoFile video)
    {
        VideoFolder at = _root;
        ReadOnlySpan<char> rest = name;
        for (int slash = rest.IndexOf('/'); slash >= 0; slash = rest.IndexOf('/'))
        {
            if (!at.TryFindFolder(rest[..slash], out at))
            {
                video = default;
                return false;
            }

            rest = rest[(slash + 1)..];
        }

        return at.TryFindVideo(rest, out video);
    }

    /// <summary>Where a video's file was looked for, for messages.</summary>
    public string PathOf(string name) => Path.Combine(Folder, name + (extensions is [string only] ? only : $" ({string.Join(", ", extensions)})"));

    /// <summary>Opens the videos for reading.</summary>
    public static IVideoClipSource Open(string folder, IReadOnlyList<string> extensions, ILogger? logger) => extensions is [Hdf5VideoClipSource.Extension]
        ? new Hdf5VideoClipSource(folder)
        : new FFmpegVideoClipSource(folder, new FFmpegVideoClipSourceOptions { Extensions = extensions }, logger);
}
