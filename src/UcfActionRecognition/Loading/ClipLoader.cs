using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>
/// Makes batches of clips: worker threads read, sample and augment, a bounded number of batches ahead. What an epoch
/// holds is a function of its number and the seed; it depends neither on the number of workers nor on their timing.
/// </summary>
/// <remarks>
/// The source, the sampler and the pipeline are used by several threads at once. The loader may serve several epochs at the same time. Between epochs it
/// keeps the memory of its batches, as many as are made ahead and one more, until it is disposed.
/// </remarks>
public sealed class ClipLoader : IDisposable
{
    // Key of the random stream that belongs to no video.
    private const int OrderStream = -1;

    private readonly IReadOnlyList<LabeledVideo> _videos;
    private readonly IVideoClipSource _source;
    private readonly IClipSampler _sampler;
    private readonly AugmentationPipeline _augmentation;
    private readonly ClipShape _shape;
    private readonly BatchBuffers _buffers;
    private readonly ClipLoaderOptions _options;
    private readonly ILogger _logger;

    /// <summary>Creates a loader.</summary>
    /// <param name="videos">The videos of an epoch; at least one.</param>
    /// <param name="source">Opens them.</param>
    /// <param name="sampler">Decides which frames make the clips; the same number of views and frames for every video.</param>
    /// <param name="augmentation">What happens to the frames; it must contain a resize, so that all clips have one size.</param>
    /// <param name="options">Batch size, workers, seed.</param>
    /// <param name="logger">Receives a warning for each video that cannot be read.</param>
    /// <exception cref="ArgumentException">There is no video, or the sampler or the pipeline does not fix the shape of a clip.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public ClipLoader(
        IReadOnlyList<LabeledVideo> videos, IVideoClipSource source, IClipSampler sampler, AugmentationPipeline augmentation,
        ClipLoaderOptions? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(videos);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(augmentation);
        TorchRuntime.Load();
        _options = options ?? new ClipLoaderOptions();
        _options.Validate();
        if (_options.PinMemory == true && !torch.cuda_is_available())
        {
            throw new ArgumentException("PinMemory needs a CUDA device, and there is none; leave the option out to have it where it helps.", nameof(options));
        }

        if (videos.Count == 0)
        {
            throw new ArgumentException("There is no video to load.", nameof(videos));
        }

        (_videos, _source, _sampler, _augmentation) = (videos, source, sampler, augmentation);
        _shape = ClipShape.Of(sampler, augmentation);
        CheckSize(WholePlan, nameof(options));
        _logger = logger ?? NullLogger.Instance;
        _buffers = new BatchBuffers(_shape, BatchesAhead(WholePlan) + 1, _options.PinMemory ?? torch.cuda_is_available());
    }

    /// <summary>Videos in an epoch.</summary>
    public int VideoCount => _videos.Count;

    /// <summary>Batches in an epoch: <c>ceil(VideoCount / BatchSize)</c>.</summary>
    public int BatchCount => WholePlan.BatchCount;

    /// <summary>The videos of an epoch.</summary>
    internal IReadOnlyList<LabeledVideo> Videos => _videos;

    /// <summary>What the clips are, in words.</summary>
    internal string Description => $"{_sampler}; {_augmentation}";

    /// <summary>What the batches are made by.</summary>
    internal ClipLoaderOptions Options => _options;

    private BatchPlan WholePlan => new(_videos.Count, _options.BatchSize);

    // One is made ahead even where it is larger than the bound: without it, loading and training would take turns.
    private int BatchesAhead(BatchPlan plan) =>
        (int)Math.Clamp(_options.PrefetchBytes / (plan.LargestPart * _shape.ClipBytes), 1, Math.Min(_options.PrefetchBatches, plan.BatchCount));

    /// <summary>The batches of one epoch, in order. The caller disposes each batch.</summary>
    /// <param name="epoch">Zero-based number of the epoch; it decides the order, the sampling and the augmentation.</param>
    /// <param name="cancel">
    /// Ends the epoch early; the workers are gone when the enumeration ends, but for one that hangs in a read: it is waited for no longer than
    /// half a minute.
    /// </param>
    /// <exception cref="ActionRecognitionException">
    /// More videos than <see cref="ClipLoaderOptions.MaxFailureShare"/> are unreadable, or one is being read for longer than
    /// <see cref="ClipLoaderOptions.StallTimeout"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="epoch"/> is negative.</exception>
    /// <exception cref="ObjectDisposedException">The loader was disposed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public IEnumerable<ClipBatch> ReadEpoch(int epoch, CancellationToken cancel = default) => ReadEpoch(epoch, firstBatch: 0, cancel);

    /// <summary>The batches of one epoch from one of them on: the very ones that <see cref="ReadEpoch(int, CancellationToken)"/> gives there.</summary>
    /// <param name="epoch">Zero-based number of the epoch.</param>
    /// <param name="firstBatch">Zero-based number of the first batch, 0 to <see cref="BatchCount"/>.</param>
    /// <param name="cancel">Ends the epoch early.</param>
    /// <inheritdoc cref="ReadEpoch(int, CancellationToken)" path="/exception"/>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="firstBatch"/> is out of range.</exception>
    public IEnumerable<ClipBatch> ReadEpoch(int epoch, int firstBatch, CancellationToken cancel = default) =>
        ReadEpoch(WholePlan, epoch, firstBatch, failuresBefore: [], cancel);

    /// <summary>The plan of an epoch of several processes, each of which makes its part of every batch.</summary>
    /// <param name="batchSize">Videos in a batch, all processes together; <see langword="null"/> for this loader's batch size in each process.</param>
    /// <param name="rank">This process.</param>
    /// <param name="ranks">Processes.</param>
    /// <exception cref="ArgumentOutOfRangeException">This process's part of a batch would take more memory than a batch may.</exception>
    internal BatchPlan Plan(int? batchSize, int rank, int ranks)
    {
        var plan = new BatchPlan(_videos.Count, batchSize ?? (int)Math.Min((long)_options.BatchSize * ranks, int.MaxValue), rank, ranks);
        CheckSize(plan, nameof(batchSize));
        return plan;
    }

    /// <param name="plan">Which videos make a batch.</param>
    /// <param name="epoch">Zero-based number of the epoch.</param>
    /// <param name="firstBatch">Zero-based number of the first batch.</param>
    /// <param name="failuresBefore">Videos of the batches before it that could not be read: they count towards <see cref="ClipLoaderOptions.MaxFailureShare"/>, and are not named again.</param>
    /// <param name="cancel">Ends the epoch early.</param>
    internal IEnumerable<ClipBatch> ReadEpoch(
        BatchPlan plan, int epoch, int firstBatch, IReadOnlyList<VideoFailure> failuresBefore, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstBatch, plan.BatchCount);
        return Batches(plan, epoch, firstBatch, failuresBefore, replace: true, cancel);
    }

    /// <summary>
    /// The batches of one epoch as a test wants them: a video that cannot be read is left out, however many there are, and named in its
    /// batch's failures; a batch may be empty.
    /// </summary>
    internal IEnumerable<ClipBatch> ReadEpochWithGaps(int epoch, CancellationToken cancel) => ReadEpochWithGaps(WholePlan, epoch, cancel);

    /// <inheritdoc cref="ReadEpochWithGaps(int, CancellationToken)"/>
    internal IEnumerable<ClipBatch> ReadEpochWithGaps(BatchPlan plan, int epoch, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        return Batches(plan, epoch, firstBatch: 0, failuresBefore: [], replace: false, cancel);
    }

    /// <summary>Frees the memory of its batches: at once, and of those that are in use when they are disposed. No epoch can be begun afterwards.</summary>
    public void Dispose() => _buffers.Dispose();

    private IEnumerable<ClipBatch> Batches(
        BatchPlan plan, int epoch, int firstBatch, IReadOnlyList<VideoFailure> failuresBefore, bool replace, CancellationToken cancel)
    {
        int[] order = Order(epoch);
        int failures = failuresBefore.Count;
        int ahead = BatchesAhead(plan);
        using var workers = new BatchWorkers(_shape, _buffers, plan.LargestPart, _options, () => NewWorker(epoch, replace), replace ? failuresBefore : null, cancel);
        int scheduled = firstBatch;
        for (int batch = firstBatch; batch < plan.BatchCount; batch++)
        {
            for (; scheduled - batch <= ahead && scheduled < plan.BatchCount; scheduled++)
            {
                workers.Schedule(order[plan.PartOf(scheduled)]);
            }

            ClipBatch next = workers.TakeNext();
            failures += next.Failures.Count;
            if (replace && (IsTooMany(failures) || (next.Videos.Count == 0 && plan.SizeOf(batch) > 0)))
            {
                throw TooManyFailures(next, failures);
            }

            yield return next;
        }
    }

    private ClipWorker NewWorker(int epoch, bool replace) =>
        new(_videos, new ClipReader(_source, _sampler, _augmentation, _shape), _options, _logger, epoch, replace);

    private int[] Order(int epoch)
    {
        int[] order = [.. Enumerable.Range(0, _videos.Count)];
        if (_options.Shuffle)
        {
            new ClipRandom(_options.Seed, epoch, OrderStream, 0).Shuffle(order.AsSpan());
        }

        return order;
    }

    private void CheckSize(BatchPlan plan, string parameter)
    {
        if (plan.LargestPart * _shape.ClipBytes > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                parameter, plan.BatchSize, $"A batch may take 2 GiB; the clips of one video take {_shape.ClipBytes} bytes, so BatchSize is too large.");
        }
    }

    private ActionRecognitionException TooManyFailures(ClipBatch batch, int failures)
    {
        VideoFailure? last = batch.Failures.Count > 0 ? batch.Failures[^1] : null;
        batch.Dispose();
        return TooManyFailures(last, failures);
    }

    /// <summary>Whether more videos of an epoch could not be read than may be.</summary>
    internal bool IsTooMany(int failures) => failures > _options.MaxFailureShare * _videos.Count;

    /// <summary>The error that ends an epoch then.</summary>
    internal ActionRecognitionException TooManyFailures(VideoFailure? last, int failures)
    {
        string much = IsTooMany(failures)
            ? $"{failures} of {_videos.Count} videos could not be read, more than the share of {_options.MaxFailureShare} that "
                + $"{nameof(ClipLoaderOptions.MaxFailureShare)} allows."
            : $"None of the {_videos.Count} videos could be read.";
        return new ActionRecognitionException(last is null ? much : $"{much} The last was '{last.Video}': {last.Reason}");
    }
}
