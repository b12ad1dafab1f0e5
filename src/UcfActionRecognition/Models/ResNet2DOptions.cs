namespace UcfActionRecognition;

/// <summary>How a <see cref="UcfActionRecognition.ResNet2D"/> is made.</summary>
public sealed record ResNet2DOptions : ResNetOptions
{
    /// <summary>The normalisation that the weights were trained with; <see cref="Normalization.ImageNet"/> by default.</summary>
    public override Normalization Normalization { get; init; } = Normalization.ImageNet;

    internal override InputSpec ToInput() => new() { Size = Size, Normalization = Normalization };

    internal override ResNet2D Build(int depth, IReadOnlyList<string> classes) => new(depth, classes, ToInput());
}
