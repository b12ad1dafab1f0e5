using TorchSharp;
using UcfActionRecognition.Tests.Training;
using static TorchSharp.torch;

namespace UcfActionRecognition.Tests.Distributed;

/// <summary>What one rank trains: a tiny model whose BatchNorms are frozen, so that it does not matter which videos are in a batch together.</summary>
internal sealed record RankTraining
{
    /// <summary>20 steps of 12 videos with SGD.</summary>
    public static readonly TrainerOptions Options = new()
    {
        Epochs = 10,
        Optimizer = new SgdOptions { WeightDecay = 1e-3 },
        LearningRate = 0.05,
        LabelSmoothing = 0.1,
        AllowSharedGroups = true,
    };

    public TrainerOptions Trainer { get; init; } = Options;

    public BatchNormMode BatchNorm { get; init; } = BatchNormMode.Frozen;

    /// <summary>Videos in a batch of each rank.</summary>
    public required int BatchSize { get; init; }

    public int Videos { get; init; } = 24;

    public HashSet<string> Broken { get; init; } = [];

    /// <summary>Called for each video that is opened.</summary>
    public Action<string>? Opening { get; init; }

    /// <summary>Called for each video that is opened for a validation.</summary>
    public Action<string>? ValidationOpening { get; init; }

    public double MaxFailureShare { get; init; } = 0.5;

    public bool Validates { get; init; } = true;

    public CancellationToken Cancel { get; init; }

    /// <summary>Called with the new model.</summary>
    public Action<TinyModel>? Prepare { get; init; }

    public Action<TrainingProgress>? Progress { get; init; }

    /// <summary>Trains a new model as one of a group, or alone.</summary>
    public (TrainingResult Result, float[] Parameters) Run(IProcessGroup? group = null)
    {
        using TinyModel model = TrainingSetup.Model();
        Prepare?.Invoke(model);
        model.FineTune(FineTuneScope.All, BatchNorm);
        using ClipLoader training = Loader(model, Opening);
        using ClipLoader validation = Loader(model, ValidationOpening);
        TrainingResult result = new Trainer(Trainer with { ProcessGroup = group }).Fit(
            model, training, Validates ? validation : null, Progress is null ? null : new Reported<TrainingProgress>(Progress), Cancel);
        using DisposeScope scope = NewDisposeScope();
        return (result, [.. model.state_dict().Values.Where(value => value.dtype == ScalarType.Float32).SelectMany(value => value.contiguous().data<float>().ToArray())]);
    }

    private ClipLoader Loader(TinyModel model, Action<string>? opening) => new(
        FormulaVideos.Videos(Videos), new FormulaVideos { Broken = Broken, Opening = opening }, new RandomClip(1),
        TrainingSetup.Augmentation(model), new ClipLoaderOptions { BatchSize = BatchSize, Workers = 1, MaxFailureShare = MaxFailureShare });
}
