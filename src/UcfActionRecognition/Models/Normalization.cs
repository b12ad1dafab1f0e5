namespace UcfActionRecognition;

/// <summary>
/// How pixels become a model's input: a byte 0..255 is brought to 0..<see cref="ValueRange"/>, then
/// <see cref="Mean"/> is subtracted and the result divided by <see cref="Std"/>, per channel. It belongs to the weights: they
/// are only right with the normalisation that they were trained with.
/// </summary>
public sealed record Normalization
{
    /// <summary>
    /// torchvision's ImageNet models: values 0..1, mean (0.485, 0.456, 0.406), std (0.229, 0.224, 0.225). Source: torchvision
    /// <c>ImageClassification</c> presets.
    /// </summary>
    public static Normalization ImageNet { get; } = new()
    {
        ValueRange = 1,
        Mean = new(0.485, 0.456, 0.406),
        Std = new(0.229, 0.224, 0.225),
    };

    /// <summary>
    /// The 3D ResNets of 2017 and 2018 trained on Kinetics-400: values 0..255, mean (114.7748, 107.7354, 99.4750), std 1. Source:
    /// <c>mean.py</c> of kenshohara/3D-ResNets-PyTorch.
    /// </summary>
    public static Normalization Kinetics400 { get; } = new()
    {
        ValueRange = 255,
        Mean = new(114.7748, 107.7354, 99.4750),
        Std = new(1, 1, 1),
    };

    /// <summary>
    /// The 3D ResNets of 2020 trained on Kinetics-700: values 0..1, mean (0.4345, 0.4051, 0.3775), std (0.2768, 0.2713, 0.2737). Source:
    /// <c>mean.py</c> and <c>opts.py</c> of kenshohara/3D-ResNets-PyTorch.
    /// </summary>
    public static Normalization Kinetics700 { get; } = new()
    {
        ValueRange = 1,
        Mean = new(0.4345, 0.4051, 0.3775),
        Std = new(0.2768, 0.2713, 0.2737),
    };

    /// <summary>
    /// The clips of the UCF-101 assignment (its Part 2; Part 1 has <see cref="ImageNet"/>): values 0..1, mean (0.433, 0.4045, 0.3776), std
    /// (0.1519876, 0.14855877, 0.156976). It suits no published weights; networks get along with it only while their BatchNorms use the
    /// batch's own statistics (<see cref="BatchNormMode.Train"/>).
    /// </summary>
    public static Normalization Ucf101Assignment { get; } = new()
    {
        ValueRange = 1,
        Mean = new(0.433, 0.4045, 0.3776),
        Std = new(0.1519876, 0.14855877, 0.156976),
    };

    /// <summary>What a byte of 255 becomes before the mean is subtracted: 1 or 255.</summary>
    public required int ValueRange { get; init; }

    /// <summary>Subtracted per channel, on the scale 0..<see cref="ValueRange"/>.</summary>
    public required RgbValues Mean { get; init; }

    /// <summary>Divided by per channel, on the scale 0..<see cref="ValueRange"/>; greater than 0.</summary>
    public required RgbValues Std { get; init; }

    /// <summary>The normalisation in words, for messages.</summary>
    public override string ToString() => $"values 0..{ValueRange}, mean {Mean}, std {Std}";

    /// <summary>Checks all values once, where the record enters the library.</summary>
    internal void Validate()
    {
        if (ValueRange is not (1 or 255))
        {
            throw new ArgumentOutOfRangeException(nameof(ValueRange), ValueRange, "Pixels run to 1 or to 255.");
        }

        if (!Mean.ToArray().All(double.IsFinite))
        {
            throw new ArgumentOutOfRangeException(nameof(Mean), Mean, "Every mean is a finite number.");
        }

        if (!Std.ToArray().All(value => double.IsFinite(value) && value > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(Std), Std, "Every standard deviation is greater than 0.");
        }
    }
}
