using TorchSharp.Modules;
using TorchSharp.Utils;

namespace UcfActionRecognition;

/// <summary>Two convolutions of size 3; the first has the stride.</summary>
internal sealed class BasicBlock : ResidualBlock
{
    [ComponentName(Name = "conv1")]
    private readonly Convolution _conv1;

    [ComponentName(Name = "bn1")]
    private readonly BatchNormLayer _bn1;

    [ComponentName(Name = "conv2")]
    private readonly Convolution _conv2;

    [ComponentName(Name = "bn2")]
    private readonly BatchNormLayer _bn2;

    public BasicBlock(BlockPlace place, int width)
        : base(nameof(BasicBlock), place, width)
    {
        _conv1 = ConvolutionOf(place.Channels, width, 3, place.Stride);
        _bn1 = NormOf(width);
        _conv2 = ConvolutionOf(width, width, 3);
        _bn2 = NormOf(width);
        RegisterComponents();
    }

    internal override IReadOnlyList<ConvolutionNorm> Branch => [new(_conv1, _bn1), new(_conv2, _bn2)];
}
