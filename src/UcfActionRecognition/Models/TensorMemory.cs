using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>Where a tensor's numbers lie, for kernels of our own. The tensor has to outlive what is done there.</summary>
internal static unsafe class TensorMemory
{
    /// <summary>The first byte of a contiguous tensor of the CPU. A span over all of it would end at 2 GiB.</summary>
    public static byte* FirstByte(torch.Tensor contiguous)
    {
        using torch.Tensor flat = contiguous.view(-1);
        using torch.Tensor first = flat.narrow(0, 0, 1);
        return (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }
}
