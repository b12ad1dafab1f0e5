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

    /// <summary>Normalises what a convolution makes of an input.</summary>
    public torch.Tensor After(Convolution convolution, torch.Tensor input)
    {
        using torch.Tensor convolved = convolution.call(input);
        return call(convolved);
    }

    protected override void ValidateInputDimensions(torch.Tensor input)
    {
        if (input.ndim != _dimensions)
        {
            throw new ArgumentException($"BatchNorm expects {_dimensions} dimensions; the input has {input.ndim}.", nameof(input));
        }

        // Their variance would be 0 / 0, and the stored one NaN for good. PyTorch refuses it in Python, TorchSharp does not.
        if (training && input.numel() <= input.shape[1])
        {
            throw new ArgumentException(
                $"BatchNorm in training mode needs more than one value per channel; the input is {string.Join('x', input.shape)}. "
                + "Use a larger batch, larger frames, or BatchNormMode.Frozen.", nameof(input));
        }
    }
}
