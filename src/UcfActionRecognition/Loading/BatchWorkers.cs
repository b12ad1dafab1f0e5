using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>
/// The threads that fill the batches of one epoch, in the order in which they were scheduled.
/// Scheduled and taken by one thread; the workers hand over bytes, never tensors.
/// </summary>
internal sealed class BatchWorkers : IDisposable
{
    private readonly ClipShape _shape;
    private readonly BatchBuffers _buffers;
    private readonly CancellationToken _cancel;
    private readonly CancellationTokenSource _stop;
    private readonly BlockingCollection<(PendingBatch Batch, int Index)> _work = [];
    private readonly Queue<PendingBatch> _pending = new();
    private readonly Thread[] _threads;

    public BatchWorkers(ClipShape shape, BatchBuffers buffers, int workers, Func<ClipWorker> newWorker, CancellationToken cancel)
    {
        _shape = shape;
        _buffers = buffers;
        _cancel = cancel;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        _threads = new Thread[workers];
        for (int i = 0; i < _threads.Length; i++)
        {
            ClipWorker worker = newWorker();
            _threads[i] = new Thread(() => Work(worker)) { IsBackground = true, Name = $"Clip loader {i + 1}" };
            _threads[i].Start();
        }
    }

    /// <summary>Has the workers fill a batch after those scheduled before.</summary>
    /// <param name="videos">Which video goes to each place, as an index into the loader's videos.</param>
    public void Schedule(int[] videos)
    {
        var batch = new PendingBatch(_buffers.Rent(), videos);
        _pending.Enqueue(batch);
        for (int i = 0; i < batch.Count; i++)
        {
            _work.Add((batch, i));
        }
    }

    /// <summary>Waits for the batch that was scheduled first among those not taken.</summary>
    public ClipBatch TakeNext()
    {
        PendingBatch batch = _pending.Peek();
        ClipResult[] results = batch.Wait(_cancel);
        _pending.Dequeue();
        batch.Dispose();
        CloseGaps(batch.Buffer, results);
        var videos = new List<LabeledVideo>(results.Length);
        List<VideoFailure>? failures = null;
        foreach (ClipResult result in results)
        {
            if (result.Video is { } video)
            {
                videos.Add(video);
            }

            if (result.Failures is { } some)
            {
                (failures ??= []).AddRange(some);
            }
        }

        return new ClipBatch(batch.Buffer, videos, failures ?? [], _buffers.GiveBack);
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

    /// <summary>Stops the workers and gives back the buffers that no caller holds.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        _work.CompleteAdding();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }

        foreach (PendingBatch batch in _pending)
        {
            _buffers.GiveBack(batch.Buffer);
            batch.Dispose();
        }

        _work.Dispose();
        _stop.Dispose();
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
