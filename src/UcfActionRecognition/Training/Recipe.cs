using System.Globalization;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>
/// Everything that must fit together in a training: model, what is trained, BatchNorm, normalisation, augmentation, sampling
/// and the options of loader, trainer and evaluator. Immutable; change parts of it with <c>with</c>.
/// </summary>
/// <remarks>
/// Normalisation and BatchNorm go together: frozen BatchNorms need the normalisation that the weights were trained with; another
/// normalisation needs BatchNorms that re-estimate their statistics.
/// </remarks>
public sealed record Recipe
{
    /// <summary>Name of the recipe, as reports state it.</summary>
    public required string Name { get; init; }

    /// <summary>Depth of the ResNet: 18, 34, 50, 101 or 152, of clips also 10 and 200. Default: 50.</summary>
    public int Depth { get; init; } = 50;

    /// <summary>
    /// The network: of frames (<see cref="ResNet2DOptions"/>) or of clips (<see cref="ResNet3DOptions"/>), with frame size, normalisation,
    /// what is trained and what the BatchNorms do.
    /// </summary>
    public required ResNetOptions Network { get; init; }

    /// <summary>Which frames are trained on.</summary>
    public required IClipSampler TrainingSampler { get; init; }

    /// <summary>Which frames a single-clip test takes.</summary>
    public required IClipSampler TestSampler { get; init; }

    /// <summary>The augmentation of training clips; the resize to the network's frame size is added to it.</summary>
    public required AugmentationPipeline Augmentation { get; init; }

    /// <summary>Batch size, workers and seed; the seed also initialises what the weights leave open.</summary>
    public ClipLoaderOptions Loading { get; init; } = new();

    /// <summary>Epochs and learning rate.</summary>
    public TrainerOptions Training { get; init; } = new();

    /// <summary>Evaluation of whole videos.</summary>
    public EvaluatorOptions Evaluation { get; init; } = new();

    /// <summary>Makes the recipe's model.</summary>
    /// <param name="classes">Class names, in the order of the labels.</param>
    /// <param name="weights">Pretrained weights; <see langword="null"/> leaves the network as initialised.</param>
    /// <param name="device">Where the model lives; the CPU by default.</param>
    /// <exception cref="WeightsFormatException">The weights are broken or do not fit.</exception>
    public ResNet CreateModel(IReadOnlyList<string> classes, PretrainedWeights? weights = null, torch.Device? device = null) =>
        ActionModels.Create(Depth, classes, weights, Network with { Device = device ?? Network.Device, Seed = Network.Seed ?? Loading.Seed });

    /// <summary>Makes the loader of the training side: sampled and augmented clips in a new order every epoch.</summary>
    /// <inheritdoc cref="ClipLoader(IReadOnlyList{LabeledVideo}, IVideoClipSource, IClipSampler, AugmentationPipeline, ClipLoaderOptions, ILogger)" path="/param"/>
    /// <exception cref="ArgumentException">The sampler makes clips of another length than the network's.</exception>
    public ClipLoader CreateTrainingLoader(
        IReadOnlyList<LabeledVideo> videos, IVideoClipSource source, ILogger? logger = null) =>
        new(videos, source, OfClipLength(TrainingSampler), Augmentation.Resize(Network.Size), Loading, logger);

    /// <summary>Makes the loader of the test side: one clip of each video, resized and not augmented, in the order of the videos.</summary>
    /// <inheritdoc cref="CreateTrainingLoader" path="/*[not(self::summary)]"/>
    public ClipLoader CreateTestLoader(
        IReadOnlyList<LabeledVideo> videos, IVideoClipSource source, ILogger? logger = null) =>
        new(videos, source, OfClipLength(TestSampler), AugmentationPipeline.Create().Resize(Network.Size), Loading with { Shuffle = false }, logger);

    /// <summary>Makes the trainer; its checkpoints say which recipe and which data, with its split, the model was trained on.</summary>
    /// <param name="data">The data.</param>
    /// <param name="logger">Told how the training goes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value of <see cref="Training"/> is out of its range.</exception>
    public Trainer CreateTrainer(ActionDataset data, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        var metadata = new Dictionary<string, string>(Training.CheckpointMetadata) { ["recipe"] = Name, ["data"] = data.Name };
        return new Trainer(Training with { CheckpointMetadata = metadata }, logger);
    }

    private IClipSampler OfClipLength(IClipSampler sampler)
    {
        int length = Network.ToInput().ClipLength;
        return sampler.FramesPerClip == length
            ? sampler
            : throw new ArgumentException(
                $"Recipe '{Name}': the network takes clips of {length} frames, {sampler.GetType().Name} makes clips of "
                + $"{sampler.FramesPerClip?.ToString(CultureInfo.InvariantCulture) ?? "any number of"} frames. Set both to the same length.");
    }

    /// <summary>The augmentation of the assignment: on one draw per clip, in this order.</summary>
    private static AugmentationPipeline AssignmentAugmentation { get; } =
        AugmentationPipeline.Create().RandomCrop(minScale: 0.7, probability: 0.5).RandomHorizontalFlip().RandomBrightness(15);

    /// <summary>Recipes for models of single frames (Part 1).</summary>
    public static class SingleFrame
    {
        /// <summary>
        /// The assignment's Part 1: ResNet-50, the last block and the classifier trained, all BatchNorms on batch statistics, one random
        /// augmented frame per video and epoch, batches of 100, Adam at 1e-4, 10 epochs.
        /// </summary>
        public static Recipe Assignment { get; } = new()
        {
            Name = "assignment",
            Network = new ResNet2DOptions
            {
                Normalization = Normalization.Ucf101Assignment,
                Scope = FineTuneScope.LastBlock,
                BatchNorm = BatchNormMode.Train,
            },
            TrainingSampler = new RandomClip(1),
            TestSampler = new RandomClip(1),
            Augmentation = AssignmentAugmentation,
            Loading = new ClipLoaderOptions { BatchSize = 100 },
        };
    }

    /// <summary>Recipes for models of clips (Part 2).</summary>
    public static class Sequence
    {
        /// <summary>
        /// The assignment's Part 2: 3D ResNet-50 that ends after the first block of <c>layer4</c>; that block and the classifier are trained,
        /// all BatchNorms on batch statistics; one random augmented clip of 16 frames per video and epoch, batches of 32, Adam at 1e-4,
        /// 10 epochs; whole videos by windows of 16 frames side by side.
        /// </summary>
        public static Recipe Assignment { get; } = new()
        {
            Name = "assignment",
            Network = new ResNet3DOptions
            {
                ClipLength = 16,
                Layer4Blocks = 1,
                Normalization = Normalization.Ucf101Assignment,
                Scope = FineTuneScope.LastBlock,
                BatchNorm = BatchNormMode.Train,
            },
            TrainingSampler = new RandomClip(16),
            TestSampler = new RandomClip(16),
            Augmentation = AssignmentAugmentation,
            Loading = new ClipLoaderOptions { BatchSize = 32 },
        };
    }
}
