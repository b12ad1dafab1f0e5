using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>Trains the trainable part of a model with cross entropy. One training at a time.</summary>
/// <remarks>What is trained and how BatchNorm behaves belongs to the model: <see cref="ActionModel.FineTune"/>.</remarks>
public sealed class Trainer
{
    private readonly TrainerOptions _options;
    private readonly ILogger _logger;

    /// <summary>Creates a trainer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">
    /// A name in <see cref="TrainerOptions.CheckpointMetadata"/> is the checkpoint's own, or an option needs an <see cref="TrainerOptions.OutputFolder"/>.
    /// </exception>
    public Trainer(TrainerOptions? options = null, ILogger? logger = null)
    {
        _options = options ?? new TrainerOptions();
        _options.Validate();
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>Name of the newest checkpoint; <see cref="TrainerOptions.Resume"/> goes on from it.</summary>
    public const string LastCheckpoint = "checkpoint-last.safetensors";

    /// <summary>Name of the checkpoint of the best validation, with <see cref="TrainerOptions.KeepBest"/>.</summary>
    public const string BestCheckpoint = "checkpoint-best.safetensors";

    /// <summary>Trains the model.</summary>
    /// <param name="model">Left in training mode.</param>
    /// <param name="training">The training clips.</param>
    /// <param name="validation">Clips that the model is scored on after every epoch; none by default.</param>
    /// <param name="progress">Told after each step, on the calling thread.</param>
    /// <param name="cancel">Ends the training after the current step, with a checkpoint that a resume goes on from.</param>
    /// <returns>What each epoch gave.</returns>
    /// <exception cref="ArgumentException">A label is not one of the model's classes, or there is not one class weight for each class.</exception>
    /// <exception cref="DatasetFormatException">Training and validation share a group; <see cref="TrainerOptions.AllowSharedGroups"/> allows it.</exception>
    /// <exception cref="TrainingVideosException">The model was trained on groups of the validation before.</exception>
    /// <exception cref="InvalidOperationException">The model has no parameter to train.</exception>
    /// <exception cref="CheckpointException">The checkpoint to resume is damaged, or of a training with other settings.</exception>
    /// <exception cref="ActionRecognitionException">
    /// The loss or the parameters are no finite numbers any more, too many videos are unreadable, or another training has the output folder.
    /// </exception>
    /// <exception cref="RankFailedException">Another process of <see cref="TrainerOptions.ProcessGroup"/> failed.</exception>
    /// <exception cref="ProcessGroupException">The processes cannot exchange what they have to.</exception>
    /// <exception cref="IOException">A file cannot be written; the last checkpoint is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled; the message says where the training goes on.</exception>
    public TrainingResult Fit(
        ActionModel model, ClipLoader training, ClipLoader? validation = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        var ranks = new Ranks(_options.ProcessGroup ?? new SingleProcess(), cancel);
        return ranks.Together(() => ranks.IsMain
            ? FitInGroup(_options, _logger, ranks, model, training, validation, progress, cancel)
            : FitInGroup(
                _options with { OutputFolder = null, Resume = false, TensorBoard = false },
                NullLogger.Instance, ranks, model, training, validation, progress: null, cancel));
    }

    private static TrainingResult FitInGroup(
        TrainerOptions options, ILogger logger, Ranks ranks, ActionModel model, ClipLoader training, ClipLoader? validation,
        IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        ModelClasses.Check(model, training.Videos);
        ModelClasses.Check(model, validation?.Videos ?? []);
        CheckClassWeights(options, model);
        if (validation is not null && !options.AllowSharedGroups)
        {
            GroupGuard.Check("training", training.Videos, "validation", validation.Videos);
            TrainingVideos.Refuse(model, validation.Videos, $"set {nameof(TrainerOptions)}.{nameof(TrainerOptions.AllowSharedGroups)}");
        }

        long parameters = model.TrainableParameters().Sum(named => named.Parameter.numel());
        if (parameters == 0)
        {
            throw new InvalidOperationException("The model has no parameter to train: choose a part of it with FineTune.");
        }

        TrainingLog.Started(logger, parameters, model.Architecture, training.VideoCount, options.Epochs);
        using FolderLock? folder = options.OutputFolder is { } path ? FolderLock.Acquire(path) : null;
        using var heap = new RetainedHeap();
        using var run = new TrainingRun(options, logger, ranks, model, training, validation, progress, cancel);
        model.AddTrainedGroups(training.Videos);
        return run.Run();
    }

    /// <summary>
    /// Sends one batch through all that a training does: a step, a validation, a checkpoint that is written and read again. What is wrong with the
    /// data, the options or the disk shows before hours are spent. The model is as before; nothing is left in the output folder.
    /// </summary>
    /// <returns>What the one batch gave.</returns>
    /// <param name="model">Left in training mode, with the weights that it had.</param>
    /// <param name="training">The training clips.</param>
    /// <param name="validation">The validation clips; none by default.</param>
    /// <param name="cancel">Ends it early.</param>
    /// <inheritdoc cref="Fit" path="/exception"/>
    public TrainingResult DryRun(ActionModel model, ClipLoader training, ClipLoader? validation = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        using DisposeScope scope = torch.NewDisposeScope();
        var before = model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
        string[] groups = [.. model.TrainedGroups];
        torch.Tensor random = torch.get_rng_state();
        string folder = Path.Combine(_options.OutputFolder ?? Path.GetTempPath(), $".dry-run-{Guid.NewGuid():N}");
        var options = _options with
        {
            Epochs = 1,
            MaxSteps = 1,
            AccumulateBatches = 1,
            LimitBatches = 1,
            LimitValidationBatches = 1,
            OutputFolder = folder,
            Resume = false,
            Callbacks = [],
        };
        try
        {
            TrainingResult result = new Trainer(options, _logger).Fit(model, training, validation, cancel: cancel);

            // Reads all of the checkpoint, and finds that nothing is left to do.
            new Trainer(options with { Resume = true }, _logger).Fit(model, training, validation, cancel: cancel);
            return result;
        }
        finally
        {
            torch.set_rng_state(random);
            Restore(model, before);
            model.SetTrainedGroups(groups);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    private static void Restore(ActionModel model, Dictionary<string, torch.Tensor> values)
    {
        using IDisposable mode = torch.no_grad();
        foreach ((string name, torch.Tensor value) in model.state_dict())
        {
            value.copy_(values[name]);
        }
    }

    private static void CheckClassWeights(TrainerOptions options, ActionModel model)
    {
        if (options.ClassWeights is { } weights && weights.Count != model.Classes.Count)
        {
            throw new ArgumentException($"There are {weights.Count} class weights for {model.Classes.Count} classes; expected one for each.", nameof(model));
        }
    }
}
