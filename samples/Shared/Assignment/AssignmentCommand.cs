using System.CommandLine;

namespace UcfActionRecognition.Samples.Assignment;

/// <summary>
/// The command line of one part of the assignment: <c>[train|evaluate] --data ROOT [options]</c>; without a verb, both. What the parts
/// differ in, they state.
/// </summary>
internal abstract class AssignmentCommand
{
    private const string Float32 = "float32";
    private const string BFloat16Backbone = "bfloat16-backbone";

    private static readonly Option<string> Data = new("--data")
    {
        Description = "Root that holds ucfTrainTestlist/ and UCF-101-hdf5/, UCF-101-compact/ or UCF-101/ (AVI).",
        Required = true,
        Recursive = true,
    };

    private static readonly Option<VideoFormat> Source = new("--source")
    {
        Description = "Form of the videos: hdf5 (raw frames), compact or avi. auto: the first of these that is there.",
        Recursive = true,
    };

    private static readonly Option<int> Split = new("--split")
    {
        Description = "Official split: 1, 2 or 3.",
        DefaultValueFactory = _ => 1,
        Recursive = true,
    };

    private static readonly Option<string> RecipeName = new("--recipe")
    {
        Description = "Recipe: assignment.",
        DefaultValueFactory = _ => "assignment",
        Recursive = true,
    };

    private static readonly Option<int?> Size = new("--size")
    {
        Description = "Side of the square frames in pixels. Default: the recipe's, 224.",
        Recursive = true,
    };

    private static readonly Option<int?> Epochs = new("--epochs")
    {
        Description = "Passes over the training videos. Default: the recipe's, 10.",
        Recursive = true,
    };

    private static readonly Option<double?> LearningRate = new("--learning-rate")
    {
        Description = "Adam's learning rate. Default: the recipe's, 1e-4.",
        Recursive = true,
    };

    private static readonly Option<string> DeviceName = new("--device")
    {
        Description = "auto (CUDA where it is there), cpu, cuda or cuda:N.",
        DefaultValueFactory = _ => "auto",
        Recursive = true,
    };

    private static readonly Option<string> PrecisionName = new("--precision")
    {
        Description = "float32, or bfloat16-backbone: the frozen layers in bfloat16 (in evaluate: all but the last block), which is faster on processors with bfloat16.",
        DefaultValueFactory = _ => Float32,
        Recursive = true,
    };

    private static readonly Option<int?> Threads = new("--threads")
    {
        Description = "Threads that libtorch computes with. Default: as many as there are cores.",
        Recursive = true,
    };

    private static readonly Option<int> Workers = new("--workers")
    {
        Description = "Threads that read and augment. The results do not depend on it.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
        Recursive = true,
    };

    private static readonly Option<long> Seed = new("--seed")
    {
        Description = "Seed of weights, order, sampling and augmentation.",
        Recursive = true,
    };

    private static readonly Option<bool> Download = new("--download")
    {
        Description = "Download the weights if they are not on this machine (torchvision's only; the 3D ones have no stable address).",
        Recursive = true,
    };

    private static readonly Option<bool> SkipTrainVideos = new("--skip-train-videos")
    {
        Description = "Evaluate whole videos of the test side only; the training side has 2.5 times as many.",
        Recursive = true,
    };

    private static readonly Option<int?> HoldOutGroups = new("--hold-out-groups")
    {
        Description = "Last groups of every class of the training side that are not trained on; their predictions are saved beside the test videos', "
            + "to choose a fusion's weight on. Default: 0; evaluate takes what the checkpoint was trained with.",
        Recursive = true,
    };

    private readonly Option<int?> _depth;
    private readonly Option<string> _weights;
    private readonly Option<int?> _batchSize;
    private readonly Option<string> _output;

    /// <summary>States what the descriptions of the options differ in.</summary>
    /// <param name="depths">Depths of the part's networks.</param>
    /// <param name="keys">Whose keys its weights have.</param>
    /// <param name="example">Weights that the catalogue knows.</param>
    /// <param name="unit">What the model takes one of: <c>frame</c> or <c>clip</c>.</param>
    /// <param name="batchSize">The recipe's batch size.</param>
    /// <param name="output">The default output folder.</param>
    protected AssignmentCommand(string depths, string keys, string example, string unit, int batchSize, string output)
    {
        Unit = unit;
        _depth = new("--depth") { Description = $"Depth of the ResNet: {depths}. Default: the recipe's, 50.", Recursive = true };
        _weights = new("--weights")
        {
            Description = $"Weights with {keys}'s keys: a .pth or .safetensors file, or a name such as {example}, which is looked for in "
                + "UCF_WEIGHTS_DIR and in PyTorch's cache. Or none: then every layer is trained, since there is nothing to keep.",
            DefaultValueFactory = _ => "none",
            Recursive = true,
        };
        _batchSize = new("--batch-size") { Description = $"{char.ToUpperInvariant(unit[0])}{unit[1..]}s in a batch. Default: the recipe's, {batchSize}.", Recursive = true };
        _output = new("--output")
        {
            Description = "Folder for checkpoint, metrics, summary, confusion matrix and predictions.",
            DefaultValueFactory = _ => output,
            Recursive = true,
        };
    }

    private string Unit { get; }

    /// <summary>The part's own options, all recursive.</summary>
    protected abstract IReadOnlyList<Option> OwnOptions { get; }

    /// <summary>A recipe of the part by its name.</summary>
    protected abstract Recipe FindRecipe(string name);

    /// <summary>What the part's own options make of the run.</summary>
    protected abstract AssignmentOptions WithOwnOptions(AssignmentOptions options, ParseResult parsed);

    public RootCommand Create(string description)
    {
        var root = new RootCommand($"{description} Without a verb: train, then evaluate.");
        Option[] options =
        [
            Data, Source, Split, RecipeName, _depth, .. OwnOptions, Size, _weights, Download, Epochs, _batchSize, LearningRate,
            DeviceName, PrecisionName, Threads, Workers, Seed, _output, SkipTrainVideos, HoldOutGroups,
        ];
        foreach (Option option in options)
        {
            root.Add(option);
        }

        ClassesOption.AddTo(root);
        root.SetAction(parsed => Run(parsed, train: true, evaluate: true));
        var train = new Command("train", "Trains and writes the checkpoint.");
        train.SetAction(parsed => Run(parsed, train: true, evaluate: false));
        var evaluate = new Command("evaluate", "Evaluates the checkpoint of an earlier training in --output.");
        evaluate.SetAction(parsed => Run(parsed, train: false, evaluate: true));
        root.Add(train);
        root.Add(evaluate);
        return root;
    }

    private int Run(ParseResult parsed, bool train, bool evaluate)
    {
        AssignmentOptions options = Parse(parsed);
        if (train && options.Weights is null && options.Recipe.Network.Precision == Precision.BFloat16Backbone)
        {
            throw new ArgumentException("--precision bfloat16-backbone needs --weights: without them every layer is trained, and nothing is frozen.");
        }

        if (parsed.GetValue(Threads) is { } threads)
        {
            TorchRuntime.Threads = threads;
        }

        new AssignmentRun(options).Run(train, evaluate);
        return 0;
    }

    private AssignmentOptions Parse(ParseResult parsed)
    {
        string weights = parsed.GetValue(_weights)!;
        var options = new AssignmentOptions
        {
            Unit = Unit,
            Data = parsed.GetValue(Data)!,
            Format = parsed.GetValue(Source),
            Split = parsed.GetValue(Split),
            Classes = ClassesOption.Get(parsed),
            Weights = weights == "none" ? null : weights,
            Download = parsed.GetValue(Download),
            Device = parsed.GetValue(DeviceName)!,
            Output = parsed.GetValue(_output)!,
            SkipTrainVideos = parsed.GetValue(SkipTrainVideos),
            HoldOutGroups = parsed.GetValue(HoldOutGroups),
            Recipe = Adjust(FindRecipe(parsed.GetValue(RecipeName)!), parsed, weights == "none"),
        };
        options = options
            .Checking("--depth", parsed.GetValue(_depth), model => model.Depth)
            .Checking("--size", parsed.GetValue(Size) is { } side ? FrameSize.Square(side) : null, model => model.Input.Size);
        return WithOwnOptions(options, parsed);
    }

    private Recipe Adjust(Recipe recipe, ParseResult parsed, bool fromScratch)
    {
        string output = parsed.GetValue(_output)!;
        return recipe with
        {
            Depth = parsed.GetValue(_depth) ?? recipe.Depth,
            Network = recipe.Network with
            {
                Size = parsed.GetValue(Size) ?? recipe.Network.Size,
                Scope = fromScratch ? FineTuneScope.All : recipe.Network.Scope,
                Precision = FindPrecision(parsed.GetValue(PrecisionName)!),
            },
            Loading = recipe.Loading with
            {
                BatchSize = parsed.GetValue(_batchSize) ?? recipe.Loading.BatchSize,
                Workers = parsed.GetValue(Workers),
                Seed = parsed.GetValue(Seed),
            },
            Training = recipe.Training with
            {
                Epochs = parsed.GetValue(Epochs) ?? recipe.Training.Epochs,
                LearningRate = parsed.GetValue(LearningRate) ?? recipe.Training.LearningRate,
                OutputFolder = output,
            },
            Evaluation = recipe.Evaluation with { PredictionsFolder = Path.Combine(output, "UCF-101-predictions") },
        };
    }

    private static Precision FindPrecision(string name) => name switch
    {
        Float32 => Precision.Float32,
        BFloat16Backbone => Precision.BFloat16Backbone,
        _ => throw new ArgumentException($"There is no precision '{name}'. Precisions: {Float32}, {BFloat16Backbone}."),
    };
}
