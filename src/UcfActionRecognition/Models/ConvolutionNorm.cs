using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace UcfActionRecognition;

/// <summary>A convolution without a bias and the BatchNorm after it, computed in the cheapest way that gives what both give.</summary>
internal sealed class ConvolutionNorm(Convolution convolution, BatchNormLayer norm)
{
    public Convolution Convolution => convolution;

    public BatchNormLayer Norm => norm;

    /// <summary>Convolves, normalises and, if asked to, makes negative values 0.</summary>
    /// <remarks>
    /// With autograd one after the other. Without, by stored statistics: one convolution whose weights hold the BatchNorm's scale, and its bias
    /// the shift. Without, by the batch's own statistics: the convolution of all parts, their statistics, then each part scaled where it lies.
    /// </remarks>
    public Activations Apply(Activations input, bool relu, bool keep = false) => Apply(input, relu, keep, pool: null);

    /// <summary>Convolves, normalises, makes negative values 0 and takes maxima of neighbours.</summary>
    /// <param name="input">Activations.</param>
    /// <param name="pool">A max pooling.</param>
    public Activations ApplyAndPool(Activations input, Func<Tensor, Tensor> pool) => Apply(input, relu: true, keep: false, pool);

    private Activations Apply(Activations input, bool relu, bool keep, Func<Tensor, Tensor>? pool)
    {
        if (is_grad_enabled() || (norm.training && !norm.CanScale(input.Type)))
        {
            // Each part would be normalised by statistics of its own.
            return norm.training && input.Count > 1
                ? throw new InvalidOperationException("BatchNorms in training mode take the batch as a whole here.")
                : Pooled(input.Through(values => Rectified(Separately(values), relu), keep));
        }

        return norm.training ? ByBatchStatistics(input, relu, keep, pool) : Pooled(Folded(input, relu, keep));

        Activations Pooled(Activations values) => pool is null ? values : values.Through(pool);
    }

    // The folded weights are there from the first part to the last.
    private Activations Folded(Activations input, bool relu, bool keep)
    {
        (Tensor Weight, Tensor Bias)? folded = null;
        int left = input.Count;
        return input.Through(
            values =>
            {
                (Tensor weight, Tensor bias) = folded ??= Fold(input.Type);
                Tensor output = Rectified(Convolve(values, weight, bias), relu);
                if (--left == 0)
                {
                    weight.Dispose();
                    bias.Dispose();
                }

                return output;
            },
            keep);
    }

    /// <summary>Weight and bias of the convolution that does what this one and its BatchNorm do by its stored statistics.</summary>
    internal (Tensor Weight, Tensor Bias) Fold(ScalarType type)
    {
        using var scope = NewDisposeScope();
        (Tensor scale, Tensor shift) = norm.StoredScale();
        long[] perFilter = [scale.shape[0], .. Enumerable.Repeat(1L, (int)convolution.weight.ndim - 1)];
        Tensor weight = ChannelsLast.Of(convolution.weight).mul(scale.view(perFilter)).to(type);
        return (weight.MoveToOuterDisposeScope(), shift.to(type).MoveToOuterDisposeScope());
    }

    // The parts stay as the convolution made them until they are asked for, and are then still to be scaled: that way they come
    // into the processor's cache once for it and for the next layer. Maxima are taken at once, though, before the scale is known: scaling and
    // rectifying keep the order of values, or turn it around where the scale is negative, which its sign tells.
    private Activations ByBatchStatistics(Activations input, bool relu, bool keep, Func<Tensor, Tensor>? pool)
    {
        RetainedHeap.GiveBackHoles();
        var moments = new ChannelMoments((int)convolution.out_channels);
        ChannelScale? signs = pool is null ? null : norm.Signs();
        using Tensor channelsLast = ChannelsLast.Of(convolution.weight);
        using Tensor weight = channelsLast.to(input.Type);
        Activations convolved = input.Through(
            values =>
            {
                Tensor raw = Convolve(values, weight);
                moments.Add(raw);
                if (pool is null)
                {
                    return raw;
                }

                using Tensor unneeded = raw;
                signs!.Apply(raw, relu: false);
                using Tensor pooled = pool(raw);
                return ChannelsLast.Of(pooled);
            },
            keep);
        convolved.MakeAll();
        ChannelScale scale = norm.ScaleOf(moments);
        if (signs is not null)
        {
            scale = scale.Times(signs);
        }

        return new Activations(convolved.Count, convolved.Type, part =>
        {
            Tensor values = convolved.Take(part);
            scale.Apply(values, relu);
            return values;
        });
    }

    private Tensor Separately(Tensor input)
    {
        using Tensor weight = convolution.weight.to(input.dtype);
        using Tensor convolved = Convolve(input, weight);
        return norm.call(convolved);
    }

    // libtorch has convolutions for small inputs whose results are not channels-last.
    private Tensor Convolve(Tensor input, Tensor weight, Tensor? bias = null)
    {
        using Tensor convolved = convolution.kernel_size.Length == 2
            ? functional.conv2d(input, weight, bias, convolution.stride, convolution.padding)
            : functional.conv3d(input, weight, bias, convolution.stride, convolution.padding);
        return ChannelsLast.Of(convolved);
    }

    private static Tensor Rectified(Tensor values, bool relu) => relu ? values.relu_() : values;
}
