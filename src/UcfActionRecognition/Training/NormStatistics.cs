using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>
/// The statistics of BatchNorms as they were before the step that is under way. Its batches move them; where it is not finished, disposing puts them back, so that
/// the step can be made again.
/// </summary>
internal sealed class NormStatistics : IDisposable
{
    private readonly (Tensor Now, Tensor Before)[] _buffers;
    private bool _isUnderWay;

    /// <param name="model">The model.</param>
    /// <param name="isNeeded">Whether steps may be left unfinished after a batch.</param>
    public NormStatistics(ActionModel model, bool isNeeded) => _buffers = isNeeded
        ? [.. model.named_buffers().Select(entry => (entry.buffer, entry.buffer.detach().clone().DetachFromDisposeScope()))]
        : [];

    public void BeginStep()
    {
        Copy(putBack: false);
        _isUnderWay = true;
    }

    public void EndStep() => _isUnderWay = false;

    public void Dispose()
    {
        if (_isUnderWay)
        {
            Copy(putBack: true);
        }

        foreach ((_, Tensor before) in _buffers)
        {
            before.Dispose();
        }
    }

    private void Copy(bool putBack)
    {
        using IDisposable mode = no_grad();
        foreach ((Tensor now, Tensor before) in _buffers)
        {
            (Tensor target, Tensor source) = putBack ? (now, before) : (before, now);
            target.copy_(source);
        }

        GC.KeepAlive(_buffers);
    }
}
