namespace UcfActionRecognition;

/// <summary>
/// What prediction files are that do not say it themselves: those of a Python script, which hold the dataset <c>predictions</c> and no attributes. Files
/// that have attributes are taken at their own word.
/// </summary>
public sealed record PredictionImport
{
    /// <summary>What a row is of.</summary>
    public required PredictionKind Kind { get; init; }

    /// <summary>The classes' names, by column.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>A name for the model that made them. Default: <c>imported</c>.</summary>
    public string ModelHash { get; init; } = "imported";

    /// <summary>The data and split that the model was trained on, such as <c>UCF-101 split 1</c>; <see langword="null"/> (the default) where it is not known.</summary>
    public string? Data { get; init; }
}
