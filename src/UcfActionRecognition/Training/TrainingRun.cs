using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>One call of <see cref="Trainer.Fit"/>: the epochs, their steps, and between steps validations, checkpoints and the reasons to end.</summary>
internal sealed class TrainingRun : IDisposable
{
    private readonly TrainerOptions _options;
    private readonly ILogger _logger;
    private readonly Ranks _ranks;
    private readonly ActionModel _model;
    private readonly ClipLoader _training;
    private readonly ClipLoader? _validation;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly CancellationToken _cancel;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Optimizer _optimizer;
    private readonly GradientBuckets _gradients;
    private readonly ModelInput _input;
    private readonly LossSettings _loss;
    private readonly TrainingFolder _folder;
    private readonly TrainingSaves _saves;
    private readonly BatchPlan _plan;
    private readonly TrainingState _state;
    private bool _isStopped;
    private bool _isTimeOver;

    public TrainingRun(
        TrainerOptions options, ILogger logger, Ranks ranks, ActionModel model, ClipLoader training, ClipLoader? validation,
        IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        (_options, _logger, _ranks, _model, _training, _validation) = (options, logger, ranks, model, training, validation);
        (_progress, _cancel) = (progress, cancel);
        OptimizedParameter[] parameters = Parameters();
        _optimizer = options.Optimizer.Create(parameters);
        _gradients = new GradientBuckets(parameters, ranks);
        _input = new ModelInput(model);
        _loss = new LossSettings(
            options.ClassWeights is { } weights ? tensor(weights.Select(weight => (float)weight).ToArray(), device: model.Device).DetachFromDisposeScope() : null,
            options.LabelSmoothing, options.SegmentConsensus);
        _folder = new TrainingFolder(options);
        _saves = new TrainingSaves(options, _folder, model, _optimizer, ranks.IsMain);
        try
        {
            var start = new TrainingStart(options, logger, ranks, model, training, validation, _optimizer, _folder);
            _plan = start.Plan();
            string? resumed = _folder.ResumePath;
            _state = start.Begin(TrainingIdentity.Of(model, training, _plan.BatchSize, options, TotalSteps), Batches);
            if (resumed is not null)
            {
                _saves.NoteResumed(resumed, _state);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private int Batches => Math.Min(_plan.BatchCount, _options.LimitBatches ?? int.MaxValue);

    private long StepsPerEpoch => (Batches + _options.AccumulateBatches - 1) / _options.AccumulateBatches;

    private long TotalSteps => Math.Min(_options.Epochs * StepsPerEpoch, _options.MaxSteps ?? long.MaxValue);

    public TrainingResult Run()
    {
        try
        {
            FinishLastStep();
            if (OwnEnd() is null)
            {
                AgreeOnTheEnd();
            }

            while (End() is null)
            {
                TrainEpoch();
            }
        }
        catch (OperationCanceledException) when (_ranks.IsCancelled || _cancel.IsCancellationRequested)
        {
            _ranks.AnnounceCancellation();
            throw Interrupted();
        }
        catch (RankFailedException failure)
        {
            throw new RankFailedException(failure.Rank, $"{failure.Message} {_saves.LastGood}", failure);
        }

        ShareModel();
        _saves.SaveUnlessSaved(_state);
        _folder.WriteMetrics(_state);
        TrainingEnd end = End()!.Value;
        TrainingLog.Ended(_logger, _state.Step, end);
        return new TrainingResult(_state.Batch == 0 ? _state.Epochs : [.. _state.Epochs, _state.EpochSoFar()], _clock.Elapsed)
        {
            Steps = _state.Step,
            End = end,
            Validations = _state.Validations,
            Best = _state.Best,
        };
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _gradients.Dispose();
        _input.Dispose();
        _loss.ClassWeights?.Dispose();
    }

    private OptimizedParameter[] Parameters() => [.. _model.TrainableParameters().Select(named =>
        new OptimizedParameter(named.Name, named.Parameter, _model.IsHead(named.Name) ? 1 : _options.BackboneLearningRateFactor))];

    // What is not trained by the gradient, the statistics of BatchNorms, is rank 0's.
    private void ShareModel()
    {
        _ranks.Meet();
        _ranks.Broadcast(_model.state_dict().Values);
    }

    /// <summary>Why the training ends now, if it does.</summary>
    private TrainingEnd? End() => OwnEnd() ?? (_isStopped ? TrainingEnd.Callback : _isTimeOver ? TrainingEnd.MaxTime : null);

    // By what it has done, which is the same in all processes.
    private TrainingEnd? OwnEnd()
    {
        if (_state.Epoch >= _options.Epochs)
        {
            return TrainingEnd.Epochs;
        }

        if (_state.Step >= _options.MaxSteps)
        {
            return TrainingEnd.MaxSteps;
        }

        return _state.ValidationsSinceBest >= _options.EarlyStoppingPatience ? TrainingEnd.EarlyStopping : null;
    }

    // What an interruption of the last step's validation left to do.
    private void FinishLastStep()
    {
        if (!_state.ValidationPending)
        {
            return;
        }

        ValidateIfPending();
        if (_state.Batch == 0)
        {
            AfterEpoch(new TrainingStep(_model, _state.Epoch, _state.Step, _state.Epochs[^1].Train.Loss, _state.LearningRate, gradientNorm: null));
        }
    }

    private void TrainEpoch()
    {
        // Of the steps, with the waits for their batches and without what comes after a step: checkpoints, validation, callbacks.
        var clock = Stopwatch.StartNew();
        StepGradient? step = null;
        _model.train();
        using var statistics = new NormStatistics(_model, _options.AccumulateBatches > 1 || !_ranks.IsAlone);
        foreach (ClipBatch batch in _training.ReadEpoch(_plan, _state.Epoch, _state.Batch, _state.Failures, _cancel))
        {
            using (batch)
            {
                step ??= BeginStep(statistics);
                step.Add(batch);
            }

            if (!step.IsComplete)
            {
                continue;
            }

            TrainingStep done = EndStep(step);
            step = null;
            statistics.EndStep();
            RetainedHeap.GiveBackHoles();
            _state.Elapsed += clock.Elapsed;
            if (!AfterStep(done))
            {
                return;
            }

            clock.Restart();
        }
    }

    private StepGradient BeginStep(NormStatistics statistics)
    {
        statistics.BeginStep();
        _optimizer.ZeroGrad();
        int batches = Math.Min(_options.AccumulateBatches, Batches - _state.Batch);
        return new StepGradient(_model, _input, _loss, batches, _ranks);
    }

    private TrainingStep EndStep(StepGradient step)
    {
        step.Meet();
        IReadOnlyList<VideoFailure> failures = step.Failures.Count == 0 ? _state.Failures : [.. _state.Failures.Concat(step.Failures).DistinctBy(failure => failure.Video)];
        if (_training.IsTooMany(failures.Count))
        {
            throw _training.TooManyFailures(failures[^1], failures.Count);
        }

        double loss = step.Metrics.Mean.Loss;
        CheckHealth(loss <= _options.MaxLoss, $"the loss became {loss.ToString(CultureInfo.InvariantCulture)}", step);
        _gradients.Sum();
        double learningRate = _options.LearningRate * _options.Schedule.FactorAt(_state.Step, StepsPerEpoch, TotalSteps);
        double? norm = _options.MaxGradientNorm is null ? null : _optimizer.GradientNorm() * step.Scale;
        CheckHealth(norm is null || double.IsFinite(norm.Value), "the gradients are no finite numbers", step);
        _optimizer.Step(learningRate, norm > _options.MaxGradientNorm ? step.Scale * _options.MaxGradientNorm.Value / norm.Value : step.Scale);
        var sum = new ClipMetricsSum(_state.Sums);
        sum.Add(step.Metrics);
        _state.Sums = sum.Sums;
        _state.Failures = failures;
        _state.Batch += step.Batches;
        _state.Step++;
        _state.LearningRate = learningRate;
        _saves.NoteChange();
        return new TrainingStep(_model, _state.Epoch + 1, _state.Step, loss, learningRate, norm);
    }

    /// <returns>Whether the epoch goes on.</returns>
    private bool AfterStep(TrainingStep step)
    {
        // The state is whole before anybody's code runs, which may end the training.
        TrainingProgress progress = Progress();
        bool epochEnds = _state.Batch >= Batches;
        if (epochEnds)
        {
            _state.EndEpoch();
        }

        _state.ValidationPending = _validation is not null && (epochEnds || _state.Step % _options.ValidateEverySteps == 0);
        _folder.AddStep(step);
        _progress?.Report(progress);
        foreach (ITrainingCallback callback in _options.Callbacks)
        {
            callback.OnStepEnd(step);
        }

        _isStopped |= step.IsStopped;
        if (IsCheckpointDue(epochEnds))
        {
            _saves.Save(_state);
        }

        ValidateIfPending();
        if (epochEnds)
        {
            AfterEpoch(step);
        }

        AgreeOnTheEnd();
        return !epochEnds && End() is null;
    }

    // Clocks, callbacks and signals differ from process to process.
    private void AgreeOnTheEnd()
    {
        RankSignals all = _ranks.Meet(new RankSignals
        {
            IsCancelled = _cancel.IsCancellationRequested,
            IsStopped = _isStopped,
            IsTimeOver = _clock.Elapsed >= _options.MaxTime,
        });
        _isStopped = all.IsStopped;
        _isTimeOver = all.IsTimeOver;
    }

    private void AfterEpoch(TrainingStep step)
    {
        EpochResult epoch = _state.Epochs[^1];
        _folder.WriteMetrics(_state);
        _folder.AddEpoch(epoch);
        TrainingLog.EpochDone(
            _logger, epoch.Epoch, epoch.Train.Loss, epoch.Train.Accuracy.Top1.Value, epoch.Validation?.Accuracy.Top1.Value, epoch.Elapsed.TotalSeconds);
        foreach (ITrainingCallback callback in _options.Callbacks)
        {
            callback.OnEpochEnd(step, epoch);
        }

        _isStopped |= step.IsStopped;
    }

    private bool IsCheckpointDue(bool epochEnds) =>
        (epochEnds && _state.Epoch % _options.CheckpointEveryEpochs == 0) || _state.Step % _options.CheckpointEverySteps == 0;

    private void ValidateIfPending()
    {
        if (!_state.ValidationPending || _validation is null)
        {
            return;
        }

        // The clips of one epoch of the loader, so that an interrupted validation gives the same when it is made again.
        int epoch = _state.Batch == 0 ? _state.Epoch - 1 : _state.Epoch;
        ClipMetrics metrics = Validate(_validation, epoch);
        if (_options is { KeepBest: true, OutputFolder: not null } && _state.IsBetter(metrics, _options.Monitor))
        {
            // Before the state says so: killed in between, the validation is made again, and with it the copy.
            _saves.SaveUnlessSaved(_state);
            _folder.KeepBest();
        }

        _state.AddValidation(metrics, _options.Monitor);
        _saves.NoteChange();
        TrainingLog.Validated(_logger, _state.Step, metrics.Loss, metrics.Accuracy.Top1.Value);
        _folder.AddValidation(_state.Validations[^1]);

        if (_state.Batch != 0)
        {
            _folder.WriteMetrics(_state);
        }
    }

    private ClipMetrics Validate(ClipLoader validation, int epoch)
    {
        ShareModel();
        BatchPlan plan = validation.Plan(batchSize: null, _ranks.Rank, _ranks.Count);
        ClipMetricsSum sum = Evaluator.SumClips(
            _model, validation, plan, _options.AllowSharedGroups, epoch, _options.LimitValidationBatches, afterBatch: () => _ranks.Meet(), _cancel);
        double[] sums = sum.Sums.ToTerms();
        _ranks.Meet(sums: sums);
        return new ClipMetricsSum(ClipSums.FromTerms(sums, sum.Unit)).Mean with { Failures = _ranks.Gather(sum.Failures) };
    }

    private void CheckHealth(bool good, string what, StepGradient step)
    {
        if (!good)
        {
            throw new ActionRecognitionException(
                $"In step {_state.Step + 1} (epoch {_state.Epoch + 1}, batch {_state.Batch + step.Batches}) {what}. "
                + $"Lower the learning rate, set MaxGradientNorm, and check that the normalisation is that of the weights. {_saves.LastGood} "
                + $"The videos of the step: {string.Join(", ", step.Videos.Select(video => video.Name))}.");
        }
    }

    private OperationCanceledException Interrupted()
    {
        _saves.SaveUnlessSaved(_state);
        _folder.WriteMetrics(_state);
        string where = string.Create(
            CultureInfo.InvariantCulture, $"The training was stopped after step {_state.Step} (epoch {_state.Epoch + 1}, {_state.Batch} of {Batches} batches).");
        return new OperationCanceledException(
            _folder.LastPath is { } path ? $"{where} '{path}' holds all of it: {nameof(TrainerOptions.Resume)} goes on there." : where, _cancel);
    }

    private TrainingProgress Progress()
    {
        ClipMetrics metrics = new ClipMetricsSum(_state.Sums).Mean;
        long left = ((long)(_options.Epochs - _state.Epoch) * Batches) - _state.Batch;
        return new TrainingProgress(
            _state.Epoch + 1, _options.Epochs, _state.Batch, Batches, metrics.Accuracy.Top1.Total, metrics, _state.Elapsed, _state.Elapsed / _state.Batch * left);
    }
}
