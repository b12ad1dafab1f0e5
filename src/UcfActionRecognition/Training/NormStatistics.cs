using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>
/// The statistics of BatchNorms as they were after the last whole step. The batches of a step that is not finished have moved them; disposing puts them
/// back, so that the step can be made again.
/// </summary>
internal sealed class NormStatistics : IDisposable
{
    private readonly (Tensor Now, Tensor Kept)[] _buffers;

    /// <param name="model">The model.</param>
    /// <param name="isNeeded">Whether steps have several batches.</param>
    public NormStatistics(ActionModel model, bool isNeeded) => _buffers = isNeeded
        ? [.. model.named_buffers().Select(entry => (entry.buffer, entry.buffer.detach().clone().DetachFromDisposeScope()))]
        : [];

    /// <summary>Takes down what they are now: a step is whole.</summary>
    public void Keep() => Copy(toKept: true);

    public void Dispose()
    {
        Copy(toKept: false);
        foreach ((_, Tensor kept) in _buffers)
        {
            kept.Dispose();
        }
    }

    private void Copy(bool toKept)
    {
        using IDisposable mode = no_grad();
        foreach ((Tensor now, Tensor kept) in _buffers)
        {
            (Tensor target, Tensor source) = toKept ? (kept, now) : (now, kept);
            target.copy_(source);
        }

        GC.KeepAlive(_buffers);
    }
}
