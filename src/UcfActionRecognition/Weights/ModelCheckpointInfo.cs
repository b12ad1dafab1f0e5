namespace UcfActionRecognition;

/// <summary>What a checkpoint says about its model, without its weights.</summary>
public sealed record ModelCheckpointInfo
{
    /// <summary>The architecture's name, for example <c>resnet50</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Class names by class index.</summary>
    public required IReadOnlyList<string> Classes { get; init; }

    /// <summary>What the model takes in.</summary>
    public required InputSpec Input { get; init; }

    /// <summary>The version of this library that wrote the file.</summary>
    public required string LibraryVersion { get; init; }

    /// <summary>The model's <see cref="ActionModel.ComputeHash"/> when it was saved.</summary>
    public required string ModelHash { get; init; }

    /// <summary>
    /// The model's <see cref="ActionModel.TrainedGroups"/> when it was saved; empty where it was not trained, and in files of versions that did not keep them.
    /// </summary>
    public IReadOnlySet<string> TrainedGroups { get; init; } = new HashSet<string>();

    /// <summary>What the program that saved it added.</summary>
    public required IReadOnlyDictionary<string, string> Metadata { get; init; }
}
