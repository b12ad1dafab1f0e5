namespace UcfActionRecognition.Samples.Assignment;

/// <summary>What the command line asks for.</summary>
internal sealed record AssignmentOptions
{
    /// <summary>What the model takes one of: <c>frame</c> or <c>clip</c>.</summary>
    public required string Unit { get; init; }

    public required DatasetChoice Data { get; init; }

    public required int Split { get; init; }

    /// <summary>Whether training and evaluation go on where they ended.</summary>
    public required bool Resume { get; init; }

    /// <summary>Which part of the videos is evaluated; <see langword="null"/> where one process does all.</summary>
    public required Shard? Shard { get; init; }

    /// <summary>The processes that work together, this one among them; <see langword="null"/> for this one alone.</summary>
    public MpiProcessGroup? Group { get; init; }

    /// <summary>Whether this process writes and speaks for all.</summary>
    public bool IsMain => Group is null or { Rank: 0 };

    /// <summary>Whether the predictions of shards are put together, instead of evaluating.</summary>
    public bool Merge { get; init; }

    /// <summary>Whether one batch is tried instead of training.</summary>
    public required bool DryRun { get; init; }

    /// <summary>A file of weights or a name of the catalogue; <see langword="null"/> to train from scratch.</summary>
    public required string? Weights { get; init; }

    /// <summary>Whether weights that are not on this machine are downloaded.</summary>
    public required bool Download { get; init; }

    public required string Device { get; init; }

    public required string Output { get; init; }

    public required bool SkipTrainVideos { get; init; }

    /// <summary>Groups of every class that are left out of training; <see langword="null"/> where the command line does not say.</summary>
    public required int? HoldOutGroups { get; init; }

    public required Recipe Recipe { get; init; }

    /// <summary>What makes the clips that whole videos are tested on, from the model's clip length; <see langword="null"/> for the recipe's.</summary>
    public required Func<int, IClipSampler>? TestClips { get; init; }

    /// <summary>The regions of test frames; <see langword="null"/> for the recipe's.</summary>
    public required TestCrops? TestCrops { get; init; }

    /// <summary>What the command line says of the model; an evaluation compares it with the checkpoint's.</summary>
    public IReadOnlyList<(string Option, string Asked, Func<ResNet, object> Of)> Checks { get; private init; } = [];

    /// <summary>Adds a check, unless the option was not given.</summary>
    public AssignmentOptions Checking(string option, object? asked, Func<ResNet, object> of) =>
        asked?.ToString() is { } text ? this with { Checks = [.. Checks, (option, text, of)] } : this;
}
