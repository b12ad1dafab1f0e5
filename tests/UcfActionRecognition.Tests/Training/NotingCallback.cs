namespace UcfActionRecognition.Tests.Training;

/// <summary>Takes down when it is called, ends a training after a step, or does something of a test's own.</summary>
/// <param name="name">What its calls begin with.</param>
/// <param name="calls">Receives them.</param>
/// <param name="stopAt">The step after which it ends the training.</param>
/// <param name="stepEnd">What it does after each step.</param>
internal sealed class NotingCallback(string name, List<string> calls, long stopAt = 0, Action<TrainingStep>? stepEnd = null) : ITrainingCallback
{
    public void OnStepEnd(TrainingStep current)
    {
        calls.Add($"{name}{current.Step}");
        stepEnd?.Invoke(current);
        if (current.Step == stopAt)
        {
            current.Stop();
        }
    }

    public void OnEpochEnd(TrainingStep current, EpochResult epoch) => calls.Add($"{name} epoch {epoch.Epoch}");
}
