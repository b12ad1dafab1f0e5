namespace UcfActionRecognition.Samples.Part3;

/// <summary>What the command line asks for.</summary>
internal sealed record Part3Options
{
    public required string Data { get; init; }

    public required string Single { get; init; }

    public required string Sequence { get; init; }

    public required string Output { get; init; }

    /// <summary>The single-frame model's weight; <see langword="null"/> to search it.</summary>
    public required double? Weight { get; init; }

    /// <summary>Groups of each class that both models were trained without; <see langword="null"/> for those that the runs name.</summary>
    public required int? HeldOut { get; init; }

    public required FusionRule Rule { get; init; }

    public required int Split { get; init; }

    public required VideoFormat Format { get; init; }

    public required string[]? Classes { get; init; }

    public required DateOnly Date { get; init; }
}
