using System.Globalization;

namespace UcfActionRecognition.Tests.Training;

/// <summary>A small training that touches all there is to resume: BatchNorms on batch statistics, momentum, a schedule, accumulation, clipping, validations within epochs.</summary>
internal static class TrainingSetup
{
    public static readonly string[] Classes = ["Class0", "Class1", "Class2"];

    public static readonly TrainerOptions Options = new()
    {
        Epochs = 3,
        Optimizer = new SgdOptions { WeightDecay = 1e-3 },
        LearningRate = 0.02,
        BackboneLearningRateFactor = 0.5,
        Schedule = new CosineSchedule { WarmupEpochs = 1 },
        AccumulateBatches = 2,
        MaxGradientNorm = 1,
        LabelSmoothing = 0.1,
        ValidateEverySteps = 2,
        AllowSharedGroups = true,
    };

    public static TinyModel Model() => new(Classes);

    public static AugmentationPipeline Augmentation(ActionModel model) =>
        AugmentationPipeline.Create().RandomCrop(0.7, 0.5).Resize(model.Input.Size).RandomBrightness(15);

    /// <summary>12 videos, one of them broken.</summary>
    public static ClipLoader Loader(ActionModel model, int batchSize = 3, int workers = 2, AugmentationPipeline? augmentation = null) => new(
        FormulaVideos.Videos(12), new FormulaVideos { Broken = ["Class1/4"] }, new RandomClip(1),
        augmentation ?? Augmentation(model),
        new ClipLoaderOptions { BatchSize = batchSize, Workers = workers, MaxFailureShare = 0.5 });

    /// <summary>A model from a checkpoint.</summary>
    public static TinyModel Load(string path)
    {
        TinyModel model = Model();
        ModelCheckpoint.Load(path, model);
        return model;
    }

    /// <summary>Trains a new model.</summary>
    public static (TrainingResult Result, string Hash) Train(TrainerOptions options, Action<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        using ActionModel model = Model();
        using ClipLoader training = Loader(model);
        using ClipLoader validation = Loader(model);
        TrainingResult result = new Trainer(options).Fit(
            model, training, validation, progress is null ? null : new Reported<TrainingProgress>(progress), cancel: cancel);
        return (result, model.ComputeHash());
    }

    /// <summary>All that a training gave, times aside.</summary>
    public static string Describe(TrainingResult result) => string.Join('\n',
    [
        .. result.Epochs.Select(epoch => string.Create(CultureInfo.InvariantCulture,
            $"epoch {epoch.Epoch} at {epoch.Step}: {Describe(epoch.Train)}; {(epoch.Validation is { } v ? Describe(v) : "-")}; {epoch.Clips}; {epoch.LearningRate:R}; {string.Join(',', epoch.Failures)}")),
        .. result.Validations.Select(validation => $"validation {validation.Epoch} at {validation.Step}: {Describe(validation.Metrics)}"),
        $"{result.Steps}; {result.End}; best at {result.Best?.Step}",
    ]);

    private static string Describe(ClipMetrics metrics) =>
        string.Create(CultureInfo.InvariantCulture, $"{metrics.Loss:R} {metrics.Accuracy} {string.Join(',', metrics.Failures)}");
}
