using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Trains the trainable part of a model with Adam and cross entropy. One training at a time.</summary>
/// <remarks>What is trained and how BatchNorm behaves belongs to the model: <see cref="ActionModel.FineTune"/>.</remarks>
public sealed class Trainer
{
    private readonly TrainerOptions _options;
    private readonly ILogger _logger;

    /// <summary>Creates a trainer.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">A name in <see cref="TrainerOptions.CheckpointMetadata"/> is the checkpoint's own.</exception>
    public Trainer(TrainerOptions? options = null, ILogger? logger = null)
    {
        _options = options ?? new TrainerOptions();
        _options.Validate();
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>Name of the checkpoint that is written after every epoch.</summary>
    public const string LastCheckpoint = "checkpoint-last.safetensors";

    /// <summary>Trains the model.</summary>
    /// <param name="model">Left in training mode.</param>
    /// <param name="training">The training clips.</param>
    /// <param name="validation">Clips that the model is scored on after every epoch; none by default.</param>
    /// <param name="progress">Told after each step, on the calling thread.</param>
    /// <param name="cancel">Ends the training after the current step; the checkpoint of the last whole epoch stays.</param>
    /// <returns>What each epoch gave.</returns>
    /// <exception cref="ArgumentException">A label is not one of the model's classes.</exception>
    /// <exception cref="InvalidOperationException">The model has no parameter to train.</exception>
    /// <exception cref="ActionRecognitionException">The loss is no number any more, or too many videos are unreadable.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public TrainingResult Fit(
        ActionModel model, ClipLoader training, ClipLoader? validation = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        ModelClasses.Check(model, training.Videos);
        ModelClasses.Check(model, validation?.Videos ?? []);
        var clock = Stopwatch.StartNew();
        TorchSharp.Modules.Parameter[] parameters = [.. model.TrainableParameters().Select(named => named.Parameter)];
        if (parameters.Length == 0)
        {
            throw new InvalidOperationException("The model has no parameter to train: choose a part of it with FineTune.");
        }

        TrainingLog.Started(_logger, parameters.Sum(parameter => parameter.numel()), model.Architecture, training.VideoCount, _options.Epochs);
        using var heap = new RetainedHeap();
        using var optimizer = new Adam(parameters, _options.LearningRate);
        using var input = new ModelInput(model);
        var epochs = new List<EpochResult>();
        for (int epoch = 0; epoch < _options.Epochs; epoch++)
        {
            EpochResult result = TrainEpoch(model, input, optimizer, training, epoch, progress, cancel);
            SaveCheckpoint(model, epoch + 1);
            if (validation is not null)
            {
                result = result with { Validation = Evaluator.EvaluateClips(model, validation, epoch, cancel) };
            }

            epochs.Add(result);
            SaveMetrics(epochs);
            TrainingLog.EpochDone(
                _logger, result.Epoch, result.Train.Loss, result.Train.Accuracy.Top1.Value, result.Validation?.Accuracy.Top1.Value, result.Elapsed.TotalSeconds);
        }

        return new TrainingResult(epochs, clock.Elapsed);
    }

    private EpochResult TrainEpoch(
        ActionModel model, ModelInput input, Adam optimizer, ClipLoader training, int epoch,
        IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        var metrics = new ClipMetricsSum();
        var failures = new List<VideoFailure>();
        int batches = 0;
        model.train();
        foreach (ClipBatch batch in training.ReadEpoch(epoch, cancel))
        {
            using (batch)
            {
                Step(model, input, optimizer, batch, metrics);
                failures.AddRange(batch.Failures);
            }

            batches++;
            RetainedHeap.GiveBackHoles();
            CheckLoss(metrics.Mean.Loss, epoch, batches);
            progress?.Report(Progress(epoch, batches, training.BatchCount, metrics.Mean, clock.Elapsed));
            cancel.ThrowIfCancellationRequested();
        }

        return new EpochResult(epoch + 1, metrics.Mean, null, metrics.Mean.Accuracy.Top1.Total, clock.Elapsed, failures);
    }

    private static void Step(ActionModel model, ModelInput input, Adam optimizer, ClipBatch batch, ClipMetricsSum metrics)
    {
        using var scope = NewDisposeScope();
        ClipLoss loss = ClipLoss.Compute(model, input, batch);
        optimizer.ZeroGrad();
        loss.Loss.backward();
        optimizer.Step();
        metrics.Add(loss);
    }

    private TrainingProgress Progress(int epoch, int batch, int batches, ClipMetrics metrics, TimeSpan elapsed)
    {
        long left = (long)(_options.Epochs - epoch) * batches - batch;
        return new TrainingProgress(
            epoch + 1, _options.Epochs, batch, batches, metrics.Accuracy.Top1.Total, metrics, elapsed, elapsed / batch * left);
    }

    private static void CheckLoss(double loss, int epoch, int batch)
    {
        if (!double.IsFinite(loss))
        {
            throw new ActionRecognitionException(
                $"The loss became {loss.ToString(CultureInfo.InvariantCulture)} in batch {batch} of epoch {epoch + 1}. "
                + "Lower the learning rate, and check that the normalisation is that of the weights.");
        }
    }

    private void SaveCheckpoint(ActionModel model, int epochs)
    {
        if (_options.OutputFolder is { } folder)
        {
            var metadata = new Dictionary<string, string>(_options.CheckpointMetadata)
            {
                [TrainerOptions.EpochKey] = epochs.ToString(CultureInfo.InvariantCulture),
                [TrainerOptions.ThreadsKey] = TorchRuntime.Threads.ToString(CultureInfo.InvariantCulture),
            };
            ModelCheckpoint.Save(Path.Combine(folder, LastCheckpoint), model, metadata);
        }
    }

    private void SaveMetrics(List<EpochResult> epochs)
    {
        if (_options.OutputFolder is { } folder)
        {
            MetricsFile.Write(Path.Combine(folder, "metrics.csv"), epochs);
        }
    }
}
