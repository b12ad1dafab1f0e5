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

    /// <summary>
    /// Takes the lists even if a title of a class is on both sides, which was not so in those that were looked through. Who scores the test side then sets
    /// <see cref="EvaluatorOptions.AllowTrainingVideos"/>, too. Default: <see langword="false"/>, an error.
    /// </summary>
    public bool AllowSharedGroups { get; init; }

    /// <summary>The folder below the root that holds a folder per class. Default: <see cref="Hmdb51.VideoFolder"/>.</summary>
    public string Folder { get; init; } = Hmdb51.VideoFolder;
}
