using System.CommandLine;

namespace UcfActionRecognition.Samples.Assignment;

/// <summary>The options that say how long and how fast is trained, and when it validates and saves.</summary>
internal static class TrainingOptions
{
    public static readonly Option<int?> Epochs = new("--epochs")
    {
        Description = "Passes over the training videos. Default: the recipe's.",
        Recursive = true,
    };

    public static readonly Option<double?> LearningRate = new("--learning-rate")
    {
        Description = "Learning rate. Default: the recipe's.",
        Recursive = true,
    };

    private static readonly Option<long?> CheckpointSteps = new("--checkpoint-steps")
    {
        Description = "Steps between checkpoints within an epoch. Default: only after epochs.",
        Recursive = true,
    };

    private static readonly Option<long?> ValidateSteps = new("--validate-steps")
    {
        Description = "Steps between validations within an epoch, on held-out groups where there are some, else on the test side. Default: only after epochs.",
        Recursive = true,
    };

    private static readonly Option<long?> MaxSteps = new("--max-steps")
    {
        Description = "Steps after which training ends.",
        Recursive = true,
    };

    private static readonly Option<double?> MaxMinutes = new("--max-minutes")
    {
        Description = "Minutes after which training ends with the step that is under way; --resume goes on.",
        Recursive = true,
    };

    private static readonly Option<int?> LimitBatches = new("--limit-batches")
    {
        Description = "Batches of an epoch, for a trial.",
        Recursive = true,
    };

    private static readonly Option<bool> TensorBoard = new("--tensorboard")
    {
        Description = "Write events for TensorBoard into --output.",
        Recursive = true,
    };

    /// <summary>All but <see cref="Epochs"/> and <see cref="LearningRate"/>.</summary>
    public static IReadOnlyList<Option> Others => [CheckpointSteps, ValidateSteps, MaxSteps, MaxMinutes, LimitBatches, TensorBoard];

    /// <summary>A recipe's settings, with what the command line says instead.</summary>
    public static TrainerOptions Adjust(TrainerOptions training, ParseResult parsed) => training with
    {
        Epochs = parsed.GetValue(Epochs) ?? training.Epochs,
        LearningRate = parsed.GetValue(LearningRate) ?? training.LearningRate,
        CheckpointEverySteps = parsed.GetValue(CheckpointSteps) ?? training.CheckpointEverySteps,
        ValidateEverySteps = parsed.GetValue(ValidateSteps) ?? training.ValidateEverySteps,
        MaxSteps = parsed.GetValue(MaxSteps) ?? training.MaxSteps,
        MaxTime = parsed.GetValue(MaxMinutes) is { } minutes ? Minutes(minutes) : null,
        LimitBatches = parsed.GetValue(LimitBatches) ?? training.LimitBatches,
        LimitValidationBatches = parsed.GetValue(LimitBatches) ?? training.LimitValidationBatches,
        TensorBoard = parsed.GetValue(TensorBoard) || training.TensorBoard,
    };

    private static TimeSpan Minutes(double minutes) => minutes is > 0 and <= 60 * 24 * 365
        ? TimeSpan.FromMinutes(minutes)
        : throw new ArgumentException("--max-minutes is above 0, up to a year.");
}
