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

    /// <summary>Depth of the ResNet: 18, 34, 50, 101 or 152. Default: 50.</summary>
    public int Depth { get; init; } = 50;

    /// <summary>Size of the frames that the model sees. Default: 224x224.</summary>
    public FrameSize Size { get; init; } = FrameSize.Square(224);

    /// <summary>How bytes become the model's values.</summary>
    public required Normalization Normalization { get; init; }

    /// <summary>What is trained.</summary>
    public required FineTuneScope Scope { get; init; }

    /// <summary>What the BatchNorms do while training.</summary>
    public required BatchNormMode BatchNorm { get; init; }

    /// <summary>Which frames are trained on.</summary>
    public required IClipSampler TrainingSampler { get; init; }

    /// <summary>Which frames a single-clip test takes.</summary>
    public required IClipSampler TestSampler { get; init; }

    /// <summary>The augmentation of training clips; the resize to <see cref="Size"/> is added to it.</summary>
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
    public ActionModel CreateModel(IReadOnlyList<string> classes, PretrainedWeights? weights = null, torch.Device? device = null) =>
        ActionModels.ResNet2D(Depth, classes, weights, new ResNet2DOptions
        {
            Size = Size,
            Normalization = Normalization,
            Device = device,
            Scope = Scope,
            BatchNorm = BatchNorm,
            Seed = Loading.Seed,
        });

    /// <summary>Makes the loader of the training side: sampled and augmented clips in a new order every epoch.</summary>
    /// <inheritdoc cref="ClipLoader(IReadOnlyList{LabeledVideo}, IVideoClipSource, IClipSampler, AugmentationPipeline, ClipLoaderOptions, ILogger)" path="/param"/>
    public ClipLoader CreateTrainingLoader(
        IReadOnlyList<LabeledVideo> videos, IVideoClipSource source, ILogger? logger = null) =>
        new(videos, source, TrainingSampler, Augmentation.Resize(Size), Loading, logger);

    /// <summary>Makes the loader of the test side: one clip of each video, resized and not augmented, in the order of the videos.</summary>
    /// <inheritdoc cref="CreateTrainingLoader" path="/param"/>
    public ClipLoader CreateTestLoader(
        IReadOnlyList<LabeledVideo> videos, IVideoClipSource source, ILogger? logger = null) =>
        new(videos, source, TestSampler, AugmentationPipeline.Create().Resize(Size), Loading with { Shuffle = false }, logger);

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
            Normalization = Normalization.Ucf101Assignment,
            Scope = FineTuneScope.LastBlock,
            BatchNorm = BatchNormMode.Train,
            TrainingSampler = new RandomClip(1),
            TestSampler = new RandomClip(1),
            Augmentation = AugmentationPipeline.Create().RandomCrop(minScale: 0.7, probability: 0.5).RandomHorizontalFlip().RandomBrightness(15),
            Loading = new ClipLoaderOptions { BatchSize = 100 },
        };
    }
}
