namespace UcfActionRecognition;

/// <summary>What a training gave.</summary>
/// <param name="Epochs">The epochs, in order, those before a resume included; the last one has fewer clips where training ended within it.</param>
/// <param name="Elapsed">Time of this call, validation and checkpoints included.</param>
public sealed record TrainingResult(IReadOnlyList<EpochResult> Epochs, TimeSpan Elapsed)
{
    /// <summary>Steps done, those before a resume included.</summary>
    public long Steps { get; init; }

    /// <summary>Why it ended.</summary>
    public TrainingEnd End { get; init; }

    /// <summary>All validations, in order, within epochs and after them.</summary>
    public IReadOnlyList<ValidationResult> Validations { get; init; } = [];

    /// <summary>The best validation by <see cref="TrainerOptions.Monitor"/>; <see langword="null"/> without validation.</summary>
    public ValidationResult? Best { get; init; }
}
