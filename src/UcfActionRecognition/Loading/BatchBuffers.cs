using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>
/// The memory of a loader's batches, kept from batch to batch and from epoch to epoch: given back to the system and taken again, blocks of this
/// size pile up in glibc's heap. Safe for concurrent use.
/// </summary>
/// <param name="shape">The clips of one video.</param>
/// <param name="kept">The most buffers that are kept while nobody uses them.</param>
/// <param name="pinned">Whether they lie in page-locked memory.</param>
internal sealed class BatchBuffers(ClipShape shape, int kept, bool pinned) : IDisposable
{
    private readonly Stack<Tensor> _free = new();
    private bool _disposed;

    /// <summary>A buffer, uint8 <c>N x V x T x H x W x 3</c>, of whatever content.</summary>
    /// <param name="videos">How large N is at least; the same in all batches of an epoch.</param>
    public Tensor Rent(int videos)
    {
        lock (_free)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(ClipLoader));
            while (_free.TryPop(out Tensor? buffer))
            {
                if (buffer.shape[0] >= videos)
                {
                    return buffer;
                }

                // Of an epoch of smaller batches.
                buffer.Dispose();
            }
        }

        return New(videos);
    }

    public void GiveBack(Tensor buffer)
    {
        lock (_free)
        {
            if (!_disposed && _free.Count < kept)
            {
                _free.Push(buffer);
                return;
            }
        }

        buffer.Dispose();
    }

    /// <summary>Frees what nobody uses now; the rest when it is given back.</summary>
    public void Dispose()
    {
        lock (_free)
        {
            _disposed = true;
            while (_free.TryPop(out Tensor? buffer))
            {
                buffer.Dispose();
            }
        }
    }

    // Detached: a buffer outlives whatever dispose scope the caller's loop has open.
    private unsafe Tensor New(int videos)
    {
        Tensor pageable = empty([videos, shape.Views, shape.Frames, shape.Size.Height, shape.Size.Width, 3], dtype: ScalarType.Byte)
            .DetachFromDisposeScope();
        if (pinned)
        {
            using (pageable)
            {
                return pageable.pin_memory().DetachFromDisposeScope();
            }
        }

        Span<byte> bytes = pageable.bytes;
        fixed (byte* first = bytes)
        {
            HugePages.Request(first, bytes.Length);
        }

        return pageable;
    }
}
