using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using TorchSharp;

namespace UcfActionRecognition.Samples.Part1;

/// <summary>Trains, evaluates, or both, and writes what came of it into the output folder.</summary>
internal sealed class Part1Run(Part1Options options)
{
    private readonly Recipe _recipe = options.Recipe;

    public void Run(bool train, bool evaluate)
    {
        var clock = Stopwatch.StartNew();
        using ILoggerFactory logging = ConsoleProgram.CreateLoggerFactory();
        ILogger logger = logging.CreateLogger("Part1");
        ActionDataset data = LoadData();
        using IVideoClipSource source = Ucf101.OpenSource(options.Data, options.Format);
        using ActionModel model = train ? CreateModel(data) : LoadCheckpoint(data);
        var summary = new Summary(Path.Combine(options.Output, "summary.json"));
        summary.Describe(options, data, source, model);
        if (train)
        {
            TrainingResult result = Train(model, data, source, logger);
            summary.AddTraining(result);
            ResultTables.PrintAccuracies(
                ("train, one random frame", result.Epochs[^1].Train.Accuracy), ("test, one random frame", result.Epochs[^1].Validation?.Accuracy));
        }

        if (evaluate)
        {
            Evaluate(model, data, source, logger, summary);
        }

        summary.Save(clock.Elapsed);
        Console.WriteLine($"{clock.Elapsed.TotalSeconds:F0} seconds. Results are in {options.Output}.");
    }

    private ActionDataset LoadData()
    {
        ActionDataset data = Ucf101.Load(
            options.Data, options.Split, new Ucf101Options { Classes = options.Classes, Format = options.Format, SkipMissing = true });
        if (data.Train.Count == 0 || data.Test.Count == 0)
        {
            throw new DatasetFormatException(
                $"'{options.Data}' has {data.Train.Count} training and {data.Test.Count} test videos of split {options.Split} and these classes; both sides need some.");
        }

        Console.WriteLine($"{data.Name}: {data.Classes.Count} classes, {data.Train.Count} training and {data.Test.Count} test videos.");
        if (data.MissingVideos > 0)
        {
            AnsiConsole.MarkupLine(CultureInfo.InvariantCulture,
                "[yellow]The lists name {0} more videos whose files are not there: the numbers below are of a part of the split.[/]", data.MissingVideos);
        }

        return data;
    }

    private ActionModel CreateModel(ActionDataset data)
    {
        PretrainedWeights? weights = options.Weights is { } path ? PretrainedWeights.FromFile(path) : null;
        ActionModel model = _recipe.CreateModel(data.Classes, weights, FindDevice());
        Console.WriteLine(
            model.LoadReport?.ToString() ?? "No pretrained weights: every layer is trained from its random start, which needs more data and epochs than fine-tuning.");
        long trained = model.TrainableParameters().Sum(named => named.Parameter.numel());
        Console.WriteLine($"{model.Architecture} on {model.Device}, {trained:N0} trained parameters, input {model.Input}.");
        return model;
    }

    private ActionModel LoadCheckpoint(ActionDataset data)
    {
        string path = Path.Combine(options.Output, Trainer.LastCheckpoint);
        ActionModel model = ActionModels.FromCheckpoint(path, FindDevice());
        if (!model.Classes.SequenceEqual(data.Classes))
        {
            string classes = string.Join(", ", model.Classes);
            model.Dispose();
            throw new CheckpointException($"'{path}' was trained on other classes than were asked for: {classes}.");
        }

        return model;
    }

    private torch.Device FindDevice()
    {
        TorchRuntime.Load();
        string name = options.Device == "auto" ? torch.cuda.is_available() ? "cuda" : "cpu" : options.Device;
        return torch.device(name);
    }

    private TrainingResult Train(ActionModel model, ActionDataset data, IVideoClipSource source, ILogger logger)
    {
        var metadata = new Dictionary<string, string> { ["recipe"] = _recipe.Name, ["data"] = data.Name };
        var trainer = new Trainer(_recipe.Training with { CheckpointMetadata = metadata }, logger);
        ClipLoader training = _recipe.CreateTrainingLoader(data.Train, source, logger);
        ClipLoader test = _recipe.CreateTestLoader(data.Test, source, logger);
        return ConsoleProgram.WithProgressBar("Training", bar =>
            trainer.Fit(model, training, test, bar.ForTraining("frames"), ConsoleProgram.Cancellation));
    }

    private void Evaluate(ActionModel model, ActionDataset data, IVideoClipSource source, ILogger logger, Summary summary)
    {
        EvaluationResult? train = options.SkipTrainVideos ? null : EvaluateSide(
            "Training videos", model, data.Train, source, _recipe.Evaluation with { PredictionsFolder = null }, logger);
        EvaluationResult test = EvaluateSide("Test videos", model, data.Test, source, _recipe.Evaluation, logger);
        test.Report.Confusion.SaveRowNormalized(Path.Combine(options.Output, "confusion_matrix.npy"));
        summary.AddEvaluation(train, test);
        ResultTables.PrintAccuracies(
            ("train, every frame", train?.FrameAccuracy), ("train, whole videos", train?.Report.Accuracy),
            ("test, every frame", test.FrameAccuracy), ("test, whole videos", test.Report.Accuracy));
        ResultTables.PrintClasses(test.Report);
    }

    private static EvaluationResult EvaluateSide(
        string title, ActionModel model, IReadOnlyList<LabeledVideo> videos, IVideoClipSource source, EvaluatorOptions evaluation, ILogger logger) =>
        ConsoleProgram.WithProgressBar(title, bar =>
            new Evaluator(evaluation, logger).Evaluate(model, videos, source, bar.ForEvaluation(), ConsoleProgram.Cancellation));
}
