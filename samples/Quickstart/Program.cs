using System.CommandLine;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using UcfActionRecognition;
using UcfActionRecognition.Reporting;
using UcfActionRecognition.Samples;

// The whole way in one file: a data set, a model of single frames and one of clips, training, evaluation, a comparison, a report.
const string Predictions = "UCF-101-predictions";
var command = new RootCommand("Makes a small synthetic data set, trains a model of single frames and a model of clips on it and compares them. Takes no arguments.");
command.SetAction(_ => Quickstart());
return ConsoleProgram.Run(command, args);

static int Quickstart()
{
    const string Output = "output/quickstart";
    var clock = Stopwatch.StartNew();

    // 1. The data: a folder in the shape of UCF-101. With the real one, its root stands here and nothing else changes.
    SyntheticActions.Create(Output, cancel: ConsoleProgram.Cancellation);
    ActionDataset data = Ucf101.Load(Output, split: 1);
    using IVideoClipSource source = Ucf101.OpenSource(Output);
    Console.WriteLine($"Made {data.Train.Count} training and {data.Test.Count} test videos of {data.Classes.Count} classes in {Output}.");

    // 2. The recipes: everything that must fit together. There are no pretrained weights here, so all layers are trained.
    Recipe frames = Recipe.SingleFrame.Assignment;
    frames = frames with
    {
        Name = "quickstart, single frames",
        Depth = 18,
        Network = frames.Network with { Size = 64, Scope = FineTuneScope.All },
        Loading = new ClipLoaderOptions { BatchSize = 24 },
        Training = new TrainerOptions { Epochs = 12, LearningRate = 1e-3 },
    };
    Recipe clips = Recipe.Sequence.Assignment;
    clips = clips with
    {
        Name = "quickstart, clips",
        Depth = 10,
        Network = clips.Network with { Size = 32, Scope = FineTuneScope.All },
        TestSampler = new CenterClip(16),
        Loading = new ClipLoaderOptions { BatchSize = 24 },
        Training = new TrainerOptions { Epochs = 12, LearningRate = 2e-4 },
    };

    // 3. Training and evaluation: one random augmented frame or clip of each video and epoch; then the whole test videos, by every
    //    frame, or by windows of 16 frames.
    ClassificationReport frameReport = TrainAndEvaluate(frames, data, source, $"{Output}/single-frame").Report;
    ClassificationReport clipReport = TrainAndEvaluate(clips, data, source, $"{Output}/sequence").Report;

    Compare(frameReport, clipReport);
    Console.WriteLine("""
        The pairs show the same frames in opposite order. A model of single frames can only guess between the two classes of a pair;
        a 3D model sees the order.
        """);

    // 4. The report, from the predictions that both evaluations saved: both models, their combination, and what each is good at.
    FusionReport.Create(
        PredictionSet.Load("single frames", $"{Output}/single-frame/{Predictions}", data),
        PredictionSet.Load("clips", $"{Output}/sequence/{Predictions}", data),
        new FusionReportOptions
        {
            Date = DateOnly.FromDateTime(DateTime.Today),
            Data = "Synthetic actions",
            SingleRun = ModelRun.Read($"{Output}/single-frame"),
            SequenceRun = ModelRun.Read($"{Output}/sequence"),
            Videos = source,
        },
        ConsoleProgram.Cancellation).SavePdf($"{Output}/report.pdf");
    Console.WriteLine($"{clock.Elapsed.TotalSeconds:F0} seconds. The report is {Output}/report.pdf; data, checkpoints, metrics and predictions are beside it.");
    return 0;
}

static EvaluationResult TrainAndEvaluate(Recipe recipe, ActionDataset data, IVideoClipSource source, string output)
{
    using ILoggerFactory logging = ConsoleProgram.CreateLoggerFactory();
    ILogger logger = logging.CreateLogger("Quickstart");
    using ResNet model = recipe.CreateModel(data.Classes);
    string unit = model is ResNet3D ? "clip" : "frame";
    Console.WriteLine();
    Console.WriteLine($"{model.Architecture}: {model.Input}");

    using ClipLoader training = recipe.CreateTrainingLoader(data.Train, source, logger);
    using ClipLoader test = recipe.CreateTestLoader(data.Test, source, logger);
    Trainer trainer = (recipe with { Training = recipe.Training with { OutputFolder = output } }).CreateTrainer(data, logger);
    TrainingResult trained = ConsoleProgram.WithProgressBar("Training", bar =>
        trainer.Fit(model, training, test, bar.ForTraining($"{unit}s"), ConsoleProgram.Cancellation));

    var evaluator = new Evaluator(recipe.Evaluation with { PredictionsFolder = $"{output}/{Predictions}", Data = data.Name }, logger);
    EvaluationResult result = ConsoleProgram.WithProgressBar("Evaluating", bar =>
        evaluator.Evaluate(model, data.Test, source, bar.ForEvaluation(), ConsoleProgram.Cancellation));

    EpochResult last = trained.Epochs[^1];
    ResultTables.PrintAccuracies(
        ($"train, one {unit} of each video", last.Train.Accuracy),
        ($"test, one {unit} of each video", last.Validation?.Accuracy),
        ($"test, every {unit}", result.ClipAccuracy),
        ("test, whole videos", result.Report.Accuracy));
    return result;
}

static void Compare(ClassificationReport frames, ClassificationReport clips)
{
    Table table = new Table().AddColumn("whole test videos, top-1").AddColumn("single frames").AddColumn("clips").AddColumn("of");
    foreach ((string forwards, string backwards) in SyntheticActions.MotionPairs)
    {
        AddRow($"{forwards} or {backwards}", [forwards, backwards]);
    }

    string[] still = [.. SyntheticActions.Classes.Except(SyntheticActions.MotionPairs.SelectMany(pair => new[] { pair.Forwards, pair.Backwards }))];
    AddRow(string.Join(" or ", still), still);
    AddRow("all classes", [.. SyntheticActions.Classes]);
    AnsiConsole.Write(table);

    void AddRow(string name, string[] classes)
    {
        (Accuracy byFrames, Accuracy byClips) = (Of(frames, classes), Of(clips, classes));
        table.AddRow(name, ProgressBar.Percent(byFrames), ProgressBar.Percent(byClips), $"{byFrames.Total}");
    }

    static Accuracy Of(ClassificationReport report, string[] classes)
    {
        Accuracy[] members = [.. report.PerClass.Where(entry => classes.Contains(entry.Class)).Select(entry => entry.Top1)];
        return new Accuracy(members.Sum(member => member.Correct), members.Sum(member => member.Total));
    }
}
