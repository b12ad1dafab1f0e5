using System.Globalization;
using System.Text.Json;
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

    // Of a checkpoint's metadata.
    internal const string TestCropsKey = "test_crops";

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

    /// <summary>What happens to the frames of a single-clip test; the resize to the network's frame size is added to it. Nothing by default.</summary>
    public AugmentationPipeline TestAugmentation { get; init; } = AugmentationPipeline.Create();

    /// <summary>
    /// Groups of every class, drawn by the seed, that are to be held out of training for validation (<see cref="ActionDataset.HoldOut(int, long)"/>). Default:
    /// 0, none.
    /// </summary>
    public int HeldOutGroups { get; init; }

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

    /// <summary>
    /// Makes the loader of the test side: one clip of each video as <see cref="TestSampler"/> and <see cref="TestAugmentation"/> say, resized, in the order of
    /// the videos.
    /// </summary>
    /// <inheritdoc cref="CreateTrainingLoader" path="/*[not(self::summary)]"/>
    public ClipLoader CreateTestLoader(
        IReadOnlyList<LabeledVideo> videos, IVideoClipSource source, ILogger? logger = null) =>
        new(videos, source, OfClipLength(TestSampler), TestAugmentation.Resize(Network.Size), Loading with { Shuffle = false }, logger);

    /// <summary>Makes the trainer; its checkpoints say which recipe and which data, with its split, the model was trained on.</summary>
    /// <param name="data">The data.</param>
    /// <param name="logger">Told how the training goes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value of <see cref="Training"/> is out of its range.</exception>
    public Trainer CreateTrainer(ActionDataset data, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(data);
        var metadata = new Dictionary<string, string>(Training.CheckpointMetadata) { ["recipe"] = Name, ["data"] = data.Name, [TestCropsKey] = $"{Evaluation.Crops}" };
        return new Trainer(Training with { CheckpointMetadata = metadata }, logger);
    }

    /// <summary>
    /// The recipe as JSON, for people and for <see cref="FromJson"/>. Device, workers, folders, callbacks and metadata are not in it: they belong to a
    /// machine or a run.
    /// </summary>
    /// <exception cref="NotSupportedException">A sampler or a step of the augmentation is the caller's own type.</exception>
    public string ToJson() => JsonSerializer.Serialize(this, RecipeJson.Default.Recipe);

    /// <summary>Reads what <see cref="ToJson"/> wrote; options that are not there have their defaults.</summary>
    /// <exception cref="ArgumentException">The text is no recipe; the message says where and why.</exception>
    public static Recipe FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            Recipe recipe = JsonSerializer.Deserialize(json, RecipeJson.Default.Recipe) ?? throw new JsonException("null");
            recipe.Training.Validate();
            recipe.Evaluation.Validate();
            recipe.Loading.Validate();
            return recipe;
        }
        catch (Exception failure) when (failure is JsonException or NotSupportedException or InvalidOperationException or ArgumentException)
        {
            throw new ArgumentException($"This is no recipe: {ErrorText.ShortenedTo(500, failure.Message)}", nameof(json), failure);
        }
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
            Network = new ResNet2DOptions { Scope = FineTuneScope.LastBlock, BatchNorm = BatchNormMode.Train },
            TrainingSampler = new RandomClip(1),
            TestSampler = new RandomClip(1),
            Augmentation = AssignmentAugmentation,
            Loading = new ClipLoaderOptions { BatchSize = 100 },
        };

        /// <summary>
        /// What the field does, as in temporal segment networks (Wang et al., ECCV 2016; 83 to 85 % of UCF-101's test videos with networks of this size):
        /// ResNet-50 with the normalisation of its ImageNet weights and frozen BatchNorms, all of it trained, its classifier five times as fast (as in
        /// Lin et al., "TSM", 2019); a random frame of each of 3 segments, their logits averaged; corner crops of several scales that keep the aspect; SGD with
        /// warm-up and cosine, label smoothing; 2 groups of every class held out, the best checkpoint kept by them; whole videos by 25 frames in the centre.
        /// </summary>
        public static Recipe Recommended { get; } = new()
        {
            Name = "recommended",
            Network = new ResNet2DOptions { Scope = FineTuneScope.All, BatchNorm = BatchNormMode.Frozen },
            TrainingSampler = new RandomSegments(3),
            TestSampler = new CenterClip(1),
            Augmentation = AugmentationPipeline.Create().MultiScaleCrop().RandomHorizontalFlip(),
            TestAugmentation = AugmentationPipeline.Create().CenterCrop(0.875),
            HeldOutGroups = 2,
            Loading = new ClipLoaderOptions { BatchSize = 32 },
            Training = RecommendedTraining with
            {
                LearningRate = 5e-3,
                BackboneLearningRateFactor = 0.2,
                Optimizer = new SgdOptions { WeightDecay = 5e-4 },
                SegmentConsensus = true,
            },
            Evaluation = new EvaluatorOptions { Sampler = new UniformClips(25, 1), Crops = TestCrops.Center(0.875) },
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

        /// <summary>
        /// What the field does, after Hara et al., "Can spatiotemporal 3D CNNs retrace the history of 2D CNNs and ImageNet?", CVPR 2018 (89 % of UCF-101's test
        /// videos with a 3D ResNet-50): the whole network on frames of 112x112 with the normalisation of its Kinetics weights and frozen BatchNorms,
        /// <c>layer4</c> and the classifier trained; corner crops of several scales that keep the aspect; SGD with warm-up and cosine, label smoothing; 2 groups
        /// of every class held out, the best checkpoint kept by them; whole videos by 10 clips in the centre.
        /// </summary>
        public static Recipe Recommended { get; } = new()
        {
            Name = "recommended",
            Network = new ResNet3DOptions { Size = 112, ClipLength = 16, Scope = FineTuneScope.LastStage, BatchNorm = BatchNormMode.Frozen },
            TrainingSampler = new RandomClip(16),
            TestSampler = new CenterClip(16),
            Augmentation = AugmentationPipeline.Create().MultiScaleCrop([1, 0.8409, 0.7071, 0.5946, 0.5]).RandomHorizontalFlip(),
            TestAugmentation = AugmentationPipeline.Create().CenterCrop(),
            HeldOutGroups = 2,
            Loading = new ClipLoaderOptions { BatchSize = 32 },
            Training = RecommendedTraining with { LearningRate = 1e-3, Optimizer = new SgdOptions { WeightDecay = 1e-3 } },
            Evaluation = new EvaluatorOptions { Sampler = new UniformClips(10, 16), Crops = TestCrops.Center() },
        };
    }

    // What both recommended recipes share.
    private static TrainerOptions RecommendedTraining => new()
    {
        Epochs = 30,
        Schedule = new CosineSchedule { WarmupEpochs = 1 },
        LabelSmoothing = 0.1,
        MaxGradientNorm = 20,
        KeepBest = true,
    };
}
