namespace UcfActionRecognition;

/// <summary>How a <see cref="UcfActionRecognition.ResNet3D"/> is made.</summary>
public sealed record ResNet3DOptions : ResNetOptions
{
    /// <summary>
    /// Frames of one clip; 16 by default, at least 2. What loaders and samplers make; the network itself takes clips of any length.
    /// </summary>
    public int ClipLength { get; init; } = 16;

    /// <summary>
    /// The normalisation that the weights were trained with; <see cref="Normalization.Kinetics400"/> by default, that of the published
    /// weights of 2017 and 2018 (which were trained on frames of 112x112).
    /// </summary>
    public override Normalization Normalization { get; init; } = Normalization.Kinetics400;

    /// <summary>The shortcuts, as the weights have them; <see cref="ShortcutType.B"/> by default.</summary>
    public ShortcutType Shortcut { get; init; } = ShortcutType.B;

    /// <summary>
    /// The number of residual blocks in <c>layer4</c>, 1 to as many as the depth has; all when <see langword="null"/> (the default).
    /// Blocks beyond it are not built; weights of the whole network load all the same, and
    /// <see cref="WeightsLoadReport.Dropped"/> names what was left in the file.
    /// </summary>
    public int? Layer4Blocks { get; init; }

    internal override InputSpec ToInput() => new() { Size = Size, ClipLength = ClipLength, Normalization = Normalization };

    internal override ResNet3D Build(int depth, IReadOnlyList<string> classes)
    {
        Validate();
        return new ResNet3D(depth, classes, this);
    }

    // What no other part of the model checks.
    private void Validate()
    {
        if (ClipLength < 2)
        {
            throw new ArgumentOutOfRangeException(nameof(ClipLength), ClipLength, "A clip has 2 frames or more.");
        }

        if (!Enum.IsDefined(Shortcut))
        {
            throw new ArgumentOutOfRangeException(nameof(Shortcut), Shortcut, "The shortcut is not one of ShortcutType.");
        }
    }
}
