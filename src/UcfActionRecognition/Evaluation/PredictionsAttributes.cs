namespace UcfActionRecognition;

/// <summary>The attributes of <see cref="VideoPredictions"/> files.</summary>
internal static class PredictionsAttributes
{
    public const string Kind = "kind";
    public const string ModelHash = "model_hash";
    public const string Classes = "classes";
    public const string ClipLength = "clip_length";
    public const string FrameStride = "frame_stride";
    public const string Data = "data";
    public const string Sampler = "sampler";
    public const string Crops = "crops";

    /// <summary>The longest text that is read, and so written.</summary>
    public const int MostCharacters = Hdf5Attributes.MostCharacters;

    /// <summary>What every file of ours says.</summary>
    public static IReadOnlyList<string> Needed { get; } = [Kind, ModelHash, Classes];

    /// <exception cref="Hdf5FormatException">An attribute is not what it should be.</exception>
    public static VideoPredictions Read(Hdf5Attributes attributes, float[,] logits) =>
        new(logits, attributes.Texts(Classes), attributes.Text(ModelHash))
        {
            Kind = KindOf(attributes.Text(Kind)),
            ClipLength = attributes.Has(ClipLength) ? attributes.Positive(ClipLength) : null,
            FrameStride = attributes.Has(FrameStride) ? attributes.Positive(FrameStride) : null,
            Data = attributes.Has(Data) ? attributes.Text(Data) : null,
            Sampler = attributes.Has(Sampler) ? attributes.Text(Sampler) : null,
            Crops = attributes.Has(Crops) ? attributes.Text(Crops) : null,
        };

    private static PredictionKind KindOf(string name)
    {
        foreach (PredictionKind kind in Enum.GetValues<PredictionKind>())
        {
            if (VideoPredictions.NameOf(kind) == name)
            {
                return kind;
            }
        }

        throw new Hdf5FormatException(
            $"its attribute 'kind' is '{name}'; known are {string.Join(", ", Enum.GetValues<PredictionKind>().Select(VideoPredictions.NameOf))}");
    }
}
