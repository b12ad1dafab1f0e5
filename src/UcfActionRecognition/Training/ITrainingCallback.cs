namespace UcfActionRecognition;

/// <summary>
/// Code of the caller's own that runs within a training, on its thread: to log, to change something, to stop. An exception ends the training.
/// </summary>
public interface ITrainingCallback
{
    /// <summary>Called after each step, before its validation and checkpoint.</summary>
    /// <param name="current">What was done.</param>
    void OnStepEnd(TrainingStep current)
    {
    }

    /// <summary>Called after each epoch, its validation and its checkpoint.</summary>
    /// <param name="current">The epoch's last step.</param>
    /// <param name="epoch">What the epoch gave.</param>
    void OnEpochEnd(TrainingStep current, EpochResult epoch)
    {
    }
}
