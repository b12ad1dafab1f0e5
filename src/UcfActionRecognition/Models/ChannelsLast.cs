using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>
/// Tensors of <c>N x C x ...</c> whose channels lie side by side in memory, which libtorch's convolutions run faster on. TorchSharp has no
/// memory formats; strides do it.
/// </summary>
internal static class ChannelsLast
{
    /// <summary>The same values, channels-last in memory; a view where they already are.</summary>
    public static Tensor Of(Tensor values)
    {
        long last = values.ndim - 1;
        using Tensor rows = Rows(values);
        using Tensor dense = rows.contiguous();
        return dense.permute([0, last, .. Enumerable.Range(1, (int)last - 1).Select(dimension => (long)dimension)]);
    }

    /// <summary>A view of <c>N x ... x C</c>, contiguous where the values are channels-last.</summary>
    public static Tensor Rows(Tensor values) => values.permute([0, .. Enumerable.Range(2, (int)values.ndim - 2).Select(dimension => (long)dimension), 1]);
}
