namespace UcfActionRecognition.Samples.Assignment;

/// <summary>The data set that the command line names.</summary>
internal sealed record DatasetChoice(DatasetKind Kind, string Root, VideoFormat Format, string[]? Classes)
{
    /// <summary>Loads one split; videos whose files are not there are left out.</summary>
    /// <exception cref="ArgumentException">Classes were chosen of a data set that is taken whole.</exception>
    public ActionDataset Load(int split) => Kind switch
    {
        DatasetKind.Folder or DatasetKind.Csv when Classes is not null => throw new ArgumentException(
            $"--classes chooses of UCF-101 and HMDB51. A data set of the kind {Kind} is taken whole: leave out the {(Kind == DatasetKind.Csv ? "lines" : "folders")} of the others."),
        DatasetKind.Hmdb51 => Hmdb51.Load(Root, split, new Hmdb51Options { Classes = Classes, SkipMissing = true }),
        DatasetKind.Folder => FolderDataset.Load(Root, InFolders with { Seed = split }),
        DatasetKind.Csv => CsvDataset.Load(Root, InList),
        _ => Ucf101.Load(Root, split, InUcf101),
    };

    /// <summary>Opens its videos.</summary>
    public IVideoClipSource OpenSource() => Kind switch
    {
        DatasetKind.Hmdb51 => Hmdb51.OpenSource(Root),
        DatasetKind.Folder => FolderDataset.OpenSource(Root, InFolders),
        DatasetKind.Csv => CsvDataset.OpenSource(Root, InList),
        _ => Ucf101.OpenSource(Root, InUcf101),
    };

    /// <summary>The form of its videos, for the summary.</summary>
    public string FormName => Kind == DatasetKind.Ucf101 ? Ucf101.FindFormat(Root, Format).ToString().ToLowerInvariant() : "video files";

    /// <summary>Where videos were looked for, for messages.</summary>
    public string WhereLooked => Kind != DatasetKind.Ucf101
        ? $"Looked below {Root}."
        : Format == VideoFormat.Auto
            ? $"Looked in the first of {Ucf101.Hdf5Folder}/, {Ucf101.CompactFolder}/ and {Ucf101.AviFolder}/ that is there; --source chooses."
            : $"Looked for {Format} files.";

    // Files of this library's own have one extension, videos have several.
    private IReadOnlyList<string>? Extensions => Format is VideoFormat.Hdf5 or VideoFormat.Compact ? [".hdf5"] : null;

    private Ucf101Options InUcf101 => new() { Classes = Classes, Format = Format, SkipMissing = true };

    private FolderDatasetOptions InFolders => Extensions is { } own ? new FolderDatasetOptions { Extensions = own } : new FolderDatasetOptions();

    private CsvDatasetOptions InList => Extensions is { } own
        ? new CsvDatasetOptions { SkipMissing = true, Extensions = own }
        : new CsvDatasetOptions { SkipMissing = true };
}
