using System.Text.Json;
using System.Text.Json.Serialization;

namespace UcfActionRecognition;

/// <summary>
/// What a model takes in: frame size, number of frames and normalisation. A model carries it and its checkpoints store it, so
/// that augmentation, loader and evaluation have one place to take it from.
/// </summary>
public sealed record InputSpec
{
    /// <summary>Height and width of the frames, in pixels; each at least 1.</summary>
    public required FrameSize Size { get; init; }

    /// <summary>Frames of one clip; 1 (the default) for a model of single frames.</summary>
    public int ClipLength { get; init; } = 1;

    /// <summary>How bytes become the model's float32 values.</summary>
    public required Normalization Normalization { get; init; }

    /// <summary>The order of the colour channels: always <c>RGB</c>. Stored so that files say it.</summary>
    public string ChannelOrder { get; } = Rgb;

    private const string Rgb = "RGB";

    /// <summary>The specification in words, for messages.</summary>
    public override string ToString() =>
        $"{(ClipLength == 1 ? "frames" : $"clips of {ClipLength} frames")} of {Size}, {ChannelOrder}, {Normalization}";

    /// <summary>Checks all values once, where the record enters the library.</summary>
    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Size.Height, 1, nameof(Size));
        ArgumentOutOfRangeException.ThrowIfLessThan(Size.Width, 1, nameof(Size));
        ArgumentOutOfRangeException.ThrowIfLessThan(ClipLength, 1);
        ArgumentNullException.ThrowIfNull(Normalization);
        Normalization.Validate();
    }

    internal string ToJson() => JsonSerializer.Serialize(this, ModelJson.Default.InputSpec);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">The text is no input specification, or not one of RGB.</exception>
    /// <exception cref="ArgumentException">A value is out of its range.</exception>
    internal static InputSpec FromJson(string json)
    {
        try
        {
            CheckChannelOrder(json);
            InputSpec input = JsonSerializer.Deserialize(json, ModelJson.Default.InputSpec) ?? throw new JsonException("null");
            input.Validate();
            return input;
        }
        catch (InvalidOperationException failure)
        {
            throw new JsonException("The text is not valid Unicode.", failure);
        }
    }

    private static void CheckChannelOrder(string json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("channelOrder", out JsonElement order)
            || order.ValueKind != JsonValueKind.String
            || !order.ValueEquals(Rgb))
        {
            throw new JsonException($"channelOrder is not {Rgb}.");
        }
    }
}

/// <summary>The JSON of what checkpoints store beside the weights.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InputSpec))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class ModelJson : JsonSerializerContext;
