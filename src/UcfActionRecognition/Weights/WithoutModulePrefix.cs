using TorchSharp;

namespace UcfActionRecognition;

/// <summary>
/// A file as its model named its tensors: without the <c>module.</c> that PyTorch's DataParallel puts before every key.
/// </summary>
internal sealed class WithoutModulePrefix : WeightsFile
{
    private const string Prefix = "module.";

    private readonly WeightsFile _file;

    private WithoutModulePrefix(WeightsFile file)
        : base(file.Path)
    {
        _file = file;
        Entries = file.Entries.ToDictionary(
            entry => entry.Key[Prefix.Length..], entry => entry.Value with { Name = entry.Key[Prefix.Length..] }, StringComparer.Ordinal);
    }

    public override IReadOnlyDictionary<string, WeightsEntry> Entries { get; }

    public override IReadOnlyDictionary<string, string> Metadata => _file.Metadata;

    /// <summary>The file itself where not all of its keys have the prefix. The result owns <paramref name="file"/>.</summary>
    public static WeightsFile Of(WeightsFile file) =>
        file.Entries.Count > 0 && file.Entries.Keys.All(key => key.StartsWith(Prefix, StringComparison.Ordinal))
            ? new WithoutModulePrefix(file)
            : file;

    public override torch.Tensor Read(string name) => _file.Read(Prefix + name);

    public override void Dispose() => _file.Dispose();
}
