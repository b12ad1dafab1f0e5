using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>A factor and a summand for each channel of activations.</summary>
internal sealed record ChannelScale(float[] Scale, float[] Shift)
{
    /// <summary>The factors multiplied by those of another.</summary>
    public ChannelScale Times(ChannelScale other) => this with { Scale = [.. Scale.Zip(other.Scale, (one, another) => one * another)] };

    /// <summary>Multiplies and adds in place and, if asked to, makes negative values 0.</summary>
    public void Apply(Tensor values, bool relu)
    {
        ChannelRows.Of(values).Scale(Scale, Shift, relu);
        GC.KeepAlive(values);
    }
}
