using Microsoft.Extensions.Logging;

namespace UcfActionRecognition;

/// <summary>One worker's share of an epoch: reads the clips of a video, or of the one that replaces it, into a place of a batch. One thread at a time.</summary>
internal sealed class ClipWorker(
    IReadOnlyList<LabeledVideo> videos, ClipReader reader, ClipLoaderOptions options, ILogger logger, int epoch, bool replace)
{
    // Keys of the random streams that belong to no view of a video.
    private const int SamplingStream = -1;
    private const int ReplacementStream = -2;

    private static readonly TimeSpan CancelGrace = TimeSpan.FromMilliseconds(50);

    private readonly ClipRandom _random = new(options.Seed, epoch, 0, SamplingStream);

    private volatile string? _reading;
    private long _readingSince;

    /// <summary>The video that is being read and for how long, for other threads; <see langword="null"/> for none.</summary>
    public (string Video, TimeSpan For)? Reading =>
        _reading is { } video ? (video, TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _readingSince))) : null;

    public int ClipBytes => (int)reader.Shape.ClipBytes;

    /// <summary>Fills one place of a batch. A video that cannot be read is replaced by another draw, which depends on nothing but the video and the epoch.</summary>
    /// <param name="video">The video, an index.</param>
    /// <param name="clips">Receives <c>V x T x H x W x 3</c> bytes.</param>
    /// <param name="stop">Ends the work early.</param>
    public ClipResult Fill(int video, Span<byte> clips, CancellationToken stop)
    {
        List<VideoFailure>? failures = null;
        Replacements? replacements = null;
        int current = video;
        while (TryRead(current, clips, stop) is { } failure)
        {
            failures ??= [];
            failures.Add(failure);

            // With more failures than the whole epoch may have, the consumer ends it when it sees this batch.
            if (!replace || failures.Count > options.MaxFailureShare * videos.Count || failures.Count == videos.Count)
            {
                return new ClipResult(null, failures);
            }

            replacements ??= new Replacements(new ClipRandom(options.Seed, epoch, video, ReplacementStream), videos.Count, video);
            current = replacements.Next();
        }

        return new ClipResult(videos[current], failures);
    }

    private VideoFailure? TryRead(int video, Span<byte> clips, CancellationToken stop)
    {
        string name = videos[video].Name;
        Volatile.Write(ref _readingSince, Environment.TickCount64);
        _reading = name;
        try
        {
            _random.Reseed(options.Seed, epoch, video, SamplingStream);
            reader.Read(name, _random, clips, stop);
            return null;
        }
        catch (VideoReadException error)
        {
            // Ctrl+C on a terminal ends the decoders, too, perhaps a moment before this process is told.
            if (stop.WaitHandle.WaitOne(CancelGrace))
            {
                throw new OperationCanceledException(stop);
            }

            LoadingLog.VideoUnreadable(logger, name, error.Message);
            return new VideoFailure(name, error.Message);
        }
        catch (Exception error) when (error is not ActionRecognitionException && !stop.IsCancellationRequested)
        {
            throw new ActionRecognitionException($"Loading '{name}' failed: {error.Message}", error);
        }
        finally
        {
            _reading = null;
        }
    }

    /// <summary>Videos to stand in for one, each drawn once.</summary>
    private sealed class Replacements(ClipRandom random, int videos, int replaced)
    {
        private readonly HashSet<int> _drawn = [replaced];

        public int Next()
        {
            int video;
            do
            {
                video = random.Next(videos);
            }
            while (!_drawn.Add(video));
            return video;
        }
    }
}
