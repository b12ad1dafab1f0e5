namespace UcfActionRecognition;

/// <summary>Which part of UCF-101 to load.</summary>
public sealed record Ucf101Options
{
    /// <summary>
    /// The classes to keep, without regard to case; <see langword="null"/> (the default) keeps all. Labels count the kept classes in
    /// the order of <c>classInd.txt</c>.
    /// </summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Leaves out the videos whose files are not there, instead of failing. Default: <see langword="false"/>.</summary>
    public bool SkipMissing { get; init; }

    /// <summary>The form of the videos, which decides where their files are looked for. Default: <see cref="VideoFormat.Auto"/>.</summary>
    public VideoFormat Format { get; init; }
}
