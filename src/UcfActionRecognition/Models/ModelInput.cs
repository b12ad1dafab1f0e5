using TorchSharp;

namespace UcfActionRecognition;

/// <summary>
/// Turns batches of bytes into a model's normalised float32 input, on the model's device. The bytes move first (a quarter of the
/// floats) and the values stay channels-last in memory, as the frames are: the model gets a permuted view, which libtorch's
/// convolutions run faster on. One thread at a time.
/// </summary>
public sealed class ModelInput : IDisposable
{
    private const int Channels = 3;

    private readonly InputSpec _input;
    private readonly torch.Device _device;

    // x * scale + offset, once across a whole row of pixels: width x 3 values, so that torch's inner loop is a row and not 3 values.
    private readonly torch.Tensor _scale;
    private readonly torch.Tensor _offset;

    /// <summary>Prepares the input of one model.</summary>
    /// <param name="model">The model; its <see cref="ActionModel.Input"/> and <see cref="ActionModel.Device"/> are taken.</param>
    public ModelInput(ActionModel model)
        : this((model ?? throw new ArgumentNullException(nameof(model))).Input, model.Device)
    {
    }

    /// <summary>Prepares input for a specification and a device.</summary>
    /// <param name="input">Frame size, clip length and normalisation.</param>
    /// <param name="device">Where the results are.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value of <paramref name="input"/> is out of its range.</exception>
    public ModelInput(InputSpec input, torch.Device device)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(device);
        input.Validate();
        TorchRuntime.Load();
        _input = input;
        _device = device;
        Normalization normalization = input.Normalization;
        double[] mean = normalization.Mean.ToArray();
        double[] std = normalization.Std.ToArray();
        _scale = Row(channel => normalization.ValueRange / (255.0 * std[channel]));
        _offset = Row(channel => -mean[channel] / std[channel]);
    }

    /// <summary>Turns a batch into model input.</summary>
    /// <param name="frames">
    /// uint8 <c>N x V x T x H x W x 3</c>, RGB, on any device; H and W as the input specification says. It is not changed and
    /// stays the caller's.
    /// </param>
    /// <returns>
    /// For models of single frames float32 <c>(N*V*T) x 3 x H x W</c>, for models of clips <c>(N*V) x 3 x T x H x W</c> (any T), both
    /// channels-last in memory. The caller disposes it.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="frames"/> is not of that type and shape.</exception>
    public torch.Tensor Prepare(torch.Tensor frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        Check(frames);
        (int height, int width) = (_input.Size.Height, _input.Size.Width);

        using var scope = torch.NewDisposeScope();
        torch.Tensor rows = frames.to(_device).to(torch.ScalarType.Float32).reshape(-1, height, (long)width * Channels);
        torch.Tensor normalized = torch.addcmul(_offset, rows, _scale, Scalars.One);
        torch.Tensor prepared = _input.ClipLength == 1
            ? normalized.view(-1, height, width, Channels).permute(0, 3, 1, 2)
            : normalized.view(-1, frames.shape[2], height, width, Channels).permute(0, 4, 1, 2, 3);
        GC.KeepAlive(frames);
        return prepared.MoveToOuterDisposeScope();
    }

    /// <summary>Gives back the two precomputed tensors.</summary>
    public void Dispose()
    {
        _scale.Dispose();
        _offset.Dispose();
    }

    private torch.Tensor Row(Func<int, double> value)
    {
        var row = new float[_input.Size.Width * Channels];
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = (float)value(i % Channels);
        }

        return torch.tensor(row, device: _device).DetachFromDisposeScope();
    }

    private void Check(torch.Tensor frames)
    {
        long[] shape = frames.shape;
        if (frames.dtype != torch.ScalarType.Byte
            || shape.Length != 6
            || shape[3] != _input.Size.Height
            || shape[4] != _input.Size.Width
            || shape[5] != Channels
            || shape[..3].Any(count => count < 1))
        {
            throw new ArgumentException(
                $"The model takes uint8 of N x V x T x {_input.Size.Height} x {_input.Size.Width} x {Channels}; "
                + $"the batch is {frames.dtype} of {string.Join(" x ", shape)}.", nameof(frames));
        }
    }
}
