namespace UcfActionRecognition;

/// <summary>The video files of a root, found without regard to case (the lists and the folders differ in HandstandPushups).</summary>
internal sealed class Ucf101Files
{
    private readonly Lazy<HashSet<string>> _names;

    /// <param name="folder">The folder of the videos.</param>
    /// <param name="format">Their form.</param>
    /// <param name="names">The names of the videos; by default those found in the folder.</param>
    public Ucf101Files(string folder, VideoFormat format, IEnumerable<string>? names = null)
    {
        _names = new Lazy<HashSet<string>>(() => new HashSet<string>(names ?? Scan(), StringComparer.OrdinalIgnoreCase));
        Folder = folder;
        Format = format;
        Extension = format == VideoFormat.Hdf5 ? ".hdf5" : ".avi";
    }

    public string Folder { get; }

    /// <summary><see cref="VideoFormat.Hdf5"/> or <see cref="VideoFormat.Avi"/>.</summary>
    public VideoFormat Format { get; }

    public string Extension { get; }

    public static Ucf101Files Find(string root, VideoFormat format)
    {
        string hdf5 = Path.Combine(root, Ucf101.Hdf5Folder);
        string avi = Path.Combine(root, Ucf101.AviFolder);
        return format switch
        {
            VideoFormat.Auto when Directory.Exists(hdf5) => new Ucf101Files(hdf5, VideoFormat.Hdf5),
            VideoFormat.Auto when Directory.Exists(avi) => new Ucf101Files(avi, VideoFormat.Avi),
            VideoFormat.Hdf5 when Directory.Exists(hdf5) => new Ucf101Files(hdf5, VideoFormat.Hdf5),
            VideoFormat.Avi when Directory.Exists(avi) => new Ucf101Files(avi, VideoFormat.Avi),
            VideoFormat.Auto => throw Missing($"{Ucf101.Hdf5Folder}/ nor {Ucf101.AviFolder}/"),
            VideoFormat.Hdf5 => throw Missing($"{Ucf101.Hdf5Folder}/"),
            VideoFormat.Avi => throw Missing($"{Ucf101.AviFolder}/"),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Not a video format."),
        };

        DatasetFormatException Missing(string what) => new(
            $"The data root '{root}' does not hold {what}. It must hold the videos, one folder per class, and {Ucf101.ListFolder}/.");
    }

    /// <summary>The name as the file system spells it.</summary>
    public bool TryFind(string name, out string actual) => _names.Value.TryGetValue(name, out actual!);

    private List<string> Scan()
    {
        var names = new List<string>();
        try
        {
            foreach (string classFolder in Directory.EnumerateDirectories(Folder))
            {
                string className = Path.GetFileName(classFolder);
                names.AddRange(Directory.EnumerateFiles(classFolder, "*" + Extension).Select(file => $"{className}/{Path.GetFileNameWithoutExtension(file)}"));
            }
        }
        catch (UnauthorizedAccessException error)
        {
            throw new DatasetFormatException($"The videos in '{Folder}' cannot be listed: {error.Message} Give this user the right to read the folder.", error);
        }

        return names;
    }
}
