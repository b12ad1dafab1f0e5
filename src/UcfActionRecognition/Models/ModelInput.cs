using TorchSharp;

namespace UcfActionRecognition;

/// <summary>
/// Turns batches of bytes into a model's normalised input, float32 or bfloat16, on the model's device. The values stay channels-last in
/// memory, as the frames are: the model gets a permuted view, which libtorch's convolutions run faster on. On the CPU that is one pass
/// over the bytes, on as many threads as libtorch has; to another device the bytes move first (a quarter of the floats).
/// One thread at a time.
/// </summary>
public sealed class ModelInput : IDisposable
{
    private const int Channels = 3;

    private readonly InputSpec _input;
    private readonly torch.Device _device;

    private readonly torch.ScalarType _type;
    private readonly PixelNormalizer _normalizer;

    // For other devices than the CPU. x * scale + offset, once across a whole row of pixels: width x 3 values, so that torch's inner
    // loop is a row and not 3 values.
    private readonly torch.Tensor? _scale;
    private readonly torch.Tensor? _offset;

    /// <summary>Prepares the input of one model.</summary>
    /// <param name="model">The model; its <see cref="ActionModel.Input"/> and <see cref="ActionModel.Device"/> are taken.</param>
    /// <param name="type">
    /// The type of the results: float32 or bfloat16, which is the float32 value rounded to the nearest, ties to even. By default
    /// (<see langword="null"/>) what the model begins to compute in.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">It is another type.</exception>
    public ModelInput(ActionModel model, torch.ScalarType? type = null)
        : this((model ?? throw new ArgumentNullException(nameof(model))).Input, model.Device, type ?? TypeFor(model))
    {
    }

    /// <summary>Prepares input for a specification and a device.</summary>
    /// <param name="input">Frame size, clip length and normalisation.</param>
    /// <param name="device">Where the results are.</param>
    /// <param name="type">The type of the results: float32 or bfloat16, which is the float32 value rounded to the nearest, ties to even.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value of <paramref name="input"/> is out of its range, or it is another type.</exception>
    public ModelInput(InputSpec input, torch.Device device, torch.ScalarType type = torch.ScalarType.Float32)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(device);
        input.Validate();
        if (type is not (torch.ScalarType.Float32 or torch.ScalarType.BFloat16))
        {
            throw new ArgumentOutOfRangeException(nameof(type), type, "Models take Float32 or BFloat16.");
        }

        TorchRuntime.Load();
        _input = input;
        _device = device;
        _type = type;
        _normalizer = new PixelNormalizer(input.Normalization);
        if (device.type != DeviceType.CPU)
        {
            _scale = Row(_normalizer.Scale);
            _offset = Row(_normalizer.Offset);
        }
    }

    /// <summary>Turns a batch into model input.</summary>
    /// <param name="frames">
    /// uint8 <c>N x V x T x H x W x 3</c>, RGB, on any device; H and W as the input specification says. It is not changed and
    /// stays the caller's.
    /// </param>
    /// <returns>
    /// For models of single frames <c>(N*V*T) x 3 x H x W</c>, for models of clips <c>(N*V) x 3 x T x H x W</c> (any T), both
    /// channels-last in memory. The caller disposes it.
    /// </returns>
    /// <exception cref="ArgumentException"><paramref name="frames"/> is not of that type and shape.</exception>
    public torch.Tensor Prepare(torch.Tensor frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        Check(frames);
        using var scope = torch.NewDisposeScope();
        torch.Tensor values = _device.type == DeviceType.CPU ? NormalizeHere(frames) : NormalizeThere(frames);
        (int height, int width) = (_input.Size.Height, _input.Size.Width);
        torch.Tensor prepared = _input.ClipLength == 1
            ? values.view(-1, height, width, Channels).permute(0, 3, 1, 2)
            : values.view(-1, frames.shape[2], height, width, Channels).permute(0, 4, 1, 2, 3);
        GC.KeepAlive(frames);
        return prepared.MoveToOuterDisposeScope();
    }

    /// <summary>The same as activations in parts, each made when it is asked for.</summary>
    internal Activations PrepareInParts(torch.Tensor frames, Func<long[], long> clipsOfAPart)
    {
        Check(frames);
        long[] shape = frames.shape;
        long frameCount = _input.ClipLength == 1 ? 1 : shape[2];
        long[] clips = [shape[0] * shape[1] * shape[2] / frameCount, 1, frameCount, .. shape[3..]];
        long part = clipsOfAPart(_input.ClipLength == 1 ? [clips[0], Channels, clips[3], clips[4]] : [clips[0], Channels, frameCount, clips[3], clips[4]]);
        return Activations.Of(frames.view(clips), part).Through(Prepare, type: _type);
    }

    /// <summary>Gives back what was precomputed on the device.</summary>
    public void Dispose()
    {
        _scale?.Dispose();
        _offset?.Dispose();
    }

    private unsafe torch.Tensor NormalizeHere(torch.Tensor frames)
    {
        torch.Tensor pixels = frames.to(_device).contiguous();
        torch.Tensor values = torch.empty(pixels.numel(), _type, _device);
        byte* first = TensorMemory.FirstByte(pixels);
        byte* result = TensorMemory.FirstByte(values);
        HugePages.Request(result, values.numel() * values.element_size());
        if (_type == torch.ScalarType.Float32)
        {
            _normalizer.ToFloat32(first, (float*)result, pixels.numel(), torch.get_num_threads());
        }
        else
        {
            _normalizer.ToBFloat16(first, (ushort*)result, pixels.numel(), torch.get_num_threads());
        }

        GC.KeepAlive(pixels);
        GC.KeepAlive(values);
        return values;
    }

    // The upload waits for its end, from pinned memory too: the caller may give the batch back, and it is filled anew, once this returns.
    private torch.Tensor NormalizeThere(torch.Tensor frames)
    {
        torch.Tensor rows = frames.to(_device).to(torch.ScalarType.Float32).reshape(-1, _input.Size.Height, (long)_input.Size.Width * Channels);
        torch.Tensor values = torch.addcmul(_offset!, rows, _scale!, Scalars.One);
        return _type == torch.ScalarType.Float32 ? values : values.to(_type);
    }

    private static torch.ScalarType TypeFor(ActionModel model) =>
        model.InputType == torch.ScalarType.BFloat16 ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;

    private torch.Tensor Row(Func<int, float> value)
    {
        var row = new float[_input.Size.Width * Channels];
        for (int i = 0; i < row.Length; i++)
        {
            row[i] = value(i % Channels);
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
