namespace UcfActionRecognition;

/// <summary>Which part of HMDB51 to load, and where its videos are.</summary>
public sealed record Hmdb51Options
{
    /// <summary>
    /// The classes to keep, without regard to case; <see langword="null"/> (the default) keeps all. Labels count the kept classes in the order
    /// of their names.
    /// </summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Leaves out the videos whose files are not there, instead of failing. Default: <see langword="false"/>.</summary>
    public bool SkipMissing { get; init; }

    /// <summary>The folder below the root that holds a folder per class. Default: <see cref="Hmdb51.VideoFolder"/>.</summary>
    public string Folder { get; init; } = Hmdb51.VideoFolder;
}
