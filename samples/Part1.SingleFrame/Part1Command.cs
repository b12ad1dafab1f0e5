using System.CommandLine;

namespace UcfActionRecognition.Samples.Part1;

/// <summary>The command line: <c>[train|evaluate] --data ROOT [options]</c>; without a verb, both.</summary>
internal static class Part1Command
{
    private static readonly Option<string> Data = new("--data")
    {
        Description = "Root that holds ucfTrainTestlist/ and UCF-101-hdf5/ or UCF-101/ (AVI).",
        Required = true,
        Recursive = true,
    };

    private static readonly Option<VideoFormat> Source = new("--source")
    {
        Description = "Form of the videos: auto (HDF5 where it is there), hdf5 or avi.",
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

    private static readonly Option<int?> Depth = new("--depth")
    {
        Description = "Depth of the ResNet: 18, 34, 50, 101 or 152. Default: the recipe's, 50.",
        Recursive = true,
    };

    private static readonly Option<int?> Size = new("--size")
    {
        Description = "Side of the square frames in pixels. Default: the recipe's, 224.",
        Recursive = true,
    };

    private static readonly Option<string> Weights = new("--weights")
    {
        Description = "safetensors file with torchvision's keys, or none: then every layer is trained, since there is nothing to keep.",
        DefaultValueFactory = _ => "none",
        Recursive = true,
    };

    private static readonly Option<int?> Epochs = new("--epochs")
    {
        Description = "Passes over the training videos. Default: the recipe's, 10.",
        Recursive = true,
    };

    private static readonly Option<int?> BatchSize = new("--batch-size")
    {
        Description = "Frames in a batch. Default: the recipe's, 100.",
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

    private static readonly Option<string> Output = new("--output")
    {
        Description = "Folder for checkpoint, metrics, summary, confusion matrix and predictions.",
        DefaultValueFactory = _ => "output/part1",
        Recursive = true,
    };

    private static readonly Option<bool> SkipTrainVideos = new("--skip-train-videos")
    {
        Description = "Evaluate whole videos of the test side only; the training side has 2.5 times as many.",
        Recursive = true,
    };

    public static RootCommand Create()
    {
        var root = new RootCommand("Part 1: recognises the action in a video from its single frames. Without a verb: train, then evaluate.")
        {
            Data, Source, Split, RecipeName, Depth, Size, Weights, Epochs, BatchSize, LearningRate, DeviceName, Workers, Seed, Output, SkipTrainVideos,
        };
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

    private static int Run(ParseResult parsed, bool train, bool evaluate)
    {
        new Part1Run(Parse(parsed)).Run(train, evaluate);
        return 0;
    }

    private static Part1Options Parse(ParseResult parsed)
    {
        string weights = parsed.GetValue(Weights)!;
        return new Part1Options
        {
            Data = parsed.GetValue(Data)!,
            Format = parsed.GetValue(Source),
            Split = parsed.GetValue(Split),
            Classes = ClassesOption.Get(parsed),
            Weights = weights == "none" ? null : weights,
            Device = parsed.GetValue(DeviceName)!,
            Output = parsed.GetValue(Output)!,
            SkipTrainVideos = parsed.GetValue(SkipTrainVideos),
            SizeGiven = parsed.GetValue(Size) is not null,
            DepthGiven = parsed.GetValue(Depth) is not null,
            Recipe = Adjust(FindRecipe(parsed.GetValue(RecipeName)!), parsed, weights == "none"),
        };
    }

    private static Recipe FindRecipe(string name) => name switch
    {
        "assignment" => Recipe.SingleFrame.Assignment,
        _ => throw new ArgumentException($"There is no recipe '{name}'. Recipes: assignment."),
    };

    private static Recipe Adjust(Recipe recipe, ParseResult parsed, bool fromScratch)
    {
        string output = parsed.GetValue(Output)!;
        return recipe with
        {
            Depth = parsed.GetValue(Depth) ?? recipe.Depth,
            Size = parsed.GetValue(Size) is { } side ? FrameSize.Square(side) : recipe.Size,
            Scope = fromScratch ? FineTuneScope.All : recipe.Scope,
            Loading = recipe.Loading with
            {
                BatchSize = parsed.GetValue(BatchSize) ?? recipe.Loading.BatchSize,
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
}
