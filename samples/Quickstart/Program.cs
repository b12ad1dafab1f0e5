using System.CommandLine;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using UcfActionRecognition;
using UcfActionRecognition.Samples;

// The whole way in one file: a data set, a model of single frames, training, evaluation, a table.
var command = new RootCommand("Makes a small synthetic data set, trains a model of single frames on it and evaluates it. Takes no arguments.");
command.SetAction(_ => Quickstart());
return ConsoleProgram.Run(command, args);

static int Quickstart()
{
    const string Output = "output/quickstart";
    var clock = Stopwatch.StartNew();
    using ILoggerFactory logging = ConsoleProgram.CreateLoggerFactory();
    ILogger logger = logging.CreateLogger("Quickstart");

    // 1. The data: a folder in the shape of UCF-101. With the real one, its root stands here and nothing else changes.
    SyntheticActions.Create(Output, cancel: ConsoleProgram.Cancellation);
    ActionDataset data = Ucf101.Load(Output, split: 1);
    using IVideoClipSource source = Ucf101.OpenSource(Output);
    Console.WriteLine($"Made {data.Train.Count} training and {data.Test.Count} test videos of {data.Classes.Count} classes in {Output}.");

    // 2. The recipe: everything that must fit together. There are no pretrained weights here, so all layers are trained.
    Recipe recipe = Recipe.SingleFrame.Assignment with
    {
        Name = "quickstart",
        Depth = 18,
        Network = Recipe.SingleFrame.Assignment.Network with { Size = 64, Scope = FineTuneScope.All },
        Loading = new ClipLoaderOptions { BatchSize = 24 },
        Training = new TrainerOptions { Epochs = 12, LearningRate = 1e-3, OutputFolder = Output },
        Evaluation = new EvaluatorOptions { PredictionsFolder = Path.Combine(Output, "UCF-101-predictions") },
    };

    // 3. Training: one random augmented frame of each video and epoch.
    using ActionModel model = recipe.CreateModel(data.Classes);
    ClipLoader training = recipe.CreateTrainingLoader(data.Train, source, logger);
    ClipLoader test = recipe.CreateTestLoader(data.Test, source, logger);
    TrainingResult trained = ConsoleProgram.WithProgressBar("Training", bar =>
        new Trainer(recipe.Training, logger).Fit(model, training, test, bar.ForTraining("frames"), ConsoleProgram.Cancellation));

    // 4. Evaluation: every frame of every test video.
    EvaluationResult result = ConsoleProgram.WithProgressBar("Evaluating", bar =>
        new Evaluator(recipe.Evaluation, logger).Evaluate(model, data.Test, source, bar.ForEvaluation(), ConsoleProgram.Cancellation));

    EpochResult last = trained.Epochs[^1];
    ResultTables.PrintAccuracies(
        ("train, one random frame", last.Train.Accuracy),
        ("test, one random frame", last.Validation?.Accuracy),
        ("test, every frame", result.ClipAccuracy),
        ("test, whole videos", result.Report.Accuracy));
    ResultTables.PrintClasses(result.Report);
    Console.WriteLine("""
        Six of the classes come in pairs that show the same frames in opposite order (CircleAppear and CircleVanish).
        A model of single frames can only guess between the two: 62.5 % is its limit, give or take chance.
        """);
    Console.WriteLine($"{clock.Elapsed.TotalSeconds:F0} seconds. Checkpoint, metrics and predictions are in {Output}.");
    return 0;
}
