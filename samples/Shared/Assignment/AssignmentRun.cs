using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Spectre.Console;
using TorchSharp;

namespace UcfActionRecognition.Samples.Assignment;

/// <summary>Trains, evaluates, or both, and writes what came of it into the output folder.</summary>
internal sealed class AssignmentRun(AssignmentOptions options)
{
    private readonly Recipe _recipe = options.Recipe;

    private HeldOutGroups _held = new(0, null);

    /// <returns>What whole test videos gave; <see langword="null"/> where nothing was evaluated (without that verb, or in a dry run), or only a shard.</returns>
    /// <exception cref="OperationCanceledException">The training was stopped, or its time was over.</exception>
    public EvaluationResult? Run(bool train, bool evaluate)
    {
        var clock = Stopwatch.StartNew();
        using ILoggerFactory logging = ConsoleProgram.CreateLoggerFactory();
        ILogger logger = logging.CreateLogger("Assignment");
        ActionDataset data = HoldOut(LoadData(), train);
        using IVideoClipSource source = options.Data.OpenSource();
        using ResNet model = train ? CreateModel(data) : LoadCheckpoint(data);
        if (options.DryRun)
        {
            TryOneBatch(model, data, source, logger);
            return null;
        }

        string summaryPath = Path.Combine(options.Output, "summary.json");
        Summary summary = train ? Summary.OfTraining(summaryPath, options, model) : Summary.OfEarlierTraining(summaryPath, options, model);
        summary.DescribeData(data, options.Data.FormName, _held);
        if (train)
        {
            TrainingEnd end = Train(model, data, source, logger, summary);
            if (options.IsMain)
            {
                summary.Save(clock.Elapsed);
            }

            if (end == TrainingEnd.MaxTime)
            {
                // As after a signal: exit code 130 says that there is more to do.
                throw new OperationCanceledException("The time is over. Go on with the same command and --resume.");
            }
        }

        EvaluationResult? result = !evaluate ? null
            : options.Group is { } group ? EvaluateTogether(group, model, data, source, logger, summary)
            : new WholeVideos(options, data, source, logger).Evaluate(model, summary);
        if (options.Shard is null && options.IsMain)
        {
            summary.Save(clock.Elapsed);
        }

        Console.WriteLine($"{clock.Elapsed.TotalSeconds:F0} seconds. Results are in {options.Output}.");
        return result;
    }

    private EvaluationResult? EvaluateTogether(
        MpiProcessGroup group, ResNet model, ActionDataset data, IVideoClipSource source, ILogger logger, Summary summary)
    {
        if (options.IsMain && !options.Resume)
        {
            new WholeVideos(options, data, source, logger).DeleteResults();
        }

        WaitForAll(group);
        new WholeVideos(options with { Shard = new Shard(group.Rank, group.Size) }, data, source, logger).Evaluate(model, summary);
        WaitForAll(group);
        return options.IsMain ? new WholeVideos(options with { Merge = true }, data, source, logger).Evaluate(model, summary) : null;
    }

    private static void WaitForAll(MpiProcessGroup group) => group.AllReduceSum(new double[1]);

    // The best one by held-out videos, where the recipe keeps it.
    private string CheckpointPath => Path.Combine(
        options.Output, File.Exists(Path.Combine(options.Output, Trainer.BestCheckpoint)) ? Trainer.BestCheckpoint : Trainer.LastCheckpoint);

    private ActionDataset LoadData()
    {
        ActionDataset data = options.Data.Load(options.Split);
        if (data.Train.Count == 0 || data.Test.Count == 0)
        {
            throw new DatasetFormatException(
                $"'{options.Data.Root}' has {data.Train.Count} training and {data.Test.Count} test videos of split {options.Split} and these classes; "
                + $"both sides need some. {options.Data.WhereLooked}");
        }

        Console.WriteLine($"{data.Name}: {data.Classes.Count} classes, {data.Train.Count} training and {data.Test.Count} test videos.");
        if (data.MissingVideos > 0)
        {
            AnsiConsole.MarkupLineInterpolated(CultureInfo.InvariantCulture,
                $"[yellow]The lists name {data.MissingVideos} more videos whose files are not there: the numbers below are of a part of the split. {options.Data.WhereLooked}[/]");
        }

        return data;
    }

    // An evaluation holds out what the training held out, or its held-out videos were trained on.
    private ActionDataset HoldOut(ActionDataset data, bool train)
    {
        _held = train ? HeldOut(data) : HeldOutGroups.FromMetadata(ReadCheckpointInfo().Metadata);
        if (!train)
        {
            CheckSame(CheckpointPath, "--hold-out-groups", Text(_held.Count), Text(options.HoldOutGroups ?? _held.Count));
        }

        ActionDataset rest = _held.HoldOut(data);
        if (_held.Count > 0)
        {
            Console.WriteLine($"{rest.HeldOut.Count} of the training videos, {_held.Count} groups of each class, are held out.");
        }

        return rest;

        static string Text(int count) => count.ToString(CultureInfo.InvariantCulture);
    }

    // The command line's are the last groups; the recipe's are drawn by the seed.
    private HeldOutGroups HeldOut(ActionDataset data) => options.HoldOutGroups is { } last
        ? new HeldOutGroups(last, Seed: null)
        : _recipe.HeldOutGroups > 0 && data.HeldOut.Count == 0
            ? new HeldOutGroups(_recipe.HeldOutGroups, _recipe.Loading.Seed)
            : new HeldOutGroups(0, Seed: null);

    private ResNet CreateModel(ActionDataset data)
    {
        PretrainedWeights? weights = options.Weights is { } name ? FindWeightsInTurn(name) : null;
        ResNet model = _recipe.CreateModel(data.Classes, weights, FindDevice());
        Console.WriteLine(
            model.LoadReport?.ToString()
            ?? "No pretrained weights: every layer is trained from its random start, which needs more data and epochs than fine-tuning.");
        long trained = model.TrainableParameters().Sum(named => named.Parameter.numel());
        Console.WriteLine($"{model.Architecture} on {model.Device}, {trained:N0} trained parameters, input {model.Input}.");
        return model;
    }

    // One process of several downloads them.
    private PretrainedWeights FindWeightsInTurn(string nameOrPath)
    {
        if (options is not { Group: { } group, Download: true })
        {
            return FindWeights(nameOrPath);
        }

        if (!options.IsMain)
        {
            WaitForAll(group);
        }

        PretrainedWeights weights = FindWeights(nameOrPath);
        if (options.IsMain)
        {
            WaitForAll(group);
        }

        return weights;
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

    private torch.Device FindDevice() => DeviceOption.Find(options.Device, OwnGpu);

    // Of several processes on a machine, each has one.
    private string OwnGpu() => options.Group is { } group ? $"cuda:{group.LocalRank % torch.cuda.device_count()}" : "cuda";

    private TrainingEnd Train(ResNet model, ActionDataset data, IVideoClipSource source, ILogger logger, Summary summary)
    {
        CheckInput(model, source, data);
        using ClipLoader training = _recipe.CreateTrainingLoader(data.Train, source, logger);
        using ClipLoader validation = _recipe.CreateTestLoader(ValidationVideos(data), source, logger);
        TrainingResult result = Fit(CreateTrainer(data, logger), model, training, validation);
        if (result.Epochs.Count > 0)
        {
            summary.AddTraining(result, _recipe, isOnHeldOut: data.HeldOut.Count > 0);
            string drawn = _recipe.TrainingSampler is RandomSegments segments ? $"{segments.Count} random {options.Unit}s" : $"one random {options.Unit}";
            ResultTables.PrintAccuracies(
                ($"train, {drawn}", result.Epochs[^1].Train.Accuracy),
                ($"{(data.HeldOut.Count > 0 ? "held out" : "test")}, one {options.Unit} of each video", result.Epochs[^1].Validation?.Accuracy));
        }

        if (_recipe.Training.KeepBest && result.Best is { } best)
        {
            Console.WriteLine($"The best validation was after step {best.Step}, in epoch {best.Epoch}: its checkpoint is the one that counts.");
            ModelCheckpoint.Load(Path.Combine(options.Output, Trainer.BestCheckpoint), model);
        }

        if (!options.Resume && options.IsMain)
        {
            // What an earlier model gave is not to stand beside this one's checkpoint.
            new WholeVideos(options, data, source, logger).DeleteResults();
        }

        summary.SetModel(model.ComputeHash());
        return result.End;
    }

    private static TrainingResult Fit(Trainer trainer, ResNet model, ClipLoader training, ClipLoader validation)
    {
        try
        {
            return ConsoleProgram.WithProgressBar("Training", bar =>
                trainer.Fit(model, training, validation, bar.ForTraining(model.Input.ClipLength == 1 ? "frames" : "clips"), ConsoleProgram.Cancellation));
        }
        catch (OperationCanceledException stopped)
        {
            Console.Error.WriteLine($"{stopped.Message} Go on with the same command and --resume.");
            throw;
        }
    }

    private void TryOneBatch(ResNet model, ActionDataset data, IVideoClipSource source, ILogger logger)
    {
        using ClipLoader training = _recipe.CreateTrainingLoader(data.Train, source, logger);
        using ClipLoader validation = _recipe.CreateTestLoader(ValidationVideos(data), source, logger);
        TrainingResult result = CreateTrainer(data, logger).DryRun(model, training, validation, ConsoleProgram.Cancellation);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"One batch went through training, validation and a checkpoint in {result.Elapsed.TotalSeconds:F1} s; its loss was {result.Epochs[0].Train.Loss:F3}. Nothing was kept."));
    }

    private Trainer CreateTrainer(ActionDataset data, ILogger logger)
    {
        Recipe recipe = _recipe with { Training = _recipe.Training with { CheckpointMetadata = _held.ToMetadata(), ProcessGroup = options.Group } };
        return recipe.CreateTrainer(data, logger);
    }

    // Without held-out groups the assignment looks at the test side after each epoch; who chooses by the validation must not.
    private IReadOnlyList<LabeledVideo> ValidationVideos(ActionDataset data) => data.HeldOut.Count > 0
        ? data.HeldOut
        : _recipe.Training is { KeepBest: false, EarlyStoppingPatience: null }
            ? data.Test
            : throw new ArgumentException("The recipe chooses by its validation, so it needs held-out groups: --hold-out-groups 1 or more.");
}
