using TorchSharp;

namespace UcfActionRecognition;

/// <summary>A tensor's values as bytes of this machine's memory, row-major.</summary>
internal static class HostTensor
{
    /// <summary>The tensor itself where it is on the CPU and row-major, otherwise a copy; its <c>bytes</c> may be read.</summary>
    /// <returns>A tensor that the caller disposes; it may share memory with <paramref name="tensor"/>.</returns>
    /// <exception cref="NotSupportedException">The tensor has 2 GiB or more, which no span can cover.</exception>
    public static torch.Tensor Of(torch.Tensor tensor, string name)
    {
        long bytes = tensor.numel() * tensor.ElementSize;
        if (bytes > int.MaxValue)
        {
            throw new NotSupportedException($"{name} has {bytes} bytes; tensors of 2 GiB and more cannot be written.");
        }

        using var scope = torch.NewDisposeScope();
        return tensor.detach().cpu().contiguous().MoveToOuterDisposeScope();
    }
}
