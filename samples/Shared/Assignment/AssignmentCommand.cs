using System.CommandLine;
using System.Globalization;

namespace UcfActionRecognition.Samples.Assignment;

/// <summary>
/// The command line of one part of the assignment: <c>[train|evaluate|recipe] --data ROOT [options]</c>; without a verb, training and evaluation. What the
/// parts differ in, they state.
/// </summary>
internal abstract class AssignmentCommand
{
    private const string Float32 = "float32";
    private const string BFloat16Backbone = "bfloat16-backbone";

    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Root of the data: for ucf101 it holds ucfTrainTestlist/ and UCF-101-hdf5/, UCF-101-compact/ or UCF-101/ (AVI); for csv it is the list.",
        Recursive = true,
    };

    private static readonly Option<DatasetKind> Dataset = new("--dataset")
    {
        Description = "ucf101, hmdb51 (official lists and hmdb51_org/), folder (one folder per class) or csv (columns video, label, split and, if known, group).",
        Recursive = true,
    };

    private static readonly Option<VideoFormat> Source = new("--source")
    {
        Description = "Form of the videos: hdf5 (raw frames), compact or avi. auto: the first of these that is there.",
        Recursive = true,
    };

    private static readonly Option<string> Split = new("--split")
    {
        Description = "Official split: 1, 2, 3, or all for one after another with mean and spread. With --dataset folder it seeds the split.",
        DefaultValueFactory = _ => "1",
        Recursive = true,
    };

    private static readonly Option<string?> RecipeName = new("--recipe")
    {
        Description = "Recipe: assignment, recommended, or a file that the verb recipe wrote. Default: assignment; evaluate takes the one that was trained by.",
        Recursive = true,
    };

    private static readonly Option<int?> Size = new("--size")
    {
        Description = "Side of the square frames in pixels. Default: the recipe's.",
        Recursive = true,
    };

    private static readonly Option<int?> Epochs = new("--epochs")
    {
        Description = "Passes over the training videos. Default: the recipe's.",
        Recursive = true,
    };

    private static readonly Option<double?> LearningRate = new("--learning-rate")
    {
        Description = "Learning rate. Default: the recipe's.",
        Recursive = true,
    };

    private static readonly Option<string> DeviceName = new("--device")
    {
        Description = "auto (CUDA where it is there), cpu, cuda or cuda:N.",
        DefaultValueFactory = _ => "auto",
        Recursive = true,
    };

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
        Description = "Last groups of every class of the training side that are not trained on; their predictions are saved beside the test videos', "
            + "to choose a fusion's weight on. Default: the recipe's own, drawn by the seed; evaluate takes what the checkpoint was trained with.",
        Recursive = true,
    };

    private static readonly Option<bool> Resume = new("--resume")
    {
        Description = "Go on where an earlier run into --output was stopped or killed, in training or in evaluation.",
        Recursive = true,
    };

    private static readonly Option<bool> DryRun = new("--dry-run")
    {
        Description = "Send one batch through training, validation and a checkpoint, to see that all is in place; nothing is left.",
        Recursive = true,
    };

    private static readonly Option<long?> CheckpointSteps = new("--checkpoint-steps")
    {
        Description = "Steps between checkpoints within an epoch. Default: only after epochs.",
        Recursive = true,
    };

    private static readonly Option<long?> ValidateSteps = new("--validate-steps")
    {
        Description = "Steps between validations within an epoch. Default: only after epochs.",
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

    private static readonly Option<TestClips> Test = new("--test")
    {
        Description = "What whole videos are tested on: the recipe's choice, one random or centre clip, windows side by side (of a model of frames: every frame), "
            + "uniform clips, or the full sequence.",
        Recursive = true,
    };

    private static readonly Option<int?> WindowStride = new("--window-stride")
    {
        Description = "With --test windows: frames from one window to the next, 1 for every subsequence. Default: side by side.",
        Recursive = true,
    };

    private static readonly Option<int?> UniformCount = new("--test-clips")
    {
        Description = "With --test uniform: clips of a video. Default: 10, of frames 25.",
        Recursive = true,
    };

    private static readonly Option<TestCropLayout?> Crops = new("--crops")
    {
        Description = "Regions of each test frame: WholeFrame (resized without its aspect), Center, Three or Ten. Default: the recipe's.",
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

    /// <summary>The part's recipes.</summary>
    protected abstract IReadOnlyList<Recipe> Recipes { get; }

    /// <summary>What the part's own options make of the run.</summary>
    protected abstract AssignmentOptions WithOwnOptions(AssignmentOptions options, ParseResult parsed);

    public RootCommand Create(string description)
    {
        var root = new RootCommand($"{description} Without a verb: train, then evaluate.");
        Option[] options =
        [
            Data, Dataset, Source, Split, RecipeName, _depth, .. OwnOptions, Size, _weights, Download, Epochs, _batchSize, LearningRate,
            DeviceName, PrecisionName, Threads, Workers, Seed, _output, Resume, DryRun, CheckpointSteps, ValidateSteps, MaxSteps, MaxMinutes, LimitBatches,
            TensorBoard, Test, WindowStride, UniformCount, Crops, SkipTrainVideos, HoldOutGroups,
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
        var recipe = new Command("recipe", "Prints the recipe, with what the other options change, as JSON; a file of it can be given to --recipe.");
        recipe.SetAction(parsed =>
        {
            Console.WriteLine(WithTest(Parse(parsed, train: true, needsData: false)).ToJson());
            return 0;
        });
        root.Add(train);
        root.Add(evaluate);
        root.Add(recipe);
        return root;
    }

    private int Run(ParseResult parsed, bool train, bool evaluate)
    {
        AssignmentOptions options = Parse(parsed, train, needsData: true);
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

        if (parsed.GetValue(Split) == "all")
        {
            new SplitRuns(options, Adjusted).Run(train, evaluate);
        }
        else
        {
            new AssignmentRun(options).Run(train, evaluate);
        }

        return 0;
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
            Data = new DatasetChoice(
                parsed.GetValue(Dataset), parsed.GetValue(Data) ?? (needsData ? throw new ArgumentException("--data is needed: the root of the data.") : ""),
                parsed.GetValue(Source), ClassesOption.Get(parsed)),
            Split = split == "all" ? 1 : int.TryParse(split, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? number
                : throw new ArgumentException($"There is no split '{split}'. Splits: 1, 2, 3, all."),
            Resume = parsed.GetValue(Resume),
            DryRun = parsed.GetValue(DryRun),
            TestClips = TestClipsOf(parsed),
            TestCrops = TestCropsOf(parsed),
            Weights = weights == "none" ? null : weights,
            Download = parsed.GetValue(Download),
            Device = parsed.GetValue(DeviceName)!,
            Output = parsed.GetValue(_output)!,
            SkipTrainVideos = parsed.GetValue(SkipTrainVideos),
            HoldOutGroups = parsed.GetValue(HoldOutGroups),
            Recipe = Adjust(FindRecipe(parsed.GetValue(RecipeName) ?? DefaultRecipe(parsed.GetValue(_output)!, train)), parsed,
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

    private static Func<int, IClipSampler>? TestClipsOf(ParseResult parsed)
    {
        TestClips clips = parsed.GetValue(Test);
        int? stride = parsed.GetValue(WindowStride);
        int? count = parsed.GetValue(UniformCount);
        if (stride is not null && clips is not (TestClips.Windows or TestClips.Recipe))
        {
            throw new ArgumentException(clips == TestClips.Full
                ? "--window-stride goes with --test windows; a full sequence has no windows."
                : "--window-stride goes with --test windows.");
        }

        if (count is not null && clips != TestClips.Uniform)
        {
            throw new ArgumentException("--test-clips goes with --test uniform.");
        }

        if (stride < 1 || count < 1)
        {
            throw new ArgumentException($"{(stride < 1 ? "--window-stride" : "--test-clips")} is 1 or more.");
        }

        return clips switch
        {
            TestClips.Random => length => new RandomClip(length),
            TestClips.Center => length => new CenterClip(length),
            TestClips.Windows => length => new SlidingWindow(length, stride ?? length),
            TestClips.Uniform => length => new UniformClips(count ?? (length == 1 ? 25 : 10), length),
            TestClips.Full => length => new FullSequence(length),
            _ => stride is { } frames ? length => new SlidingWindow(length, frames) : null,
        };
    }

    // The sides of squares are the field's: 224 of 256 for frames, the full short side for clips.
    private TestCrops? TestCropsOf(ParseResult parsed)
    {
        double ratio = Unit == "frame" ? 0.875 : 1;
        return parsed.GetValue(Crops) switch
        {
            null => null,
            TestCropLayout.Center => TestCrops.Center(ratio),
            TestCropLayout.Three => TestCrops.Three,
            TestCropLayout.Ten => TestCrops.Ten(ratio),
            _ => TestCrops.WholeFrame,
        };
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
                BatchNorm = fromScratch ? BatchNormMode.Train : recipe.Network.BatchNorm,
                Precision = parsed.GetValue(PrecisionName) is { } precision ? FindPrecision(precision) : recipe.Network.Precision,
            },
            Loading = recipe.Loading with
            {
                BatchSize = parsed.GetValue(_batchSize) ?? recipe.Loading.BatchSize,
                Workers = parsed.GetValue(Workers),
                Seed = parsed.GetValue(Seed) ?? recipe.Loading.Seed,
            },
            Training = recipe.Training with
            {
                Epochs = parsed.GetValue(Epochs) ?? recipe.Training.Epochs,
                LearningRate = parsed.GetValue(LearningRate) ?? recipe.Training.LearningRate,
                OutputFolder = output,
                Resume = parsed.GetValue(Resume),
                CheckpointEverySteps = parsed.GetValue(CheckpointSteps) ?? recipe.Training.CheckpointEverySteps,
                ValidateEverySteps = parsed.GetValue(ValidateSteps) ?? recipe.Training.ValidateEverySteps,
                MaxSteps = parsed.GetValue(MaxSteps) ?? recipe.Training.MaxSteps,
                MaxTime = parsed.GetValue(MaxMinutes) is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
                LimitBatches = parsed.GetValue(LimitBatches) ?? recipe.Training.LimitBatches,
                LimitValidationBatches = parsed.GetValue(LimitBatches) ?? recipe.Training.LimitValidationBatches,
                TensorBoard = parsed.GetValue(TensorBoard) || recipe.Training.TensorBoard,
            },
            Evaluation = recipe.Evaluation with { PredictionsFolder = Path.Combine(output, "UCF-101-predictions"), Resume = parsed.GetValue(Resume) },
        };
    }

    // What is evaluated was trained by a recipe; its test goes with it.
    private string DefaultRecipe(string output, bool train)
    {
        string path = Path.Combine(output, Trainer.LastCheckpoint);
        string? trained = !train && File.Exists(path) ? ModelCheckpoint.ReadInfo(path).Metadata.GetValueOrDefault("recipe") : null;
        return Recipes.FirstOrDefault(recipe => recipe.Name == trained)?.Name ?? Recipes[0].Name;
    }

    private Recipe FindRecipe(string nameOrPath)
    {
        if (Recipes.FirstOrDefault(recipe => recipe.Name == nameOrPath) is { } known)
        {
            return known;
        }

        if (!File.Exists(nameOrPath))
        {
            throw new ArgumentException($"There is no recipe '{nameOrPath}'. Recipes: {string.Join(", ", Recipes.Select(recipe => recipe.Name))}, or a file.");
        }

        var read = Recipe.FromJson(File.ReadAllText(nameOrPath));
        return read.Network.GetType() == Recipes[0].Network.GetType()
            ? read
            : throw new ArgumentException($"The recipe in '{nameOrPath}' is for {read.Network.GetType().Name}; this part trains a model of {Unit}s.");
    }

    private static Precision FindPrecision(string name) => name switch
    {
        Float32 => Precision.Float32,
        BFloat16Backbone => Precision.BFloat16Backbone,
        _ => throw new ArgumentException($"There is no precision '{name}'. Precisions: {Float32}, {BFloat16Backbone}."),
    };
}
