using System.CommandLine;
using System.Globalization;

namespace UcfActionRecognition.Samples.Assignment;

/// <summary>
/// The command line of one part of the assignment: <c>[train|evaluate|merge|recipe] --data ROOT [options]</c>; without a verb, training and evaluation. What the
/// parts differ in, they state.
/// </summary>
internal abstract class AssignmentCommand
{
    private const string Float32 = "float32";
    private const string BFloat16Backbone = "bfloat16-backbone";

    private static readonly Option<string> Split = new("--split")
    {
        Description = "Official split: 1, 2, 3, or all for one after another with mean and spread. With --dataset folder it seeds the split.",
        DefaultValueFactory = _ => "1",
        Recursive = true,
    };

    private static readonly Option<int?> Size = new("--size")
    {
        Description = "Side of the square frames in pixels. Default: the recipe's.",
        Recursive = true,
    };

    private static readonly Option<string> DeviceName = DeviceOption.Create();

    private static readonly Option<string?> PrecisionName = new("--precision")
    {
        Description = "float32, or bfloat16-backbone: the frozen layers in bfloat16 (in evaluate: all but the last block), which is faster on processors with bfloat16. Default: the recipe's.",
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

    private static readonly Option<long?> Seed = new("--seed")
    {
        Description = "Seed of weights, order, sampling and augmentation. Default: the recipe's, 0.",
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
        Description = "Last groups of every class of the training side that are not trained on: validations are on them and no longer on the test side, and their "
            + "predictions are saved beside the test videos', to choose a fusion's weight on. Default: the recipe's own, drawn by the seed; evaluate takes what the checkpoint was trained with.",
        Recursive = true,
    };

    private static readonly Option<bool> Resume = new("--resume")
    {
        Description = "Go on where an earlier run into --output was stopped or killed, in training or in evaluation.",
        Recursive = true,
    };

    private static readonly Option<string?> ShardName = ShardOption.Create(
        "With the verb evaluate: only a part of the videos, while other processes do the others into the same --output; then the verb merge. Only predictions are "
        + "written, and those that are there are kept, so a lost part is run again. Give all the same options, and the same --threads on machines of different cores.");

    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Send one batch through training, validation and a checkpoint, to see that all is in place; nothing is left.",
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
        _batchSize = new("--batch-size") { Description = $"{char.ToUpperInvariant(unit[0])}{unit[1..]}s in a batch; with --distributed, in that of each process. Default: the recipe's, {batchSize}.", Recursive = true };
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

    /// <summary>The part's recipes.</summary>
    protected abstract IReadOnlyList<Recipe> Recipes { get; }

    /// <summary>What the part's own options make of the run.</summary>
    protected abstract AssignmentOptions WithOwnOptions(AssignmentOptions options, ParseResult parsed);

    public RootCommand Create(string description)
    {
        var root = new RootCommand($"{description} Without a verb: train, then evaluate.");
        Option[] options =
        [
            .. DataOptions.All, Split, RecipeOption.Name, _depth, .. OwnOptions, Size, _weights, Download, TrainingOptions.Epochs, _batchSize,
            TrainingOptions.LearningRate, DeviceName, PrecisionName, Threads, Workers, Seed, _output, Resume, ShardName, DistributedOption.Value, DryRun, .. TrainingOptions.Others,
            .. TestOptions.All, SkipTrainVideos, HoldOutGroups,
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
        var merge = new Command("merge", "Puts together what all parts of evaluate --shard predicted, and writes what one evaluate would; says what is missing.");
        merge.SetAction(parsed => Run(parsed, train: false, evaluate: true, merge: true));
        var recipe = new Command("recipe", "Prints the recipe, with what the other options change, as JSON; a file of it can be given to --recipe.");
        recipe.SetAction(parsed =>
        {
            Console.WriteLine(WithTest(Parse(parsed, train: true, needsData: false)).ToJson());
            return 0;
        });
        root.Add(train);
        root.Add(evaluate);
        root.Add(merge);
        root.Add(recipe);
        return root;
    }

    private int Run(ParseResult parsed, bool train, bool evaluate, bool merge = false)
    {
        AssignmentOptions options = Parse(parsed, train, needsData: true) with { Merge = merge };
        if (options.Shard is not null && (train || merge))
        {
            throw new ArgumentException(train
                ? "--shard goes with the verb evaluate: training is not parted. Train first, then evaluate in shards."
                : "--shard goes with the verb evaluate; merge takes all shards together.");
        }

        if (options.DryRun && !train)
        {
            throw new ArgumentException("--dry-run goes with training.");
        }

        if (train && options.Weights is null && options.Recipe.Network.Precision == Precision.BFloat16Backbone)
        {
            throw new ArgumentException("--precision bfloat16-backbone needs --weights: without them every layer is trained, and nothing is frozen.");
        }

        if (parsed.GetValue(Threads) is { } threads)
        {
            TorchRuntime.Threads = threads;
        }

        return DistributedOption.Run(parsed, options, rank =>
        {
            if (parsed.GetValue(Split) == "all")
            {
                new SplitRuns(rank, Adjusted).Run(train, evaluate);
            }
            else
            {
                new AssignmentRun(rank).Run(train, evaluate);
            }

            return 0;
        });
    }

    // The recipe with what the options say of the test and of held-out groups.
    private static Recipe WithTest(AssignmentOptions options)
    {
        Recipe recipe = options.Recipe;
        int length = recipe.Network is ResNet3DOptions clips ? clips.ClipLength : 1;
        return recipe with
        {
            HeldOutGroups = options.HoldOutGroups ?? recipe.HeldOutGroups,
            Evaluation = recipe.Evaluation with
            {
                Sampler = options.TestClips?.Invoke(length) ?? recipe.Evaluation.Sampler,
                Crops = options.TestCrops ?? recipe.Evaluation.Crops,
            },
        };
    }

    private AssignmentOptions Parse(ParseResult parsed, bool train, bool needsData)
    {
        string weights = parsed.GetValue(_weights)!;
        string split = parsed.GetValue(Split)!;
        var options = new AssignmentOptions
        {
            Unit = Unit,
            Data = DataOptions.Get(parsed, needsData),
            Split = split == "all" ? 1 : int.TryParse(split, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? number
                : throw new ArgumentException($"There is no split '{split}'. Splits: 1, 2, 3, all."),
            Resume = parsed.GetValue(Resume),
            Shard = ShardOption.Get(parsed, ShardName),
            DryRun = parsed.GetValue(DryRun),
            TestClips = TestOptions.ClipsOf(parsed),
            TestCrops = TestOptions.CropsOf(parsed, Unit),
            Weights = weights == "none" ? null : weights,
            Download = parsed.GetValue(Download),
            Device = parsed.GetValue(DeviceName)!,
            Output = parsed.GetValue(_output)!,
            SkipTrainVideos = parsed.GetValue(SkipTrainVideos),
            HoldOutGroups = parsed.GetValue(HoldOutGroups),
            Recipe = Adjust(RecipeOption.Get(parsed, Recipes, Unit, trainedIn: train ? null : parsed.GetValue(_output)), parsed,
                fromScratch: needsData && weights == "none"),
        };
        options = options
            .Checking("--depth", parsed.GetValue(_depth), model => model.Depth)
            .Checking("--size", parsed.GetValue(Size) is { } side ? FrameSize.Square(side) : null, model => model.Input.Size);
        return WithOwnOptions(options, parsed);
    }

    // The same run into another folder.
    private static AssignmentOptions Adjusted(AssignmentOptions options, int split, string output) => options with
    {
        Split = split,
        Output = output,
        Recipe = options.Recipe with
        {
            Training = options.Recipe.Training with { OutputFolder = output },
            Evaluation = options.Recipe.Evaluation with { PredictionsFolder = Path.Combine(output, "UCF-101-predictions") },
        },
    };

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
                BatchNorm = fromScratch ? BatchNormMode.Train : recipe.Network.BatchNorm,
                Precision = parsed.GetValue(PrecisionName) is { } precision ? FindPrecision(precision) : recipe.Network.Precision,
            },
            Loading = recipe.Loading with
            {
                BatchSize = parsed.GetValue(_batchSize) ?? recipe.Loading.BatchSize,
                Workers = parsed.GetValue(Workers),
                Seed = parsed.GetValue(Seed) ?? recipe.Loading.Seed,
            },
            Training = TrainingOptions.Adjust(recipe.Training, parsed) with { OutputFolder = output, Resume = parsed.GetValue(Resume) },
            Evaluation = recipe.Evaluation with { PredictionsFolder = Path.Combine(output, "UCF-101-predictions"), Resume = parsed.GetValue(Resume) },
        };
    }

    private static Precision FindPrecision(string name) => name switch
    {
        Float32 => Precision.Float32,
        BFloat16Backbone => Precision.BFloat16Backbone,
        _ => throw new ArgumentException($"There is no precision '{name}'. Precisions: {Float32}, {BFloat16Backbone}."),
    };
}
