using TorchSharp;

namespace UcfActionRecognition;

/// <summary>How a <see cref="UcfActionRecognition.ResNet2D"/> is made.</summary>
public sealed record ResNet2DOptions
{
    /// <summary>Size of the frames; 224x224 by default. Each side at least 1 pixel.</summary>
    public FrameSize Size { get; init; } = FrameSize.Square(224);

    /// <summary>The normalisation that the weights were trained with; <see cref="Normalization.ImageNet"/> by default.</summary>
    public Normalization Normalization { get; init; } = Normalization.ImageNet;

    /// <summary>
    /// Where the model lives; the CPU when <see langword="null"/> (the default). Chosen here, before any optimizer exists: moving a
    /// model later with <c>to()</c> replaces its parameter objects, and an optimizer would go on with the old ones.
    /// </summary>
    public torch.Device? Device { get; init; }

    /// <summary>What is trained; <see cref="FineTuneScope.All"/> by default. See <see cref="ActionModel.FineTune"/>.</summary>
    public FineTuneScope Scope { get; init; } = FineTuneScope.All;

    /// <summary>What the BatchNorms do in training mode; <see cref="BatchNormMode.Train"/> by default.</summary>
    public BatchNormMode BatchNorm { get; init; } = BatchNormMode.Train;

    /// <summary>
    /// Seed of the initialisation, on the CPU generator, which is left as it was: the same seed gives the same weights for the same
    /// TorchSharp version. <see langword="null"/> (the default) draws from torch's global generator as it stands.
    /// </summary>
    public long? Seed { get; init; }

    internal InputSpec ToInput() => new() { Size = Size, Normalization = Normalization };
}
