using System.Text.Json.Serialization;
using TorchSharp;

namespace UcfActionRecognition;

/// <summary>How a <see cref="UcfActionRecognition.ResNet"/> is made; its type says whether of frames or of clips.</summary>
[JsonDerivedType(typeof(ResNet2DOptions), "resNet2D")]
[JsonDerivedType(typeof(ResNet3DOptions), "resNet3D")]
public abstract record ResNetOptions
{
    private protected ResNetOptions()
    {
    }

    /// <summary>Size of the frames; 224x224 by default. Each side at least 1 pixel.</summary>
    public FrameSize Size { get; init; } = 224;

    /// <summary>The normalisation that the weights were trained with.</summary>
    public abstract Normalization Normalization { get; init; }

    /// <summary>
    /// Where the model lives; the CPU when <see langword="null"/> (the default). Chosen here, before any optimizer exists: moving a
    /// model later with <c>to()</c> replaces its parameter objects, and an optimizer would go on with the old ones.
    /// </summary>
    [JsonIgnore]
    public torch.Device? Device { get; init; }

    /// <summary>
    /// Whether the classifier stays as initialised even if that of the weights would fit, for other classes that happen to be as many;
    /// <see langword="false"/> by default. Says nothing where no weights are loaded. See <see cref="ActionModel.Load"/>.
    /// </summary>
    public bool NewHead { get; init; }

    /// <summary>What is trained; <see cref="FineTuneScope.All"/> by default. See <see cref="ActionModel.FineTune"/>.</summary>
    public FineTuneScope Scope { get; init; } = FineTuneScope.All;

    /// <summary>What the BatchNorms do in training mode; <see cref="BatchNormMode.Train"/> by default.</summary>
    public BatchNormMode BatchNorm { get; init; } = BatchNormMode.Train;

    /// <summary>What the frozen layers compute in; <see cref="Precision.Float32"/> by default.</summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>
    /// Seed of the initialisation, on the CPU generator, which is left as it was: the same seed gives the same weights for the same
    /// TorchSharp version. <see langword="null"/> (the default) draws from torch's global generator as it stands.
    /// </summary>
    public long? Seed { get; init; }

    /// <summary>What the model takes in.</summary>
    internal abstract InputSpec ToInput();

    /// <summary>Builds the network, as initialised.</summary>
    internal abstract ResNet Build(int depth, IReadOnlyList<string> classes);
}
