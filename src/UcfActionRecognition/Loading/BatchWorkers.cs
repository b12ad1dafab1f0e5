using System.Collections.Concurrent;
using System.Globalization;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>
/// The threads that fill the batches of one epoch, in the order in which they were scheduled.
/// Scheduled and taken by one thread; the workers hand over bytes, never tensors.
/// </summary>
/// <remarks>A thread that hangs in a read cannot be ended. It is left behind with its batch's memory; should it come back, it finds that all is over.</remarks>
internal sealed class BatchWorkers : IDisposable
{
    // Threads that do not hang stop within that: a program that a source runs is given up after 10 seconds.
    private static readonly TimeSpan MostWaitAtEnd = TimeSpan.FromSeconds(30);

    private readonly ClipShape _shape;
    private readonly BatchBuffers _buffers;
    private readonly int _largestBatch;
    private readonly CancellationToken _cancel;
    private readonly CancellationTokenSource _stop;
    private readonly BlockingCollection<(PendingBatch Batch, int Index)> _work = [];
    private readonly Queue<PendingBatch> _pending = new();
    private readonly HashSet<string>? _unreadable;
    private readonly TimeSpan _stallTimeout;
    private readonly ClipWorker[] _workers;
    private readonly Thread[] _threads;

    /// <param name="shape">The clips of one video.</param>
    /// <param name="buffers">The batches' memory.</param>
    /// <param name="largestBatch">Videos in the largest batch.</param>
    /// <param name="options">How many workers there are, and how long one may hang.</param>
    /// <param name="newWorker">Makes a worker.</param>
    /// <param name="named">
    /// Videos of the epoch that were found unreadable before: each is a failure once in the epoch, however often it is drawn; <see langword="null"/> to
    /// name them every time.
    /// </param>
    /// <param name="cancel">Ends the work early.</param>
    public BatchWorkers(
        ClipShape shape, BatchBuffers buffers, int largestBatch, ClipLoaderOptions options, Func<ClipWorker> newWorker, IReadOnlyList<VideoFailure>? named,
        CancellationToken cancel)
    {
        _shape = shape;
        _buffers = buffers;
        _largestBatch = largestBatch;
        _stallTimeout = options.StallTimeout;
        _unreadable = named?.Select(failure => failure.Video).ToHashSet(StringComparer.Ordinal);
        _cancel = cancel;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _workers = new ClipWorker[options.Workers];
        _threads = new Thread[options.Workers];
        for (int i = 0; i < _threads.Length; i++)
        {
            ClipWorker worker = _workers[i] = newWorker();
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"Clip loader {i + 1}" };
            _threads[i].Start();
        }
    }

    /// <summary>Has the workers fill a batch after those scheduled before.</summary>
    /// <param name="videos">Which video goes to each place, as an index into the loader's videos.</param>
    public void Schedule(int[] videos)
    {
        var batch = new PendingBatch(_buffers.Rent(_largestBatch), videos, _buffers.GiveBack);
        _pending.Enqueue(batch);
        for (int i = 0; i < batch.Count; i++)
        {
            _work.Add((batch, i));
        }
    }

    /// <summary>Waits for the batch that was scheduled first among those not taken.</summary>
    /// <exception cref="ActionRecognitionException">A worker hangs.</exception>
    public ClipBatch TakeNext()
    {
        PendingBatch batch = _pending.Peek();
        ClipResult[] results = Wait(batch);
        _pending.Dequeue();
        Tensor buffer = batch.TakeBuffer();
        batch.Dispose();
        CloseGaps(buffer, results);
        var videos = new List<LabeledVideo>(results.Length);
        List<VideoFailure>? failures = null;
        foreach (ClipResult result in results)
        {
            if (result.Video is { } video)
            {
                videos.Add(video);
            }

            foreach (VideoFailure failure in result.Failures ?? [])
            {
                // One that was drawn again in place of another is no new one.
                if (_unreadable?.Add(failure.Video) != false)
                {
                    (failures ??= []).Add(failure);
                }
            }
        }

        return new ClipBatch(buffer, videos, failures ?? [], _buffers.GiveBack);
    }

    private ClipResult[] Wait(PendingBatch batch)
    {
        while (true)
        {
            if (batch.Wait(_stallTimeout, _cancel) is { } results)
            {
                return results;
            }

            // Of several broken videos in a row, each may take its time.
            (string Video, TimeSpan For)[] reading =
            [
                .. _workers.Select(worker => worker.Reading).OfType<(string Video, TimeSpan For)>().OrderByDescending(entry => entry.For),
            ];
            if (reading.Length > 0 && reading[0].For >= _stallTimeout)
            {
                throw Stalled(reading);
            }
        }
    }

    private ActionRecognitionException Stalled((string Video, TimeSpan For)[] reading)
    {
        const int Named = 8;
        string names = string.Join(", ", reading.Take(Named).Select(entry =>
            string.Create(CultureInfo.InvariantCulture, $"'{entry.Video}' for {entry.For.TotalSeconds:0.#} s")));
        string more = reading.Length > Named ? $" and {reading.Length - Named} more" : "";
        return new ActionRecognitionException(string.Create(
            CultureInfo.InvariantCulture,
            $"Loading hangs: no clip was finished for {_stallTimeout.TotalSeconds:0.###} s. Being read: {names}{more}. ") +
            $"Check their disk or network drive; if it only is slow, raise {nameof(ClipLoaderOptions)}.{nameof(ClipLoaderOptions.StallTimeout)}.");
    }

    // Clips after an empty place move up.
    private void CloseGaps(Tensor buffer, ClipResult[] results)
    {
        Span<byte> clips = buffer.bytes;
        int bytes = (int)_shape.ClipBytes;
        int filled = 0;
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i].Video is null)
            {
                continue;
            }

            if (filled < i)
            {
                clips.Slice(i * bytes, bytes).CopyTo(clips[(filled * bytes)..]);
            }

            filled++;
        }
    }

    /// <summary>Stops the workers and gives back the buffers that nobody uses.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _work.CompleteAdding();
        bool ended = WaitForThreads();
        foreach (PendingBatch batch in _pending)
        {
            batch.Dispose();
        }

        // A thread that comes back late looks into both.
        if (ended)
        {
            _work.Dispose();
            _stop.Dispose();
        }
    }

    private bool WaitForThreads()
    {
        bool bounded = _stallTimeout != Timeout.InfiniteTimeSpan && _stallTimeout < MostWaitAtEnd;
        long end = Environment.TickCount64 + (long)(bounded ? _stallTimeout : MostWaitAtEnd).TotalMilliseconds;
        bool ended = true;
        foreach (Thread thread in _threads)
        {
            ended &= thread.Join((int)Math.Max(0, end - Environment.TickCount64));
        }

        return ended;
    }

    private void Work(ClipWorker worker)
    {
        try
        {
            foreach ((PendingBatch batch, int index) in _work.GetConsumingEnumerable(_stop.Token))
            {
                batch.Fill(index, worker, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // The epoch has ended.
        }
    }
}
