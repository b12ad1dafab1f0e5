using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>A batch that workers are filling.</summary>
/// <param name="buffer">The batch's memory.</param>
/// <param name="videos">Which video goes to each place, as an index into the loader's videos.</param>
internal sealed class PendingBatch(Tensor buffer, int[] videos) : IDisposable
{
    private readonly ClipResult[] _results = new ClipResult[videos.Length];
    private readonly CountdownEvent _open = new(videos.Length);
    private Exception? _error;

    public Tensor Buffer => buffer;

    public int Count => videos.Length;

    /// <summary>Fills one place; called on a worker's thread.</summary>
    public void Fill(int index, ClipWorker worker, CancellationToken stop)
    {
        try
        {
            stop.ThrowIfCancellationRequested();
            int clipBytes = worker.ClipBytes;
            _results[index] = worker.Fill(videos[index], buffer.bytes.Slice(index * clipBytes, clipBytes), stop);
        }
#pragma warning disable CA1031 // Whatever it is, the consumer gets it: Wait throws it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Interlocked.CompareExchange(ref _error, error, null);
        }
        finally
        {
            _open.Signal();
        }
    }

    /// <summary>Waits until every place is filled.</summary>
    public ClipResult[] Wait(CancellationToken cancel)
    {
        _open.Wait(cancel);
        if (_error is not null)
        {
            ExceptionDispatchInfo.Throw(_error);
        }

        return _results;
    }

    public void Dispose() => _open.Dispose();
}
