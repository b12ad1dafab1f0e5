using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Scores a model on videos. One evaluation at a time.</summary>
public sealed class Evaluator
{
    private readonly EvaluatorOptions _options;
    private readonly ILogger _logger;

    /// <summary>Creates an evaluator.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException"><see cref="EvaluatorOptions.Resume"/> is set without a <see cref="EvaluatorOptions.PredictionsFolder"/>.</exception>
    public Evaluator(EvaluatorOptions? options = null, ILogger? logger = null)
    {
        _options = options ?? new EvaluatorOptions();
        _options.Validate();
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>
    /// Sends the clips that <see cref="EvaluatorOptions.Sampler"/> makes of every video through the model, each in all its
    /// <see cref="EvaluatorOptions.Crops"/>: all frames, all windows, or the whole sequence. A video's score is the mean over its clips of the log-softmax; a video that cannot be read counts as wrong and
    /// is listed.
    /// </summary>
    /// <param name="model">It is put into evaluation mode and left in the mode that it was in.</param>
    /// <param name="videos">The videos, with labels of the model's classes.</param>
    /// <param name="source">Opens them.</param>
    /// <param name="progress">Told after each video, in their order, on the calling thread.</param>
    /// <param name="cancel">Ends the evaluation early; the predictions of the videos that were done stay.</param>
    /// <exception cref="ArgumentException">
    /// A label is not one of the model's classes; the sampler's clips or the crops are not what the model takes; a video whose predictions are written is
    /// listed twice; or <see cref="EvaluatorOptions.Resume"/> is set and the sampler does not say what it does.
    /// </exception>
    /// <exception cref="TrainingVideosException">
    /// A video is of a group that the model was trained on, and <see cref="EvaluatorOptions.AllowTrainingVideos"/> is not set.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="EvaluatorOptions.MaxActivationBytes"/> is less than the model needs.</exception>
    /// <exception cref="InvalidOperationException">The sampler draws no clip of a video, frames that it does not have, or another number than it promises.</exception>
    /// <exception cref="ActionRecognitionException">
    /// The model's logits are not numbers, or not one row for each clip; or another evaluation is writing to <see cref="EvaluatorOptions.PredictionsFolder"/>.
    /// </exception>
    /// <exception cref="VideoReadException">A video's name is no path below <see cref="EvaluatorOptions.PredictionsFolder"/>.</exception>
    /// <exception cref="IOException">Predictions cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">Predictions cannot be written there.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public EvaluationResult Evaluate(
        ActionModel model, IReadOnlyList<LabeledVideo> videos, IVideoClipSource source,
        IProgress<EvaluationProgress>? progress = null, CancellationToken cancel = default)
    {
        ClipPlan plan = Plan(model, videos, source);
        IReadOnlyList<LabeledVideo> part = _options.Shard.Of(videos);
        var clock = Stopwatch.StartNew();
        PredictionsFolder? predictions = _options.PredictionsFolder is { } folder ? Predictions(folder, model, videos, plan) : null;
        using FolderLock? locked = predictions is null ? null : FolderLock.Acquire(predictions.Path, _options.Shard);
        FinishedVideos finished = predictions?.Begin(part, _options.Resume, cancel) ?? new FinishedVideos();
        using var heap = new RetainedHeap();
        using var scoring = new ClipScoring(model, predictions);
        var reader = new WholeVideoReader(source, plan, finished, _options.PrefetchChunks);
        using var mode = ModelMode.Evaluation(model);
        foreach (ClipChunk chunk in reader.Read(part, cancel))
        {
            using (chunk)
            {
                foreach (ClipSpan end in scoring.Score(chunk))
                {
                    if (end.Error is { } error)
                    {
                        EvaluationLog.VideoUnreadable(_logger, end.Video.Name, error.Message);
                    }

                    progress?.Report(new EvaluationProgress(
                        scoring.VideosDone, part.Count, scoring.Frames, scoring.VideoAccuracy, clock.Elapsed, end.Error is null ? scoring.LastScore : null));
                    cancel.ThrowIfCancellationRequested();
                }
            }

            if (chunk.IsNeeded)
            {
                RetainedHeap.GiveBackHoles();
            }
        }

        return scoring.Result(clock.Elapsed);
    }

    /// <summary>
    /// Makes the result of an evaluation of all videos from the predictions that its shards (<see cref="EvaluatorOptions.Shard"/>) left in
    /// <see cref="EvaluatorOptions.PredictionsFolder"/>. Nothing goes through the model. The result is that of one process which evaluated all, bit for bit.
    /// </summary>
    /// <remarks>
    /// Videos without predictions are read, to know whether they can be: those that cannot count as wrong and are listed. The others are not even opened.
    /// </remarks>
    /// <param name="model">The model that the shards evaluated; it says whose predictions are meant.</param>
    /// <param name="videos">All videos, in the order in which the shards had them.</param>
    /// <param name="source">Opens those without predictions.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="ArgumentException">
    /// There is no <see cref="EvaluatorOptions.PredictionsFolder"/>; or of model, videos and sampler what <see cref="Evaluate"/> refuses.
    /// </exception>
    /// <exception cref="TrainingVideosException">
    /// A video is of a group that the model was trained on, and <see cref="EvaluatorOptions.AllowTrainingVideos"/> is not set.
    /// </exception>
    /// <exception cref="PredictionsException">
    /// A video that can be read has no predictions of this very model, data, sampler and crops: a shard was lost, or has not ended.
    /// </exception>
    /// <exception cref="ActionRecognitionException">An evaluation is writing to <see cref="EvaluatorOptions.PredictionsFolder"/>.</exception>
    /// <exception cref="VideoReadException">A video's name is no path below <see cref="EvaluatorOptions.PredictionsFolder"/>.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public EvaluationResult Merge(ActionModel model, IReadOnlyList<LabeledVideo> videos, IVideoClipSource source, CancellationToken cancel = default)
    {
        ClipPlan plan = Plan(model, videos, source);
        PredictionsFolder predictions = _options.PredictionsFolder is { } folder
            ? Predictions(folder, model, videos, plan)
            : throw new ArgumentException($"There is nothing to merge without a {nameof(EvaluatorOptions.PredictionsFolder)}. Set it to the shards' own.");
        using FolderLock locked = FolderLock.Acquire(predictions.Path);
        EvaluationResult result = new ShardMerge(model, plan, predictions, source).Merge(videos, cancel);
        foreach (VideoFailure failure in result.Failures)
        {
            EvaluationLog.VideoUnreadable(_logger, failure.Video, failure.Reason);
        }

        return result;
    }

    /// <summary>
    /// Scores one epoch of a loader: each clip is one prediction (one random frame of each test video, in Part 1's "single frame" accuracy). A
    /// video that cannot be read counts as wrong and is listed; here the loader does not replace it.
    /// </summary>
    /// <param name="model">It is put into evaluation mode and left in the mode that it was in.</param>
    /// <param name="loader">The clips.</param>
    /// <param name="epoch">Which epoch of the loader; it decides the random frames.</param>
    /// <param name="cancel">Ends the evaluation early.</param>
    /// <exception cref="ArgumentException">A label is not one of the model's classes.</exception>
    /// <exception cref="TrainingVideosException">A video is of a group that the model was trained on.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static ClipMetrics EvaluateClips(ActionModel model, ClipLoader loader, int epoch = 0, CancellationToken cancel = default) =>
        EvaluateClips(model, loader, allowTrainingVideos: false, epoch, cancel);

    /// <inheritdoc cref="EvaluateClips(ActionModel, ClipLoader, int, CancellationToken)" path="/*[not(self::param)]"/>
    /// <param name="model">It is put into evaluation mode and left in the mode that it was in.</param>
    /// <param name="loader">The clips.</param>
    /// <param name="allowTrainingVideos">Whether videos of groups that the model was trained on are scored, instead of refused.</param>
    /// <param name="epoch">Which epoch of the loader; it decides the random frames.</param>
    /// <param name="cancel">Ends the evaluation early.</param>
    public static ClipMetrics EvaluateClips(
        ActionModel model, ClipLoader loader, bool allowTrainingVideos, int epoch = 0, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(loader);
        BatchPlan plan = loader.Plan(batchSize: null, rank: 0, ranks: 1);
        return SumClips(model, loader, plan, allowTrainingVideos, epoch, maxBatches: null, afterBatch: () => { }, cancel).Mean;
    }

    /// <summary>What one process gives of the clips of an epoch.</summary>
    internal static ClipMetricsSum SumClips(
        ActionModel model, ClipLoader loader, BatchPlan plan, bool allowTrainingVideos, int epoch, int? maxBatches, Action afterBatch, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(model);
        ModelClasses.Check(model, loader.Videos);
        if (!allowTrainingVideos)
        {
            TrainingVideos.Refuse(model, loader.Videos, $"set {nameof(allowTrainingVideos)}");
        }

        using var heap = new RetainedHeap();
        using var mode = ModelMode.Evaluation(model);
        using var input = new ModelInput(model);
        var metrics = new ClipMetricsSum { Unit = MetricNames.UnitOf(model) };
        foreach (ClipBatch batch in loader.ReadEpochWithGaps(plan, epoch, cancel).Take(maxBatches ?? int.MaxValue))
        {
            using (batch)
            using (no_grad())
            using (NewDisposeScope())
            {
                metrics.AddUnreadable(batch.Failures);
                if (batch.Videos.Count > 0)
                {
                    metrics.Add(ClipLoss.Compute(model, input, batch));
                }
            }

            afterBatch();
        }

        return metrics;
    }

    private ClipPlan Plan(ActionModel model, IReadOnlyList<LabeledVideo> videos, IVideoClipSource source)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(videos);
        ArgumentNullException.ThrowIfNull(source);
        ModelClasses.Check(model, videos);
        if (!_options.AllowTrainingVideos)
        {
            TrainingVideos.Refuse(model, videos, $"set {nameof(EvaluatorOptions)}.{nameof(EvaluatorOptions.AllowTrainingVideos)}");
        }

        return new ClipPlan(model, _options);
    }

    // A video that two shards have is one that is listed twice.
    private PredictionsFolder Predictions(string folder, ActionModel model, IReadOnlyList<LabeledVideo> videos, ClipPlan plan)
    {
        var predictions = new PredictionsFolder(folder, model.Classes, model.ComputeHash(), plan.Sampler, plan.Crops, _options.Data);
        predictions.CheckNames(videos);
        return predictions;
    }
}
