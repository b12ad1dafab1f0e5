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

    /// <summary>The state-dict keys of the file, sorted; a prefix <c>module.</c> that all of them have is left out.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Names a file of weights and checks that it can be read.</summary>
    /// <param name="path">
    /// A <c>.safetensors</c> file. To convert a <c>.pth</c> file, in Python:
    /// <c>safetensors.torch.save_file(torch.load("w.pth", map_location="cpu", weights_only=True), "w.safetensors")</c>.
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

    private static WeightsFile Open(string path)
    {
        string extension = System.IO.Path.GetExtension(path).ToLowerInvariant();
        if (extension is ".pth" or ".pt" or ".th" or ".tar" or ".ckpt" or ".bin")
        {
            throw new WeightsFormatException(
                $"{path}: this version reads .safetensors files only; PyTorch's own files come later. To convert one, in Python: "
                + "safetensors.torch.save_file(torch.load(\"w.pth\", map_location=\"cpu\", weights_only=True), \"w.safetensors\").");
        }

        return WithoutModulePrefix.Of(SafetensorsFile.Open(path));
    }
}
