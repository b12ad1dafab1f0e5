namespace UcfActionRecognition;

/// <summary>What a training gave.</summary>
/// <param name="Epochs">The epochs, in order.</param>
/// <param name="Elapsed">Time that it took, validation and checkpoints included.</param>
public sealed record TrainingResult(IReadOnlyList<EpochResult> Epochs, TimeSpan Elapsed);
