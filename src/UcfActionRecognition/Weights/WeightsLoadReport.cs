namespace UcfActionRecognition;

/// <summary>What loading weights into a model did.</summary>
public sealed record WeightsLoadReport
{
    /// <summary>The file the weights came from.</summary>
    public required string Path { get; init; }

    /// <summary>State-dict keys that were loaded, sorted.</summary>
    public required IReadOnlyList<string> Loaded { get; init; }

    /// <summary>
    /// State-dict keys that stay as initialised, sorted: a classifier for other classes, counters that the file does not have.
    /// </summary>
    public required IReadOnlyList<string> KeptAsInitialized { get; init; }

    /// <summary>
    /// Keys of the file that were left there, sorted: the blocks that a truncated model does not have
    /// (<see cref="ResNet3DOptions.Layer4Blocks"/>).
    /// </summary>
    public required IReadOnlyList<string> Dropped { get; init; }

    /// <summary>Whether the classifier came from the file; if not, it has to be trained.</summary>
    public required bool HeadLoaded { get; init; }

    /// <summary>The classes of the file's classifier; <see langword="null"/> where it has none.</summary>
    public required int? FileClasses { get; init; }

    /// <summary>The classes of the model's classifier.</summary>
    public required int ModelClasses { get; init; }

    /// <summary>One line for a log.</summary>
    public override string ToString() =>
        $"{Path}: {Loaded.Count} tensors loaded, {KeptAsInitialized.Count} kept as initialised"
        + (Dropped.Count > 0 ? $", {Dropped.Count} dropped by truncation; " : "; ")
        + (HeadLoaded ? "classifier loaded" : $"{HeadOfFile}, a new one of {ModelClasses} to be trained");

    private string HeadOfFile => FileClasses is { } classes ? $"classifier of {classes} classes left" : "no classifier in the file";
}
