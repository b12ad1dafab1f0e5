using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>A batch that workers are filling.</summary>
internal sealed class PendingBatch(Tensor buffer, ClipJob[] jobs) : IDisposable
{
    private readonly ClipResult[] _results = new ClipResult[jobs.Length];
    private readonly CountdownEvent _open = new(jobs.Length);
    private Exception? _error;

    public Tensor Buffer => buffer;

    public int Count => jobs.Length;

    /// <summary>Fills one place; called by a worker.</summary>
    public void Fill(int index, int clipBytes, CancellationToken stop)
    {
        try
        {
            stop.ThrowIfCancellationRequested();
            _results[index] = jobs[index](buffer.bytes.Slice(index * clipBytes, clipBytes), stop);
        }
#pragma warning disable CA1031 // Whatever it is, the consumer gets it: Take throws it.
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
