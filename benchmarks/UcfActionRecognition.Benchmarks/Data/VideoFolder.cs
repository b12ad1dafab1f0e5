namespace UcfActionRecognition.Benchmarks;

/// <summary>A folder of videos, <c>&lt;Class&gt;/&lt;video&gt;.hdf5</c> or <c>.avi</c>; what is in it decides which source reads it.</summary>
internal sealed class VideoFolder
{
    public const int DefaultMost = 128;

    private readonly string _path;
    private readonly string _extension;

    /// <param name="path">The folder.</param>
    /// <param name="most">Takes no more videos than this, evenly over the folder: all of UCF-101 is more than a page cache holds.</param>
    public VideoFolder(string path, int most = DefaultMost)
    {
        _path = Path.GetFullPath(path);
        _extension = new[] { ".hdf5", ".avi" }.FirstOrDefault(extension => Find(extension).Any())
            ?? throw new DirectoryNotFoundException($"'{path}' holds no <Class>/<video>.hdf5 and no .avi.");
        string[] files = [.. Find(_extension).Order(StringComparer.Ordinal)];
        int count = Math.Min(files.Length, most);
        Files = [.. Enumerable.Range(0, count).Select(index => files[(int)((long)index * files.Length / count)])];
        Videos = [.. Files.Select(file => Path.GetRelativePath(_path, file[..^_extension.Length]).Replace('\\', '/'))
            .Select(name => new LabeledVideo(name, 0, name))];
    }

    public IReadOnlyList<string> Files { get; }

    public IReadOnlyList<LabeledVideo> Videos { get; }

    public IVideoClipSource OpenSource() => _extension == ".hdf5" ? new Hdf5VideoClipSource(_path) : new FFmpegVideoClipSource(_path, AviOptions());

    /// <summary>Opens each video and reads a frame of it, so that the source knows where its frames are and AVI files have their index.</summary>
    public void Index(IVideoClipSource source) => Parallel.ForEach(Videos, video =>
    {
        using VideoReader reader = source.Open(video.Name);
        reader.ReadFrames([0], new byte[reader.Info.FrameBytes]);
    });

    // Indexes of generated videos go with them and not into the user's cache.
    private FFmpegVideoClipSourceOptions AviOptions()
    {
        string root = Path.GetDirectoryName(_path)!;
        return GeneratedVideos.IsAt(root) ? new() { IndexFolder = Path.Combine(root, "video-index") } : new();
    }

    private IEnumerable<string> Find(string extension) =>
        Directory.EnumerateDirectories(_path).SelectMany(folder => Directory.EnumerateFiles(folder, "*" + extension));
}
