using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UcfActionRecognition;

/// <summary>relu(branch(x) + shortcut(x)).</summary>
internal abstract class ResidualBlock : Module<Tensor, Tensor>
{
    private readonly BlockPlace _place;

    [ComponentName(Name = "downsample")]
    private readonly Sequential? _downsample;

    protected ResidualBlock(string name, BlockPlace place, int outputChannels)
        : base(name)
    {
        _place = place;
        OutputChannels = outputChannels;
        bool changes = place.Stride != 1 || place.Channels != outputChannels;
        _downsample = changes && place.Shortcut == ShortcutType.B
            ? Sequential(ConvolutionOf(place.Channels, outputChannels, 1, place.Stride), NormOf(outputChannels))
            : null;
    }

    public int OutputChannels { get; }

    /// <summary>Convolutions and BatchNorms of the residual branch, in order.</summary>
    internal abstract IReadOnlyList<ConvolutionNorm> Branch { get; }

    /// <summary>Those of the shortcut, where it has them.</summary>
    internal ConvolutionNorm? Downsample => _downsample is null ? null : new((Convolution)_downsample[0], (BatchNormLayer)_downsample[1]);

    public sealed override Tensor forward(Tensor input) => Apply(Activations.Of(input)).Join();

    /// <summary>The same, part by part; the input goes.</summary>
    public Activations Apply(Activations input)
    {
        IReadOnlyList<ConvolutionNorm> branch = Branch;
        Activations output = input;
        for (int i = 0; i < branch.Count; i++)
        {
            output = branch[i].Apply(output, relu: i < branch.Count - 1, keep: i == 0);
        }

        Activations shortcut = Downsample?.Apply(input, relu: false, keep: true) ?? input.Through(EveryStride, keep: true);
        return new Activations(output.Count, output.Type, part =>
        {
            Tensor sum = output.Take(part);
            using Tensor added = shortcut.Take(part);
            using Tensor unneeded = input.Take(part);
            Add(sum, added);
            return sum.relu_();
        });
    }

    private void Add(Tensor output, Tensor shortcut)
    {
        if (shortcut.shape[1] == OutputChannels)
        {
            output.add_(shortcut, Scalars.One);
        }
        else
        {
            // The other channels of shortcut A are zeros: there is nothing to add.
            using Tensor first = output.narrow(1, 0, shortcut.shape[1]);
            first.add_(shortcut, Scalars.One);
        }
    }

    protected Convolution ConvolutionOf(int from, int to, int size, int stride = 1) => _place.Dimensions == 4
        ? Conv2d(from, to, kernel_size: size, stride: stride, padding: size / 2, bias: false)
        : Conv3d(from, to, kernel_size: size, stride: stride, padding: size / 2, bias: false);

    protected BatchNormLayer NormOf(int channels) => new(channels, _place.Dimensions);

    // Average pooling of size 1: each stride-th value along time and space. As a view, through which gradients flow back.
    private Tensor EveryStride(Tensor input)
    {
        Tensor sampled = input.alias();
        for (int dimension = 2; dimension < _place.Dimensions && _place.Stride > 1; dimension++)
        {
            using Tensor last = sampled;
            sampled = last.slice(dimension, 0, last.shape[dimension], _place.Stride);
        }

        return sampled;
    }
}
