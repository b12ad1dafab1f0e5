using System.Globalization;

namespace UcfActionRecognition;

/// <summary>
/// A published file of weights: what network it is for, what it was trained with, and where it comes from. The catalogue of them is
/// <see cref="All"/>. What is not published is <see langword="null"/>. Immutable; a mirror of a file is
/// <c>known with { DownloadAddress = ... }</c>, and what comes from there is checked all the same.
/// </summary>
public sealed record KnownWeights
{
    internal KnownWeights()
    {
    }

    /// <summary>The catalogue.</summary>
    public static IReadOnlyList<KnownWeights> All => WeightsCatalogue.All;

    /// <summary>The name that a user types, for example <c>resnet50</c> or <c>resnet-50-kinetics</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The file's name where it is published.</summary>
    public required string FileName { get; init; }

    /// <summary>The network, as <see cref="ActionModel.Architecture"/> names it.</summary>
    public required string Architecture { get; init; }

    /// <summary>Depth of the network: 18, 34, 50, 101, 152 or 200.</summary>
    public required int Depth { get; init; }

    /// <summary>The shortcuts of a 3D ResNet; <see langword="null"/> for one of single frames, which has one kind only.</summary>
    public ShortcutType? Shortcut { get; init; }

    /// <summary>What the network was trained on, and is to be fed with: frame size, clip length, normalisation.</summary>
    public required InputSpec Input { get; init; }

    /// <summary>
    /// The published accuracy was measured on frames whose shorter side was first resized (bilinear) to so many pixels and whose centre of
    /// <see cref="Input"/>'s size was then cut out; <see langword="null"/> where no such step is published.
    /// </summary>
    public int? ResizeBeforeCrop { get; init; }

    /// <summary>The data it was trained on, for example <c>ImageNet-1K</c>.</summary>
    public required string Dataset { get; init; }

    /// <summary>Classes of that data, and so rows of the classifier.</summary>
    public required int ClassCount { get; init; }

    /// <summary>The published accuracy, in words.</summary>
    public string? Accuracy { get; init; }

    /// <summary>The file's length, in bytes.</summary>
    public long? Bytes { get; init; }

    /// <summary>SHA-256 of the file in lower-case hexadecimal digits: all 64 of them, or the first 8, which torchvision puts into file names.</summary>
    /// <exception cref="ArgumentException">It is set to anything else.</exception>
    public string? Sha256
    {
        get;
        init => field = value is null || (value.Length is 8 or 64 && value.All(char.IsAsciiHexDigitLower))
            ? value
            : throw new ArgumentException(
                $"'{ErrorText.Shortened(value)}' is no SHA-256: that has 64 hexadecimal digits in lower case, or the first 8 of them.", nameof(value));
    }

    /// <summary>The page that describes the file or, where it has no <see cref="DownloadAddress"/>, the one to fetch it from by hand.</summary>
    public required Uri Source { get; init; }

    /// <summary>The https address the file can be downloaded from; <see langword="null"/> where it has to be fetched by hand.</summary>
    public Uri? DownloadAddress { get; init; }

    /// <summary>Looks a file up in the catalogue, by <see cref="Name"/> or <see cref="FileName"/>, in any case.</summary>
    /// <param name="name">The name.</param>
    /// <returns><see langword="null"/> where the catalogue has no such name.</returns>
    public static KnownWeights? Find(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(known => Same(known.Name, name)) ?? OfFile(name);
    }

    /// <summary>
    /// Options of the network that takes these weights as they were trained: size, normalisation, and for clips length and shortcuts.
    /// </summary>
    /// <returns>
    /// <see cref="ResNet2DOptions"/> or <see cref="ResNet3DOptions"/>, for <see cref="ActionModels.ResNet2D"/> or
    /// <see cref="ActionModels.ResNet3D"/> of this <see cref="Depth"/>.
    /// </returns>
    public ResNetOptions CreateOptions() => Shortcut is { } shortcut
        ? new ResNet3DOptions { Size = Input.Size, ClipLength = Input.ClipLength, Normalization = Input.Normalization, Shortcut = shortcut }
        : new ResNet2DOptions { Size = Input.Size, Normalization = Input.Normalization };

    /// <summary>
    /// Tells whether a model feeds these weights with what they were trained with. Frames of another size are no matter; another
    /// normalisation is, unless BatchNorms that use the batch's own statistics make up for it (<see cref="BatchNormMode.Train"/>).
    /// </summary>
    /// <param name="input">What the model takes in.</param>
    /// <returns>The difference in one sentence; <see langword="null"/> when there is none.</returns>
    public string? DifferenceFrom(InputSpec input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.ClipLength == 1 != (Input.ClipLength == 1))
        {
            return $"{Name} was trained on {Input}; the model takes {input}.";
        }

        return input.Normalization == Input.Normalization
            ? null
            : $"{Name} was trained with {Input.Normalization}; the model takes {input.Normalization}.";
    }

    /// <summary>One line for a list or a message.</summary>
    public override string ToString() =>
        $"{Name}: {Architecture}, {Dataset} ({ClassCount} classes), {File}" + (Accuracy is null ? "" : $", {Accuracy}");

    /// <summary>The file with its size and hash, for messages.</summary>
    internal string File
    {
        get
        {
            string size = Bytes is { } bytes ? $"{Count(bytes)} bytes" : "of unpublished size";
            string hash = Sha256 switch
            {
                null => "no published SHA-256",
                { Length: 64 } => $"SHA-256 {Sha256}",
                _ => $"SHA-256 {Sha256}...",
            };
            return $"{FileName} ({size}, {hash})";
        }
    }

    /// <summary>How to get the file, for messages.</summary>
    internal string HowToGet => DownloadAddress is { } address
        ? $"download it ({nameof(PretrainedWeights)}.{nameof(PretrainedWeights.Download)}, or {address})"
        : $"fetch it by hand from {Source}; there is no stable address to download it from";

    /// <summary>The catalogue's entry of a file's name.</summary>
    internal static KnownWeights? OfFile(string fileName) => All.FirstOrDefault(known => Same(known.FileName, fileName));

    /// <summary>A number with thousands separators.</summary>
    internal static string Count(long bytes) => bytes.ToString("N0", CultureInfo.InvariantCulture);

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
