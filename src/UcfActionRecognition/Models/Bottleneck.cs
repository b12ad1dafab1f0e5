using TorchSharp.Modules;
using TorchSharp.Utils;

namespace UcfActionRecognition;

/// <summary>Convolutions of size 1, 3 and 1, the last to four times the width; the one of size 3 has the stride.</summary>
internal sealed class Bottleneck : ResidualBlock
{
    private const int Expansion = 4;

    [ComponentName(Name = "conv1")]
    private readonly Convolution _conv1;

    [ComponentName(Name = "bn1")]
    private readonly BatchNormLayer _bn1;

    [ComponentName(Name = "conv2")]
    private readonly Convolution _conv2;

    [ComponentName(Name = "bn2")]
    private readonly BatchNormLayer _bn2;

    [ComponentName(Name = "conv3")]
    private readonly Convolution _conv3;

    [ComponentName(Name = "bn3")]
    private readonly BatchNormLayer _bn3;

    public Bottleneck(BlockPlace place, int width)
        : base(nameof(Bottleneck), place, width * Expansion)
    {
        _conv1 = ConvolutionOf(place.Channels, width, 1);
        _bn1 = NormOf(width);
        _conv2 = ConvolutionOf(width, width, 3, place.Stride);
        _bn2 = NormOf(width);
        _conv3 = ConvolutionOf(width, width * Expansion, 1);
        _bn3 = NormOf(width * Expansion);
        RegisterComponents();
    }

    internal override IReadOnlyList<ConvolutionNorm> Branch => [new(_conv1, _bn1), new(_conv2, _bn2), new(_conv3, _bn3)];
}
