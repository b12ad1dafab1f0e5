using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>
/// A batch that workers are filling. Its memory goes back when the last of those who may touch it is done: a worker that hangs keeps it, so that
/// nobody else gets memory that the worker may still write to.
/// </summary>
/// <param name="buffer">The batch's memory.</param>
/// <param name="videos">Which video goes to each place, as an index into the loader's videos.</param>
/// <param name="giveBack">Takes the memory back, unless it was taken.</param>
internal sealed class PendingBatch(Tensor buffer, int[] videos, Action<Tensor> giveBack) : IDisposable
{
    private readonly ClipResult[] _results = new ClipResult[videos.Length];
    private readonly CountdownEvent _open = new(videos.Length);
    private Exception? _error;
    private int _users = 1; // the owner and the workers that are filling a place
    private bool _taken;

    public int Count => videos.Length;

    /// <summary>Fills one place; called on a worker's thread.</summary>
    public void Fill(int index, ClipWorker worker, CancellationToken stop)
    {
        if (!TryEnter())
        {
            return;
        }

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
            Leave();
        }
    }

    /// <summary>Waits until every place is filled.</summary>
    /// <param name="timeout">How long to wait for another place.</param>
    /// <param name="cancel">Ends the waiting.</param>
    /// <returns><see langword="null"/> when no place was filled for that long.</returns>
    public ClipResult[]? Wait(TimeSpan timeout, CancellationToken cancel)
    {
        int before;
        do
        {
            before = _open.CurrentCount;
            if (_open.Wait(timeout, cancel))
            {
                return _error is null ? _results : throw Rethrown(_error);
            }
        }
        while (_open.CurrentCount < before);
        return null;
    }

    /// <summary>Takes the memory, when every place is filled; it is not given back any more.</summary>
    public Tensor TakeBuffer()
    {
        _taken = true;
        return buffer;
    }

    /// <summary>Ends the owner's use.</summary>
    public void Dispose() => Leave();

    private static Exception Rethrown(Exception error)
    {
        ExceptionDispatchInfo.Throw(error);
        return error;
    }

    // Not once all have left: the memory may be another batch's by then.
    private bool TryEnter()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int found = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (found == users)
            {
                return true;
            }

            users = found;
        }

        return false;
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _users) > 0)
        {
            return;
        }

        _open.Dispose();
        if (!_taken)
        {
            giveBack(buffer);
        }
    }
}
