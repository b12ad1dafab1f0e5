using TorchSharp;

namespace UcfActionRecognition;

/// <summary>
/// Makes models. The order is always the same: build, load the weights, move to the device, set what is trained; then the
/// optimizer can be made.
/// </summary>
public static class ActionModels
{
    /// <summary>ResNet-18 of single frames: 11.2 million parameters and the classifier's.</summary>
    /// <inheritdoc cref="ResNet2D(int, IReadOnlyList{string}, PretrainedWeights, ResNet2DOptions)"
    /// path="/*[not(self::summary or @name='depth')]"/>
    public static ResNet2D ResNet18(IReadOnlyList<string> classes, PretrainedWeights? weights = null, ResNet2DOptions? options = null) =>
        ResNet2D(18, classes, weights, options);

    /// <summary>ResNet-34 of single frames: 21.3 million parameters and the classifier's.</summary>
    /// <inheritdoc cref="ResNet2D(int, IReadOnlyList{string}, PretrainedWeights, ResNet2DOptions)"
    /// path="/*[not(self::summary or @name='depth')]"/>
    public static ResNet2D ResNet34(IReadOnlyList<string> classes, PretrainedWeights? weights = null, ResNet2DOptions? options = null) =>
        ResNet2D(34, classes, weights, options);

    /// <summary>ResNet-50 of single frames: 23.5 million parameters and the classifier's.</summary>
    /// <inheritdoc cref="ResNet2D(int, IReadOnlyList{string}, PretrainedWeights, ResNet2DOptions)"
    /// path="/*[not(self::summary or @name='depth')]"/>
    public static ResNet2D ResNet50(IReadOnlyList<string> classes, PretrainedWeights? weights = null, ResNet2DOptions? options = null) =>
        ResNet2D(50, classes, weights, options);

    /// <summary>ResNet-101 of single frames: 42.5 million parameters and the classifier's.</summary>
    /// <inheritdoc cref="ResNet2D(int, IReadOnlyList{string}, PretrainedWeights, ResNet2DOptions)"
    /// path="/*[not(self::summary or @name='depth')]"/>
    public static ResNet2D ResNet101(IReadOnlyList<string> classes, PretrainedWeights? weights = null, ResNet2DOptions? options = null) =>
        ResNet2D(101, classes, weights, options);

    /// <summary>ResNet-152 of single frames: 58.1 million parameters and the classifier's.</summary>
    /// <inheritdoc cref="ResNet2D(int, IReadOnlyList{string}, PretrainedWeights, ResNet2DOptions)"
    /// path="/*[not(self::summary or @name='depth')]"/>
    public static ResNet2D ResNet152(IReadOnlyList<string> classes, PretrainedWeights? weights = null, ResNet2DOptions? options = null) =>
        ResNet2D(152, classes, weights, options);

    /// <summary>A ResNet of single frames, by depth.</summary>
    /// <param name="depth">18, 34, 50, 101 or 152.</param>
    /// <param name="classes">Class names by class index; they set the size of the classifier.</param>
    /// <param name="weights">
    /// Weights with torchvision's keys; <see langword="null"/> leaves the network as initialised. A classifier for other classes is
    /// not taken (<see cref="ActionModel.Load"/>), nor is any with <see cref="ResNetOptions.NewHead"/>.
    /// </param>
    /// <param name="options">Frame size, normalisation, device, what is trained, seed; defaults where <see langword="null"/>.</param>
    /// <returns>The model, in training mode. The caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="depth"/> or a value of <paramref name="options"/> is out of its range.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="classes"/> is empty or names a class twice.</exception>
    /// <exception cref="WeightsFormatException">The weights are broken or do not fit.</exception>
    /// <exception cref="ActionRecognitionException">TorchSharp's native library does not load.</exception>
    /// <exception cref="InvalidOperationException">The device is CUDA and there is none.</exception>
    public static ResNet2D ResNet2D(
        int depth, IReadOnlyList<string> classes, PretrainedWeights? weights = null, ResNet2DOptions? options = null) =>
        (ResNet2D)Create(depth, classes, weights, options ?? new ResNet2DOptions());

    /// <summary>3D ResNet-10 of clips: 14.4 million parameters and the classifier's.</summary>
    /// <inheritdoc cref="ResNet3D(int, IReadOnlyList{string}, PretrainedWeights, ResNet3DOptions)"
    /// path="/*[not(self::summary or @name='depth')]"/>
    public static ResNet3D ResNet3D10(IReadOnlyList<string> classes, PretrainedWeights? weights = null, ResNet3DOptions? options = null) =>
        ResNet3D(10, classes, weights, options);

    /// <summary>3D ResNet-18 of clips: 33.2 million parameters and the classifier's.</summary>
    /// <inheritdoc cref="ResNet3D(int, IReadOnlyList{string}, PretrainedWeights, ResNet3DOptions)"
    /// path="/*[not(self::summary or @name='depth')]"/>
    public static ResNet3D ResNet3D18(IReadOnlyList<string> classes, PretrainedWeights? weights = null, ResNet3DOptions? options = null) =>
        ResNet3D(18, classes, weights, options);

    /// <summary>3D ResNet-34 of clips: 63.5 million parameters and the classifier's.</summary>
    /// <inheritdoc cref="ResNet3D(int, IReadOnlyList{string}, PretrainedWeights, ResNet3DOptions)"
    /// path="/*[not(self::summary or @name='depth')]"/>
    public static ResNet3D ResNet3D34(IReadOnlyList<string> classes, PretrainedWeights? weights = null, ResNet3DOptions? options = null) =>
        ResNet3D(34, classes, weights, options);

    /// <summary>3D ResNet-50 of clips: 46.2 million parameters and the classifier's.</summary>
    /// <inheritdoc cref="ResNet3D(int, IReadOnlyList{string}, PretrainedWeights, ResNet3DOptions)"
    /// path="/*[not(self::summary or @name='depth')]"/>
    public static ResNet3D ResNet3D50(IReadOnlyList<string> classes, PretrainedWeights? weights = null, ResNet3DOptions? options = null) =>
        ResNet3D(50, classes, weights, options);

    /// <summary>3D ResNet-101 of clips: 85.2 million parameters and the classifier's.</summary>
    /// <inheritdoc cref="ResNet3D(int, IReadOnlyList{string}, PretrainedWeights, ResNet3DOptions)"
    /// path="/*[not(self::summary or @name='depth')]"/>
    public static ResNet3D ResNet3D101(IReadOnlyList<string> classes, PretrainedWeights? weights = null, ResNet3DOptions? options = null) =>
        ResNet3D(101, classes, weights, options);

    /// <summary>3D ResNet-152 of clips: 117.4 million parameters and the classifier's.</summary>
    /// <inheritdoc cref="ResNet3D(int, IReadOnlyList{string}, PretrainedWeights, ResNet3DOptions)"
    /// path="/*[not(self::summary or @name='depth')]"/>
    public static ResNet3D ResNet3D152(IReadOnlyList<string> classes, PretrainedWeights? weights = null, ResNet3DOptions? options = null) =>
        ResNet3D(152, classes, weights, options);

    /// <summary>3D ResNet-200 of clips: 126.6 million parameters and the classifier's.</summary>
    /// <inheritdoc cref="ResNet3D(int, IReadOnlyList{string}, PretrainedWeights, ResNet3DOptions)"
    /// path="/*[not(self::summary or @name='depth')]"/>
    public static ResNet3D ResNet3D200(IReadOnlyList<string> classes, PretrainedWeights? weights = null, ResNet3DOptions? options = null) =>
        ResNet3D(200, classes, weights, options);

    /// <summary>A 3D ResNet of clips, by depth.</summary>
    /// <param name="depth">10, 18, 34, 50, 101, 152 or 200.</param>
    /// <param name="classes">Class names by class index; they set the size of the classifier.</param>
    /// <param name="weights">
    /// Weights with the keys of kenshohara/3D-ResNets-PyTorch, of the whole network or truncated likewise; <see langword="null"/> leaves
    /// the network as initialised. A classifier for other classes is not taken (<see cref="ActionModel.Load"/>), nor is any
    /// with <see cref="ResNetOptions.NewHead"/>.
    /// </param>
    /// <param name="options">
    /// Clip length, frame size, normalisation, shortcuts, truncation, device, what is trained, seed; defaults where
    /// <see langword="null"/>.
    /// </param>
    /// <returns>The model, in training mode. The caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="depth"/> or a value of <paramref name="options"/> is out of its range.
    /// </exception>
    /// <exception cref="ArgumentException"><paramref name="classes"/> is empty or names a class twice.</exception>
    /// <exception cref="WeightsFormatException">The weights are broken or do not fit.</exception>
    /// <exception cref="ActionRecognitionException">TorchSharp's native library does not load.</exception>
    /// <exception cref="InvalidOperationException">The device is CUDA and there is none.</exception>
    public static ResNet3D ResNet3D(
        int depth, IReadOnlyList<string> classes, PretrainedWeights? weights = null, ResNet3DOptions? options = null) =>
        (ResNet3D)Create(depth, classes, weights, options ?? new ResNet3DOptions());

    /// <summary>Makes the model that a checkpoint holds: its architecture, classes and input come from the file.</summary>
    /// <param name="path">A file that <see cref="ModelCheckpoint.Save(string, ActionModel, IReadOnlyDictionary{string, string}?)"/> wrote.</param>
    /// <param name="device">Where the model lives; the CPU when <see langword="null"/>.</param>
    /// <returns>The model, in training mode and with everything trainable. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">
    /// The file is missing, broken, no checkpoint, or of an architecture that this version does not know.
    /// </exception>
    public static ActionModel FromCheckpoint(string path, torch.Device? device = null)
    {
        ModelCheckpointInfo info = ModelCheckpoint.ReadInfo(path);
        ActionModel model = info.Architecture switch
        {
            "resnet18" => FrameModel(18),
            "resnet34" => FrameModel(34),
            "resnet50" => FrameModel(50),
            "resnet101" => FrameModel(101),
            "resnet152" => FrameModel(152),
            _ when UcfActionRecognition.ResNet3D.FromName(info.Architecture) is { } clips => ClipModel(clips.Depth, clips.Options),
            _ => throw new CheckpointException(
                $"{path}: the architecture '{info.Architecture}' is none of this version's. "
                + "Make the model yourself and load the file with ModelCheckpoint.Load."),
        };
        try
        {
            ModelCheckpoint.Load(path, model);
            model.to(device ?? torch.CPU);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }

        ActionModel FrameModel(int depth)
        {
            if (info.Input.ClipLength != 1)
            {
                throw new CheckpointException($"{path}: {info.Architecture} takes single frames; the file says {info.Input}.");
            }

            CheckHeld();

            // Seeded, so that loading a model leaves torch's global generator alone.
            var options = new ResNet2DOptions { Size = info.Input.Size, Normalization = info.Input.Normalization, Seed = 0 };
            return ResNet2D(depth, info.Classes, weights: null, options);
        }

        ActionModel ClipModel(int depth, ResNet3DOptions options)
        {
            if (info.Input.ClipLength == 1)
            {
                throw new CheckpointException($"{path}: {info.Architecture} takes clips; the file says {info.Input}.");
            }

            CheckHeld();
            options = options with { ClipLength = info.Input.ClipLength, Size = info.Input.Size, Normalization = info.Input.Normalization, Seed = 0 };
            return ResNet3D(depth, info.Classes, weights: null, options);
        }

        // A network takes up to half a gigabyte and is made before its weights are read: what the file does not hold is not made.
        void CheckHeld()
        {
            string? held = ModelCheckpoint.ReadSignature(path)?.Architecture;
            if (held != info.Architecture)
            {
                throw new CheckpointException(
                    $"{path}: says that it is of {info.Architecture}; its weights are of {held ?? "no network of this version"}. Get the file again.");
            }

            // The file holds a row of the classifier for each class.
            if (info.Classes.Count * 512L * sizeof(float) > new FileInfo(path).Length)
            {
                throw new CheckpointException($"{path}: names {info.Classes.Count} classes, more than its classifier can have. Get the file again.");
            }
        }
    }

    /// <summary>A ResNet of frames or of clips, as the type of the options says.</summary>
    internal static ResNet Create(int depth, IReadOnlyList<string> classes, PretrainedWeights? weights, ResNetOptions options)
    {
        TorchRuntime.Load();
        ResNet model = Initialized(depth, classes, options);
        try
        {
            if (weights is not null)
            {
                model.Load(weights, options.NewHead);
            }

            model.to(options.Device ?? torch.CPU);
            model.FineTune(options.Scope, options.BatchNorm);
            model.Precision = options.Precision;
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    // With a seed from a generator of its own, so that nothing that draws at the same time makes it another model.
    private static ResNet Initialized(int depth, IReadOnlyList<string> classes, ResNetOptions options)
    {
        using torch.Generator? own = options.Seed is { } seed ? new torch.Generator((ulong)seed) : null;

        // TorchSharp's layers draw from the global generator when they are made.
        using var global = torch.Generator.Default;
        using torch.Tensor state = global.get_state();
        ResNet model;
        try
        {
            model = options.Build(depth, classes);
        }
        finally
        {
            if (own is not null)
            {
                global.set_state(state);
            }
        }

        model.Initialize(own);
        return model;
    }
}
