using System.Text.Json.Serialization;

namespace UcfActionRecognition;

/// <summary>
/// How a <see cref="Trainer"/> works. A step moves the parameters once, by the gradient of <see cref="AccumulateBatches"/> batches.
/// </summary>
public sealed record TrainerOptions
{
    /// <summary>Passes over the training videos, at least 1. Default: 10.</summary>
    public int Epochs { get; init; } = 10;

    /// <summary>Steps after which training ends, at least 1; by default (<see langword="null"/>) when the epochs are done.</summary>
    public long? MaxSteps { get; init; }

    /// <summary>
    /// Time after which training ends with the step that is under way, more than none: for the limit of a batch system. It counts from the call of
    /// <see cref="Trainer.Fit"/>, so a resumed training has it anew. By default (<see langword="null"/>) there is no limit.
    /// </summary>
    [JsonIgnore]
    public TimeSpan? MaxTime { get; init; }

    /// <summary>Batches of an epoch that are trained on, at least 1, for a trial; by default (<see langword="null"/>) all.</summary>
    public int? LimitBatches { get; init; }

    /// <summary>Batches of the validation clips that are scored, at least 1, for a trial; by default (<see langword="null"/>) all.</summary>
    public int? LimitValidationBatches { get; init; }

    /// <summary>The optimizer. Default: Adam.</summary>
    public OptimizerOptions Optimizer { get; init; } = new AdamOptions();

    /// <summary>The learning rate before the schedule, above 0. Default: 1e-4.</summary>
    public double LearningRate { get; init; } = 1e-4;

    /// <summary>What the learning rate is multiplied by for the trained layers before the classifier, 0 or more. Default: 1.</summary>
    public double BackboneLearningRateFactor { get; init; } = 1;

    /// <summary>How the learning rate changes. Default: not at all.</summary>
    public LearningRateSchedule Schedule { get; init; } = new ConstantSchedule();

    /// <summary>
    /// Batches whose gradients make one step, at least 1. Default: 1. The gradient is that of their clips' mean loss, as if they were one batch (BatchNorms
    /// in training mode still see each batch by itself). The last step of an epoch takes what is left.
    /// </summary>
    public int AccumulateBatches { get; init; } = 1;

    /// <summary>
    /// The largest norm of all gradients together, above 0; longer ones are shortened to it. By default (<see langword="null"/>) they are not.
    /// </summary>
    public double? MaxGradientNorm { get; init; }

    /// <summary>
    /// Share of a clip's target that is spread over all classes (Szegedy et al., "Rethinking the Inception architecture", 2016), 0 to below 1. Default: 0. The
    /// training loss contains it, the validation loss does not.
    /// </summary>
    public double LabelSmoothing { get; init; }

    /// <summary>
    /// A weight for each class, above 0, in the order of the model's classes: a step's loss is the weighted mean of its clips'. By default
    /// (<see langword="null"/>) all classes weigh the same. The validation loss is unweighted.
    /// </summary>
    public IReadOnlyList<double>? ClassWeights { get; init; }

    /// <summary>
    /// Whether the logits of a video's views are averaged before the loss, as temporal segment networks do (Wang et al., 2016); otherwise every view is
    /// a clip of its own. Default: <see langword="false"/>.
    /// </summary>
    public bool SegmentConsensus { get; init; }

    /// <summary>Steps after which the validation clips are scored, at least 1; by default (<see langword="null"/>) only after each epoch.</summary>
    public long? ValidateEverySteps { get; init; }

    /// <summary>What of the validation decides which checkpoint is the best. Default: <see cref="MonitoredMetric.Top1"/>.</summary>
    public MonitoredMetric Monitor { get; init; }

    /// <summary>
    /// Validations in a row without a better value of <see cref="Monitor"/> after which training ends, at least 1; by default (<see langword="null"/>) it
    /// goes on.
    /// </summary>
    public int? EarlyStoppingPatience { get; init; }

    /// <summary>
    /// Folder that receives checkpoints, <c>metrics.csv</c> and, on request, event files for TensorBoard; nothing is written where it is
    /// <see langword="null"/> (the default). Files of an earlier run are replaced, unless <see cref="Resume"/> goes on with it. One training at a time may have it.
    /// </summary>
    [JsonIgnore]
    public string? OutputFolder { get; init; }

    /// <summary>
    /// Whether the training in <see cref="OutputFolder"/> goes on where its last checkpoint ends, be it in the middle of an epoch; where there is none, it begins.
    /// On the same machine type, with the same number of threads and the same versions, parameters and metrics come out as without the interruption, to
    /// the bit, on the CPU. Default: <see langword="false"/>.
    /// </summary>
    [JsonIgnore]
    public bool Resume { get; init; }

    /// <summary>Epochs after which a checkpoint is written, at least 1. Default: 1. The end of the training always leaves one.</summary>
    public int CheckpointEveryEpochs { get; init; } = 1;

    /// <summary>Steps after which a checkpoint is written, at least 1; by default (<see langword="null"/>) only after epochs.</summary>
    public long? CheckpointEverySteps { get; init; }

    /// <summary>
    /// Checkpoints that are kept, at least 1. Default: 1, <see cref="Trainer.LastCheckpoint"/> alone. With more, the newest ones are also kept as
    /// <c>checkpoint-step-000123.safetensors</c>.
    /// </summary>
    public int KeepLast { get; init; } = 1;

    /// <summary>
    /// Whether the checkpoint of the best validation is kept as <see cref="Trainer.BestCheckpoint"/>. Default: <see langword="false"/>. Do not choose by
    /// the test videos: their accuracy would then be too good.
    /// </summary>
    public bool KeepBest { get; init; }

    /// <summary>
    /// Whether events for TensorBoard are written into <see cref="OutputFolder"/>. Default: <see langword="false"/>. After a kill, the steps since the last
    /// checkpoint stand in them twice.
    /// </summary>
    public bool TensorBoard { get; init; }

    /// <summary>
    /// The mean loss of a step's clips, in nats, past which training stops as exploded, above 0. Default: 1,000 (guessing among 101 classes costs 4.6).
    /// A loss that is no number stops it always.
    /// </summary>
    public double MaxLoss { get; init; } = 1000;

    /// <summary>
    /// Allows training and validation videos of the same group, which makes the validation say little: for trying whether a network can learn its videos by
    /// heart. Default: <see langword="false"/>, an error.
    /// </summary>
    public bool AllowSharedGroups { get; init; }

    /// <summary>Called at the ends of steps and epochs, in this order. Default: none.</summary>
    [JsonIgnore]
    public IReadOnlyList<ITrainingCallback> Callbacks { get; init; } = [];

    /// <summary>
    /// The processes that train the model together, this one among them; by default (<see langword="null"/>) this one alone. All of them call
    /// <see cref="Trainer.Fit"/> with the same model, videos and options; each takes its part of every batch, so that N processes with batches of B follow one process
    /// with batches of N x B.
    /// </summary>
    /// <remarks>
    /// Rank 0 alone writes to <see cref="OutputFolder"/>, logs and reports progress, and its model is the one that all begin with; callbacks are called in each. BatchNorms in
    /// training mode normalise by their own process's part of the batch, and the running statistics that are kept are those of rank 0, as in PyTorch's
    /// DistributedDataParallel. A training can be resumed on another number of processes: it goes on with batches of the same size.
    /// An error, or a cancellation, of one ends all of them.
    /// </remarks>
    [JsonIgnore]
    public IProcessGroup? ProcessGroup { get; init; }

    /// <summary>
    /// What the checkpoint says of itself besides the model's own and the trainer's (<c>epoch</c>, <c>torch_threads</c>, <c>training</c>,
    /// <c>training_hash</c>); <see cref="Recipe.CreateTrainer"/> adds <c>recipe</c>, <c>data</c> (the data set with its
    /// split) and <c>test_crops</c>. Default: nothing.
    /// </summary>
    [JsonIgnore]
    public IReadOnlyDictionary<string, string> CheckpointMetadata { get; init; } = new Dictionary<string, string>();

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Epochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxSteps ?? 1, 1, nameof(MaxSteps));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(MaxTime ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(MaxTime));
        ArgumentOutOfRangeException.ThrowIfLessThan(LimitBatches ?? 1, 1, nameof(LimitBatches));
        ArgumentOutOfRangeException.ThrowIfLessThan(LimitValidationBatches ?? 1, 1, nameof(LimitValidationBatches));
        ArgumentNullException.ThrowIfNull(Optimizer);
        Optimizer.Validate();
        OptionCheck.IsNumberAbove(0, LearningRate);
        OptionCheck.IsNumberFrom(0, BackboneLearningRateFactor);
        ArgumentNullException.ThrowIfNull(Schedule);
        Schedule.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(AccumulateBatches, 1);
        OptionCheck.IsNumberAbove(0, MaxGradientNorm ?? 1, nameof(MaxGradientNorm));
        OptionCheck.IsBelowOne(LabelSmoothing);
        ValidateClassWeights();
        ArgumentOutOfRangeException.ThrowIfLessThan(ValidateEverySteps ?? 1, 1, nameof(ValidateEverySteps));
        ArgumentOutOfRangeException.ThrowIfLessThan(EarlyStoppingPatience ?? 1, 1, nameof(EarlyStoppingPatience));
        ArgumentOutOfRangeException.ThrowIfLessThan(CheckpointEveryEpochs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(CheckpointEverySteps ?? 1, 1, nameof(CheckpointEverySteps));
        ArgumentOutOfRangeException.ThrowIfLessThan(KeepLast, 1);
        OptionCheck.IsNumberAbove(0, MaxLoss);
        ArgumentNullException.ThrowIfNull(Callbacks);
        ValidateMonitor();
        ValidateOutput();
    }

    private void ValidateClassWeights()
    {
        if (ClassWeights is not null && !ClassWeights.All(weight => weight > 0 && double.IsFinite(weight)))
        {
            throw new ArgumentOutOfRangeException(nameof(ClassWeights), string.Join(", ", ClassWeights), "Class weights are numbers above 0.");
        }
    }

    private void ValidateMonitor()
    {
        if (!Enum.IsDefined(Monitor))
        {
            throw new ArgumentOutOfRangeException(nameof(Monitor), Monitor, "The metric is not one of MonitoredMetric.");
        }
    }

    private void ValidateOutput()
    {
        if (OutputFolder is null && (Resume || TensorBoard))
        {
            string option = Resume ? nameof(Resume) : nameof(TensorBoard);
            throw new ArgumentException($"{option} needs an {nameof(OutputFolder)}.", option);
        }

        ArgumentNullException.ThrowIfNull(CheckpointMetadata);
        string? taken = ModelCheckpoint.OwnKeys.Concat(TrainingCheckpoint.OwnKeys).FirstOrDefault(CheckpointMetadata.ContainsKey);
        if (taken is not null)
        {
            throw new ArgumentException($"The name '{taken}' is the checkpoint's own.", nameof(CheckpointMetadata));
        }
    }
}
