using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using TorchSharp;

namespace UcfActionRecognition.Samples.Assignment;

/// <summary>Trains, evaluates, or both, and writes what came of it into the output folder.</summary>
internal sealed class AssignmentRun(AssignmentOptions options)
{
    private const string HeldOutGroups = "held_out_groups";

    private readonly Recipe _recipe = options.Recipe;

    public void Run(bool train, bool evaluate)
    {
        var clock = Stopwatch.StartNew();
        using ILoggerFactory logging = ConsoleProgram.CreateLoggerFactory();
        ILogger logger = logging.CreateLogger("Assignment");
        ActionDataset data = HoldOut(LoadData(), train);
        using IVideoClipSource source = Ucf101.OpenSource(options.Data, options.Format);
        using ResNet model = train ? CreateModel(data) : LoadCheckpoint(data);
        string summaryPath = Path.Combine(options.Output, "summary.json");
        Summary summary = train ? Summary.OfTraining(summaryPath, options, model) : Summary.OfEarlierTraining(summaryPath, options, model);
        summary.DescribeData(data, Ucf101.FindFormat(options.Data, options.Format));
        if (train)
        {
            CheckInput(model, source, data);
            TrainingResult result = Train(model, data, source, logger);
            summary.AddTraining(result, model.ComputeHash());
            DeleteEarlierResults();
            summary.Save(clock.Elapsed);
            ResultTables.PrintAccuracies(
                ($"train, one random {options.Unit}", result.Epochs[^1].Train.Accuracy), ($"test, one random {options.Unit}", result.Epochs[^1].Validation?.Accuracy));
        }

        if (evaluate)
        {
            Evaluate(model, data, source, logger, summary);
        }

        summary.Save(clock.Elapsed);
        Console.WriteLine($"{clock.Elapsed.TotalSeconds:F0} seconds. Results are in {options.Output}.");
    }

    private string CheckpointPath => Path.Combine(options.Output, Trainer.LastCheckpoint);

    private string ConfusionMatrixPath => Path.Combine(options.Output, "confusion_matrix.npy");

    // What an earlier model gave is not to stand beside this one's checkpoint.
    private void DeleteEarlierResults()
    {
        File.Delete(ConfusionMatrixPath);
        if (_recipe.Evaluation.PredictionsFolder is { } predictions && Directory.Exists(predictions))
        {
            Directory.Delete(predictions, recursive: true);
        }
    }

    private ActionDataset LoadData()
    {
        ActionDataset data = Ucf101.Load(
            options.Data, options.Split, new Ucf101Options { Classes = options.Classes, Format = options.Format, SkipMissing = true });
        if (data.Train.Count == 0 || data.Test.Count == 0)
        {
            throw new DatasetFormatException(
                $"'{options.Data}' has {data.Train.Count} training and {data.Test.Count} test videos of split {options.Split} and these classes; "
                + $"both sides need some. {WhereLooked}");
        }

        Console.WriteLine($"{data.Name}: {data.Classes.Count} classes, {data.Train.Count} training and {data.Test.Count} test videos.");
        if (data.MissingVideos > 0)
        {
            AnsiConsole.MarkupLine(CultureInfo.InvariantCulture,
                "[yellow]The lists name {0} more videos whose files are not there: the numbers below are of a part of the split. {1}[/]",
                data.MissingVideos, WhereLooked);
        }

        return data;
    }

    // An evaluation holds out what the training held out, or its held-out videos were trained on.
    private ActionDataset HoldOut(ActionDataset data, bool train)
    {
        int groups = options.HoldOutGroups ?? 0;
        if (!train)
        {
            string trained = ReadCheckpointInfo().Metadata.GetValueOrDefault(HeldOutGroups, "0");
            CheckSame(CheckpointPath, "--hold-out-groups", trained, options.HoldOutGroups?.ToString(CultureInfo.InvariantCulture) ?? trained);
            groups = int.Parse(trained, CultureInfo.InvariantCulture);
        }

        ActionDataset rest = data.HoldOut(groups);
        if (groups > 0)
        {
            Console.WriteLine($"{rest.HeldOut.Count} of the training videos, {groups} groups of each class, are held out.");
        }

        return rest;
    }

    private string WhereLooked => options.Format == VideoFormat.Auto
        ? $"Looked in the first of {Ucf101.Hdf5Folder}/, {Ucf101.CompactFolder}/ and {Ucf101.AviFolder}/ that is there; --source chooses."
        : $"Looked for {options.Format} files.";

    private ResNet CreateModel(ActionDataset data)
    {
        PretrainedWeights? weights = options.Weights is { } name ? FindWeights(name) : null;
        ResNet model = _recipe.CreateModel(data.Classes, weights, FindDevice());
        Console.WriteLine(
            model.LoadReport?.ToString()
            ?? "No pretrained weights: every layer is trained from its random start, which needs more data and epochs than fine-tuning.");
        long trained = model.TrainableParameters().Sum(named => named.Parameter.numel());
        Console.WriteLine($"{model.Architecture} on {model.Device}, {trained:N0} trained parameters, input {model.Input}.");
        return model;
    }

    private PretrainedWeights FindWeights(string nameOrPath)
    {
        try
        {
            return PretrainedWeights.Find(nameOrPath);
        }
        catch (WeightsUnavailableException missing) when (missing.Weights?.DownloadAddress is not null)
        {
            return options.Download
                ? ConsoleProgram.WithProgressBar("Downloading", bar =>
                    PretrainedWeights.Download(missing.Weights, progress: bar.ForDownload(), cancel: ConsoleProgram.Cancellation))
                : throw new ArgumentException($"{missing.Message} --download does it.", missing);
        }
    }

    // Whether the normalisation is that of the weights. The assignment's is not, on purpose: it is said, and training goes on.
    private static void CheckInput(ResNet model, IVideoClipSource source, ActionDataset data)
    {
        if (model.LoadReport is null)
        {
            return;
        }

        InputCheck? check = model.CheckInput(source, data.Train, ConsoleProgram.Cancellation);
        string line = check?.ToString() ?? "Whether the input fits the weights could not be checked: their first BatchNorm has no statistics, or no video could be read.";
        AnsiConsole.MarkupLineInterpolated(check is { FitsWeights: true } ? $"{line}" : (FormattableString)$"[yellow]{line}[/]");
    }

    private ResNet LoadCheckpoint(ActionDataset data)
    {
        string path = CheckpointPath;
        ModelCheckpointInfo info = ReadCheckpointInfo();
        CheckSame(path, "classes", string.Join(", ", info.Classes), string.Join(", ", data.Classes));

        // Another split's test side holds videos that this model was trained on.
        CheckSame(path, "data", info.Metadata.GetValueOrDefault("data", "unknown data"), data.Name);
        ActionModel model = ActionModels.FromCheckpoint(path, FindDevice());
        try
        {
            if (model is not ResNet network || model is ResNet3D != _recipe.Network is ResNet3DOptions)
            {
                throw new CheckpointException($"'{path}' holds {info.Architecture}, a model of {info.Input}; expected a model of {options.Unit}s, as this part trains.");
            }

            foreach ((string option, string asked, Func<ResNet, object> of) in options.Checks)
            {
                CheckSame(path, option, of(network).ToString()!, asked);
            }

            network.FineTune(FineTuneScope.LastBlock, network.BatchNorm);
            network.Precision = _recipe.Network.Precision;
            return network;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private ModelCheckpointInfo ReadCheckpointInfo() => File.Exists(CheckpointPath)
        ? ModelCheckpoint.ReadInfo(CheckpointPath)
        : throw new CheckpointException($"There is no checkpoint '{CheckpointPath}'. Train first, or name the folder of a training with --output.");

    private static void CheckSame(string path, string what, string trained, string asked)
    {
        if (trained != asked)
        {
            throw new CheckpointException($"'{path}' was trained with other {what} than asked for: {trained}, not {asked}.");
        }
    }

    private torch.Device FindDevice()
    {
        TorchRuntime.Load();
        bool cuda = torch.cuda.is_available();
        string name = options.Device == "auto" ? cuda ? "cuda" : "cpu" : options.Device;
        bool numbered = name.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(name.AsSpan(5), NumberStyles.None, null, out _);
        if (name is not ("cpu" or "cuda") && !numbered)
        {
            throw new ArgumentException($"There is no device '{name}'. Devices: auto, cpu, cuda, cuda:N.");
        }

        return name == "cpu" || cuda
            ? torch.device(name)
            : throw new ArgumentException(
                "CUDA is not available: build with -p:TorchBackend=cuda-linux or cuda-windows on a machine with an NVIDIA GPU, or use --device cpu.");
    }

    private TrainingResult Train(ResNet model, ActionDataset data, IVideoClipSource source, ILogger logger)
    {
        var heldOut = new Dictionary<string, string> { [HeldOutGroups] = (options.HoldOutGroups ?? 0).ToString(CultureInfo.InvariantCulture) };
        Recipe recipe = _recipe with { Training = _recipe.Training with { CheckpointMetadata = heldOut } };
        Trainer trainer = recipe.CreateTrainer(data, logger);
        using ClipLoader training = _recipe.CreateTrainingLoader(data.Train, source, logger);
        using ClipLoader test = _recipe.CreateTestLoader(data.Test, source, logger);
        return ConsoleProgram.WithProgressBar("Training", bar =>
            trainer.Fit(model, training, test, bar.ForTraining($"{options.Unit}s"), ConsoleProgram.Cancellation));
    }

    private void Evaluate(ResNet model, ActionDataset data, IVideoClipSource source, ILogger logger, Summary summary)
    {
        IClipSampler clips = options.TestClips(model.Input.ClipLength);
        EvaluatorOptions evaluation = _recipe.Evaluation with { Sampler = clips, Data = data.Name };
        EvaluationResult? train = options.SkipTrainVideos ? null : EvaluateSide(
            "Training videos", model, data.Train, source, evaluation with { PredictionsFolder = null }, logger);
        EvaluationResult? heldOut = data.HeldOut.Count == 0 ? null : EvaluateSide("Held-out videos", model, data.HeldOut, source, evaluation, logger);
        EvaluationResult test = EvaluateSide("Test videos", model, data.Test, source, evaluation, logger);
        test.Report.Confusion.SaveRowNormalized(ConfusionMatrixPath);
        summary.AddEvaluation(clips, train, heldOut, test);

        // A full sequence is one clip: its accuracy is the video's.
        bool several = clips is not FullSequence;
        ResultTables.PrintAccuracies(
            ($"train, every {options.Unit}", several ? train?.ClipAccuracy : null), ("train, whole videos", train?.Report.Accuracy),
            ("held out, whole videos", heldOut?.Report.Accuracy),
            ($"test, every {options.Unit}", several ? test.ClipAccuracy : null), ("test, whole videos", test.Report.Accuracy));
        ResultTables.PrintClasses(test.Report);
    }

    private static EvaluationResult EvaluateSide(
        string title, ActionModel model, IReadOnlyList<LabeledVideo> videos, IVideoClipSource source, EvaluatorOptions evaluation, ILogger logger) =>
        ConsoleProgram.WithProgressBar(title, bar =>
            new Evaluator(evaluation, logger).Evaluate(model, videos, source, bar.ForEvaluation(), ConsoleProgram.Cancellation));
}
