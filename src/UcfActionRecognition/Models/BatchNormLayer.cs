using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;

namespace UcfActionRecognition;

/// <summary>
/// BatchNorm over <c>N x C x ...</c> of a set number of dimensions, with torch's defaults, that can be frozen: TorchSharp's own is
/// switched back to training by every <c>train()</c> of a module above it.
/// </summary>
internal sealed class BatchNormLayer : BatchNorm
{
    private readonly int _dimensions;
    private bool _frozen;

    public BatchNormLayer(long channels, int dimensions)
        : base(
            channels, eps: 1e-5, momentum: 0.1, affine: true, track_running_stats: true, device: null, dtype: null, nameof(BatchNormLayer))
    {
        _dimensions = dimensions;
    }

    /// <summary>While set, the layer stays in evaluation mode.</summary>
    public bool Frozen
    {
        get => _frozen;
        set
        {
            _frozen = value;
            if (value)
            {
                train(false);
            }
        }
    }

    public override void train(bool train = true) => base.train(train && !_frozen);

    // What the base class does, but for the Scalars that it leaves to the garbage collector (see Scalars).
    public override torch.Tensor forward(torch.Tensor input)
    {
        ValidateInputDimensions(input);
        bool train = training;
        if (train)
        {
            num_batches_tracked!.add_(Scalars.One, Scalars.One);
        }

        return torch.nn.functional.batch_norm(input, running_mean, running_var, weight, bias, train, momentum!.Value, eps);
    }

    /// <summary>Factor and summand of each channel by the stored statistics.</summary>
    public (torch.Tensor Scale, torch.Tensor Shift) StoredScale()
    {
        using var scope = torch.NewDisposeScope();
        using Scalar epsilon = eps;
        torch.Tensor scale = weight.div(running_var!.add(epsilon, Scalars.One).sqrt());
        torch.Tensor shift = torch.addcmul(bias!, running_mean!, scale, Scalars.MinusOne);
        GC.KeepAlive(this);
        return (scale.MoveToOuterDisposeScope(), shift.MoveToOuterDisposeScope());
    }

    /// <summary>Whether activations of a type can be scaled in place here: on the CPU, and with statistics of float32.</summary>
    public bool CanScale(torch.ScalarType activations) => weight!.dtype == torch.ScalarType.Float32 && ChannelRows.CanBeOf(weight.device, activations);

    /// <summary>The sign of the factor that each channel will have, 1 or -1.</summary>
    public ChannelScale Signs()
    {
        ReadOnlySpan<float> weights = Values(weight!);
        var signs = new float[weights.Length];
        for (int channel = 0; channel < signs.Length; channel++)
        {
            signs[channel] = weights[channel] < 0 ? -1 : 1;
        }

        GC.KeepAlive(this);
        return new ChannelScale(signs, new float[signs.Length]);
    }

    /// <summary>Factor and summand of each channel by a batch's statistics, which move the stored ones, as in training mode.</summary>
    public ChannelScale ScaleOf(ChannelMoments batch)
    {
        CheckCount(batch.Count);
        using var scope = torch.NewDisposeScope();
        using IDisposable mode = torch.no_grad();
        Span<float> means = Values(running_mean!);
        Span<float> variances = Values(running_var!);
        ReadOnlySpan<float> weights = Values(weight);
        ReadOnlySpan<float> biases = Values(bias!);
        var scale = new float[means.Length];
        var shift = new float[means.Length];
        double share = momentum!.Value;
        for (int channel = 0; channel < scale.Length; channel++)
        {
            (double mean, double variance) = batch.Of(channel);
            double factor = weights[channel] / Math.Sqrt(variance + eps);
            scale[channel] = (float)factor;
            shift[channel] = (float)(biases[channel] - (mean * factor));
            means[channel] = (float)(((1 - share) * means[channel]) + (share * mean));
            variances[channel] = (float)(((1 - share) * variances[channel]) + (share * variance * batch.Count / (batch.Count - 1)));
        }

        num_batches_tracked!.add_(Scalars.One, Scalars.One);
        GC.KeepAlive(this);
        return new ChannelScale(scale, shift);
    }

    protected override void ValidateInputDimensions(torch.Tensor input)
    {
        if (input.ndim != _dimensions)
        {
            throw new ArgumentException($"BatchNorm expects {_dimensions} dimensions; the input has {input.ndim}.", nameof(input));
        }

        if (training)
        {
            CheckCount(input.numel() / input.shape[1]);
        }
    }

    private static Span<float> Values(torch.Tensor values) => MemoryMarshal.Cast<byte, float>(values.bytes);

    // Their variance would be 0 / 0, and the stored one NaN for good. PyTorch refuses it in Python, TorchSharp does not.
    private static void CheckCount(long valuesOfAChannel)
    {
        if (valuesOfAChannel < 2)
        {
            throw new ArgumentException(
                "BatchNorm in training mode needs more than one value per channel. Use a larger batch, larger frames, or BatchNormMode.Frozen.");
        }
    }
}
