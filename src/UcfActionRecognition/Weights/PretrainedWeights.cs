namespace UcfActionRecognition;

/// <summary>
/// A file of trained weights, named by state-dict keys. Holding one costs nothing: the file is checked when it is named, and read when
/// a model loads it. Safe for concurrent calls.
/// </summary>
public sealed class PretrainedWeights
{
    private PretrainedWeights(string path, IReadOnlyList<string> names)
    {
        Path = path;
        Names = names;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The state-dict keys of the file, sorted; one or more prefixes <c>module.</c> that all of them have are left out.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Names a file of weights and checks that it can be read.</summary>
    /// <param name="path">
    /// A safetensors file, or a file of PyTorch's <c>torch.save</c> of any version since 0.1.10 (<c>.pth</c>, <c>.pt</c>, <c>.th</c>,
    /// <c>.pth.tar</c>; its content tells, not its name): a state dict, or a checkpoint that has one as <c>state_dict</c>,
    /// <c>model_state_dict</c> or <c>model</c>. Nothing in a file can run code, wherever it is from. A whole pickled model is refused; save
    /// its weights, in Python: <c>torch.save(model.state_dict(), "w.pth")</c>.
    /// </param>
    /// <exception cref="WeightsFormatException">The file is missing, broken, or of a format that cannot be read.</exception>
    public static PretrainedWeights FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using WeightsFile file = Open(path);
        return new PretrainedWeights(path, [.. file.Entries.Keys.Order(StringComparer.Ordinal)]);
    }

    /// <summary>The file's name, for messages.</summary>
    public override string ToString() => Path;

    internal WeightsFile Open() => Open(Path);

    private static WeightsFile Open(string path) => WithoutModulePrefix.Of(WeightsFormat.Open(path));
}
