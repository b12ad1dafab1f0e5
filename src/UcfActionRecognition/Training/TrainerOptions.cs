namespace UcfActionRecognition;

/// <summary>How a <see cref="Trainer"/> works.</summary>
public sealed record TrainerOptions
{
    /// <summary>Passes over the training videos, at least 1. Default: 10.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Adam's learning rate, above 0. Default: 1e-4.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>
    /// Folder that receives <c>checkpoint-last.safetensors</c> and <c>metrics.csv</c> after every epoch; nothing is written where it is
    /// <see langword="null"/> (the default). Files of an earlier run are replaced.
    /// </summary>
    public string? OutputFolder { get; init; }

    /// <summary>
    /// What the checkpoint says of itself besides the model's own, <c>epoch</c> and <c>torch_threads</c>; <see cref="Recipe.CreateTrainer"/> adds <c>recipe</c> and
    /// <c>data</c> (the data set with its split). Default: nothing.
    /// </summary>
    public IReadOnlyDictionary<string, string> CheckpointMetadata { get; init; } = new Dictionary<string, string>();

    internal const string EpochKey = "epoch";
    internal const string ThreadsKey = "torch_threads";

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        if (!(LearningRate > 0 && double.IsFinite(LearningRate)))
        {
            throw new ArgumentOutOfRangeException(nameof(LearningRate), LearningRate, "A learning rate is a number above 0.");
        }

        ArgumentNullException.ThrowIfNull(CheckpointMetadata);
        string? taken = ModelCheckpoint.OwnKeys.Append(EpochKey).Append(ThreadsKey).FirstOrDefault(CheckpointMetadata.ContainsKey);
        if (taken is not null)
        {
            throw new ArgumentException($"The name '{taken}' is the checkpoint's own.", nameof(CheckpointMetadata));
        }
    }
}
