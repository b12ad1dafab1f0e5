namespace UcfActionRecognition;

/// <summary>How far a training is; reported after each step.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">Epochs in all.</param>
/// <param name="Batch">Batches of this epoch that are done.</param>
/// <param name="Batches">Batches of this epoch in all.</param>
/// <param name="Clips">Clips of this epoch that are done.</param>
/// <param name="Metrics">Mean loss and accuracy over this epoch's clips so far.</param>
/// <param name="EpochElapsed">Time of the epoch's steps, with the waits for their batches, without validation and checkpoints.</param>
/// <param name="Remaining">Estimate of the time to the end of the last epoch, from the steps done so far and without validation.</param>
public sealed record TrainingProgress(
    int Epoch, int Epochs, int Batch, int Batches, long Clips, ClipMetrics Metrics, TimeSpan EpochElapsed, TimeSpan Remaining)
{
    /// <summary>Clips a second in this epoch; frames a second for a model of single frames.</summary>
    public double ClipsPerSecond => Clips / EpochElapsed.TotalSeconds;
}
