namespace UcfActionRecognition;

/// <summary>What one epoch gave.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Train">Mean loss and accuracy over the epoch's augmented clips, while the model was learning from them.</param>
/// <param name="Validation">The same on the validation clips after the epoch; <see langword="null"/> without validation.</param>
/// <param name="Clips">Clips trained on.</param>
/// <param name="Elapsed">Time of the training steps.</param>
/// <param name="Failures">Videos that could not be read and were replaced.</param>
public sealed record EpochResult(
    int Epoch, ClipMetrics Train, ClipMetrics? Validation, long Clips, TimeSpan Elapsed, IReadOnlyList<VideoFailure> Failures)
{
    /// <summary>Steps done at its end, counted through all epochs.</summary>
    public long Step { get; init; }

    /// <summary>The learning rate of its last step, that of the classifier.</summary>
    public double LearningRate { get; init; }
}
