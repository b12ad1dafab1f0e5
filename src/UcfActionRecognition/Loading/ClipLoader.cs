using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace UcfActionRecognition;

/// <summary>
/// Makes batches of clips: worker threads read, sample and augment, a bounded number of batches ahead. What an epoch
/// holds is a function of its number and the seed; it depends neither on the number of workers nor on their timing.
/// </summary>
/// <remarks>
/// The source, the sampler and the pipeline are used by several threads at once. The loader holds nothing between epochs; it may serve
/// several epochs at the same time.
/// </remarks>
public sealed class ClipLoader
{
    // Keys of the random streams that belong to no view of a video.
    private const int OrderStream = -1;
    private const int SamplingStream = -1;
    private const int ReplacementStream = -2;

    private readonly IReadOnlyList<LabeledVideo> _videos;
    private readonly ClipReader _reader;
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
        if (videos.Count == 0)
        {
            throw new ArgumentException("There is no video to load.", nameof(videos));
        }

        _videos = videos;
        var shape = ClipShape.Of(sampler, augmentation);
        if (LargestBatch * shape.ClipBytes > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), _options.BatchSize, $"A batch may take 2 GiB; the clips of one video take {shape.ClipBytes} bytes, so BatchSize is too large.");
        }

        _reader = new ClipReader(source, sampler, augmentation, shape);
        _logger = logger ?? NullLogger.Instance;
    }

    /// <summary>Videos in an epoch.</summary>
    public int VideoCount => _videos.Count;

    /// <summary>Batches in an epoch: <c>ceil(VideoCount / BatchSize)</c>.</summary>
    public int BatchCount => (_videos.Count + _options.BatchSize - 1) / _options.BatchSize;

    /// <summary>The videos of an epoch.</summary>
    internal IReadOnlyList<LabeledVideo> Videos => _videos;

    private double MaxFailures => _options.MaxFailureShare * _videos.Count;

    private long LargestBatch => (_videos.Count + BatchCount - 1) / BatchCount;

    /// <summary>The batches of one epoch, in order. The caller disposes each batch.</summary>
    /// <param name="epoch">Zero-based number of the epoch; it decides the order, the sampling and the augmentation.</param>
    /// <param name="cancel">Ends the epoch early; the workers are gone when the enumeration ends.</param>
    /// <exception cref="ActionRecognitionException">More videos than <see cref="ClipLoaderOptions.MaxFailureShare"/> are unreadable.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public IEnumerable<ClipBatch> ReadEpoch(int epoch, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        return Batches(epoch, replace: true, cancel);
    }

    /// <summary>
    /// The batches of one epoch as a test wants them: a video that cannot be read is left out, however many there are, and named in its
    /// batch's failures; a batch may be empty.
    /// </summary>
    internal IEnumerable<ClipBatch> ReadEpochWithGaps(int epoch, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        return Batches(epoch, replace: false, cancel);
    }

    private IEnumerable<ClipBatch> Batches(int epoch, bool replace, CancellationToken cancel)
    {
        int[] order = Order(epoch);
        int failures = 0;
        using var workers = new BatchWorkers(_reader.Shape, (int)LargestBatch, _options.Workers, cancel);
        int scheduled = 0;
        for (int batch = 0; batch < BatchCount; batch++)
        {
            for (; scheduled < Math.Min(batch + 1 + _options.PrefetchBatches, BatchCount); scheduled++)
            {
                workers.Schedule(Jobs(order, epoch, scheduled, replace));
            }

            ClipBatch next = workers.TakeNext();
            failures += next.Failures.Count;
            if (replace && failures > MaxFailures)
            {
                throw TooManyFailures(next, failures);
            }

            yield return next;
        }
    }

    private int[] Order(int epoch)
    {
        int[] order = [.. Enumerable.Range(0, _videos.Count)];
        if (_options.Shuffle)
        {
            new ClipRandom(_options.Seed, epoch, OrderStream, 0).Shuffle(order.AsSpan());
        }

        return order;
    }

    // Balanced: batch b holds the videos from b * n / batches to (b + 1) * n / batches.
    private ClipJob[] Jobs(int[] order, int epoch, int batch, bool replace)
    {
        int from = (int)((long)batch * order.Length / BatchCount);
        int to = (int)((long)(batch + 1) * order.Length / BatchCount);
        var jobs = new ClipJob[to - from];
        for (int i = 0; i < jobs.Length; i++)
        {
            int video = order[from + i];
            jobs[i] = (clip, stop) => ReadOrReplace(video, epoch, replace, clip, stop);
        }

        return jobs;
    }

    // A video that cannot be read is replaced by another draw, which depends on nothing but the video and the epoch.
    private ClipResult ReadOrReplace(int video, int epoch, bool replace, Span<byte> clip, CancellationToken stop)
    {
        List<VideoFailure>? failures = null;
        var replacement = new ClipRandom(_options.Seed, epoch, video, ReplacementStream);
        for (int current = video; ; current = replacement.Next(_videos.Count))
        {
            LabeledVideo labeled = _videos[current];
            var random = new ClipRandom(_options.Seed, epoch, current, SamplingStream);
            try
            {
                _reader.Read(labeled.Name, random, view => random.Reseed(_options.Seed, epoch, current, view), clip, stop);
                return new ClipResult(labeled, failures ?? []);
            }
            catch (Exception error) when (error is not ActionRecognitionException && !stop.IsCancellationRequested)
            {
                throw new ActionRecognitionException($"Loading '{labeled.Name}' failed: {error.Message}", error);
            }
            catch (VideoReadException error)
            {
                LoadingLog.VideoUnreadable(_logger, labeled.Name, error.Message);
                failures ??= [];
                failures.Add(new VideoFailure(labeled.Name, error.Message));

                // With more failures than the whole epoch may have, the consumer ends it when it sees this batch.
                if (!replace || failures.Count > MaxFailures)
                {
                    return new ClipResult(null, failures);
                }
            }
        }
    }

    private ActionRecognitionException TooManyFailures(ClipBatch batch, int failures)
    {
        VideoFailure last = batch.Failures[^1];
        batch.Dispose();
        return new ActionRecognitionException(
            $"{failures} of {_videos.Count} videos could not be read, more than the share of {_options.MaxFailureShare} that "
            + $"{nameof(ClipLoaderOptions.MaxFailureShare)} allows. The last was '{last.Video}': {last.Reason}");
    }
}
