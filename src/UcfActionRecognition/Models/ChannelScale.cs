using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>A factor and a summand for each channel of activations.</summary>
internal sealed record ChannelScale(float[] Scale, float[] Shift)
{
    /// <summary>Multiplies and adds in place and, if asked to, makes negative values 0.</summary>
    public void Apply(Tensor values, bool relu)
    {
        ChannelRows.Of(values).Scale(Scale, Shift, relu);
        GC.KeepAlive(values);
    }
}
