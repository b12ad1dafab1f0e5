namespace UcfActionRecognition;

/// <summary>Where the videos of a <see cref="CsvDataset"/> are.</summary>
public sealed record CsvDatasetOptions
{
    /// <summary>The folder that the names of the videos start from. By default (<see langword="null"/>) the folder of the list.</summary>
    public string? Folder { get; init; }

    /// <summary>
    /// Extensions of the videos, each with its dot, at least one. Of <c>.hdf5</c> alone, the videos are HDF5 files (<see cref="Hdf5VideoClipSource"/>), else
    /// ffmpeg reads them. Default: <c>.avi</c>, <c>.mp4</c>, <c>.mkv</c>, <c>.mov</c> and <c>.webm</c>.
    /// </summary>
    public IReadOnlyList<string> Extensions { get; init; } = VideoExtensions.Usual;

    /// <summary>Leaves out the videos whose files are not there, instead of failing. Default: <see langword="false"/>.</summary>
    public bool SkipMissing { get; init; }

    internal void Validate()
    {
        VideoExtensions.Check(Extensions);
        if (Folder is { Length: 0 })
        {
            throw new ArgumentException("The folder has no name; leave it out for the folder of the list.", nameof(Folder));
        }
    }

    internal string FolderOf(string list) => Folder ?? Path.GetDirectoryName(Path.GetFullPath(list))!;
}
