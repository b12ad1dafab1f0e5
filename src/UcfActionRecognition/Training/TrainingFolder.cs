using System.Globalization;
using System.Text.RegularExpressions;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>What a training writes: its checkpoints, the metrics of its epochs, its events. Nothing where it has no folder.</summary>
internal sealed partial class TrainingFolder(TrainerOptions options)
{
    private const string MetricsName = "metrics.csv";
    private const string ValidationsName = "validations.csv";

    private readonly string? _folder = options.OutputFolder;
    private SummaryWriter? _events;
    private string[] _oldFiles = [];

    /// <summary>The newest checkpoint's path; <see langword="null"/> without a folder.</summary>
    public string? LastPath => _folder is null ? null : Path.Combine(_folder, Trainer.LastCheckpoint);

    /// <summary>The checkpoint to go on from: the newest, or the newest of those kept by step where that is not there; <see langword="null"/> for none.</summary>
    public string? ResumePath => !options.Resume || !Directory.Exists(_folder)
        ? null
        : File.Exists(LastPath) ? LastPath : StepCheckpoints().OrderByDescending(found => found.Step).Select(found => found.Path).FirstOrDefault();

    /// <summary>Prepares the folder.</summary>
    /// <param name="resumes">Whether the files that are there are this training's.</param>
    public void Begin(bool resumes)
    {
        if (_folder is null)
        {
            return;
        }

        _oldFiles = resumes ? [] : [.. OwnFiles(_folder)];
        if (options.TensorBoard)
        {
            _events = utils.tensorboard.SummaryWriter(_folder, createRunName: false);
        }
    }

    /// <summary>Writes the newest checkpoint, and keeps as many of the newest as were asked for.</summary>
    public void Save(long step, Action<string> write)
    {
        if (LastPath is not { } path)
        {
            return;
        }

        write(path);
        DeleteOldFiles();
        KeepStep(step);
    }

    /// <summary>Keeps the newest checkpoint by its step, and as many of the newest as were asked for.</summary>
    public void KeepStep(long step)
    {
        if (options.KeepLast > 1)
        {
            Copy(LastPath!, StepPath(step));
            foreach ((string old, long _) in StepCheckpoints().OrderByDescending(found => found.Step).Skip(options.KeepLast))
            {
                File.Delete(old);
            }
        }
    }

    /// <summary>Keeps the newest checkpoint as the best one.</summary>
    public void KeepBest() => Copy(LastPath!, Path.Combine(_folder!, Trainer.BestCheckpoint));

    public void WriteMetrics(TrainingState state)
    {
        if (_folder is null)
        {
            return;
        }

        IEnumerable<EpochResult> epochs = state.Batch == 0 ? state.Epochs : state.Epochs.Append(state.EpochSoFar());
        MetricsFile.Write(Path.Combine(_folder, MetricsName), epochs);
        if (options.ValidateEverySteps is not null)
        {
            MetricsFile.WriteValidations(Path.Combine(_folder, ValidationsName), state.Validations);
        }
    }

    public void AddStep(TrainingStep step)
    {
        AddEvent("train/loss", step.Loss, step.Step);
        AddEvent("train/learning_rate", step.LearningRate, step.Step);
        if (step.GradientNorm is { } norm)
        {
            AddEvent("train/gradient_norm", norm, step.Step);
        }
    }

    public void AddEpoch(EpochResult epoch) => AddMetrics("train_epoch", epoch.Train, epoch.Step);

    public void AddValidation(ValidationResult validation) => AddMetrics("validation", validation.Metrics, validation.Step);

    private void AddMetrics(string name, ClipMetrics metrics, long step)
    {
        AddEvent($"{name}/loss", metrics.Loss, step);
        AddEvent($"{name}/top1", metrics.Accuracy.Top1.Value, step);
        AddEvent($"{name}/top5", metrics.Accuracy.Top5.Value, step);
        AddEvent($"{name}/top10", metrics.Accuracy.Top10.Value, step);
    }

    // The time is that of Unix, as TensorBoard has it; TorchSharp's own would be in other units.
    private void AddEvent(string name, double value, long step) =>
        _events?.add_scalar(name, (float)value, (int)Math.Min(step, int.MaxValue), DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    // Those of an earlier training that is not resumed go once this one has something to leave.
    private void DeleteOldFiles()
    {
        foreach (string old in _oldFiles)
        {
            File.Delete(old);
        }

        _oldFiles = [];
    }

    private static IEnumerable<string> OwnFiles(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder).Where(path => Path.GetFileName(path) is Trainer.BestCheckpoint or ValidationsName
            || StepName().IsMatch(Path.GetFileName(path)) || Path.GetFileName(path).StartsWith("events.out.tfevents.", StringComparison.Ordinal))
        : [];

    private string StepPath(long step) => Path.Combine(_folder!, string.Create(CultureInfo.InvariantCulture, $"checkpoint-step-{step:D6}.safetensors"));

    private IEnumerable<(string Path, long Step)> StepCheckpoints() => Directory.EnumerateFiles(_folder!, "checkpoint-step-*.safetensors")
        .Select(path => (Path: path, Match: StepName().Match(Path.GetFileName(path))))
        .Where(found => found.Match.Success)
        .Select(found => (found.Path, long.Parse(found.Match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)));

    private static void Copy(string from, string to) => AtomicFile.Write(to, temporary => File.Copy(from, temporary));

    [GeneratedRegex(@"^checkpoint-step-(\d{6,18})\.safetensors$", RegexOptions.CultureInvariant)]
    private static partial Regex StepName();
}
