namespace UcfActionRecognition;

/// <summary>One step of a training, as an <see cref="ITrainingCallback"/> sees it.</summary>
public sealed class TrainingStep
{
    internal TrainingStep(ActionModel model, int epoch, long step, double loss, double learningRate, double? gradientNorm)
    {
        (Model, Epoch, Step, Loss, LearningRate, GradientNorm) = (model, epoch, step, loss, learningRate, gradientNorm);
    }

    /// <summary>The model, in training mode.</summary>
    public ActionModel Model { get; }

    /// <summary>The epoch, from 1.</summary>
    public int Epoch { get; }

    /// <summary>The step, from 1, counted through all epochs.</summary>
    public long Step { get; }

    /// <summary>Mean loss of the step's clips.</summary>
    public double Loss { get; }

    /// <summary>The learning rate of the step, that of the classifier.</summary>
    public double LearningRate { get; }

    /// <summary>Norm of the gradients before they were shortened; <see langword="null"/> without <see cref="TrainerOptions.MaxGradientNorm"/>.</summary>
    public double? GradientNorm { get; }

    /// <summary>Ends the training after this step, with its checkpoint.</summary>
    public void Stop() => IsStopped = true;

    internal bool IsStopped { get; private set; }
}
