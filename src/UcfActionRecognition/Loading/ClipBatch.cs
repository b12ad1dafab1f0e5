using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>
/// One batch of clips. Disposing it gives its buffer back to the loader; its tensors throw afterwards.
/// </summary>
public sealed class ClipBatch : IDisposable
{
    private readonly Action<Tensor> _giveBack;
    private readonly Tensor _buffer;
    private Tensor? _frames;
    private Tensor? _labels;

    internal ClipBatch(Tensor buffer, IReadOnlyList<LabeledVideo> videos, IReadOnlyList<VideoFailure> failures, Action<Tensor> giveBack)
    {
        _buffer = buffer;
        _giveBack = giveBack;
        Videos = videos;
        Failures = failures;
        _frames = buffer.narrow(0, 0, videos.Count).DetachFromDisposeScope();
        _labels = tensor(videos.Select(video => (long)video.Label).ToArray()).DetachFromDisposeScope();
    }

    /// <summary>The clips: uint8 RGB, <c>N x V x T x H x W x 3</c> (V views of T frames of each video), on the CPU.</summary>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public Tensor Frames => _frames ?? throw new ObjectDisposedException(nameof(ClipBatch));

    /// <summary>The labels: int64, <c>N</c>, on the CPU.</summary>
    /// <exception cref="ObjectDisposedException">The batch was disposed.</exception>
    public Tensor Labels => _labels ?? throw new ObjectDisposedException(nameof(ClipBatch));

    /// <summary>The videos that the clips are from, in the order of the batch.</summary>
    public IReadOnlyList<LabeledVideo> Videos { get; }

    /// <summary>Videos that could not be read; a clip of another video stands in for each.</summary>
    public IReadOnlyList<VideoFailure> Failures { get; }

    /// <summary>Gives the buffer back. Tensors made from <see cref="Frames"/> without a copy must not be used afterwards.</summary>
    public void Dispose()
    {
        if (_frames is null)
        {
            return;
        }

        _frames.Dispose();
        _labels!.Dispose();
        _frames = null;
        _labels = null;
        _giveBack(_buffer);
    }
}
