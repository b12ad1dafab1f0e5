using TorchSharp;

namespace UcfActionRecognition;

/// <summary>
/// A file as its model named its tensors: without the <c>module.</c> that PyTorch's DataParallel puts before every key, once or more often.
/// </summary>
internal sealed class WithoutModulePrefix : WeightsFile
{
    private const string Prefix = "module.";

    private readonly WeightsFile _file;
    private readonly string _prefix;

    private WithoutModulePrefix(WeightsFile file, int prefixes)
        : base(file.Path)
    {
        _file = file;
        _prefix = string.Concat(Enumerable.Repeat(Prefix, prefixes));
        Entries = file.Entries.ToDictionary(
            entry => entry.Key[_prefix.Length..], entry => entry.Value with { Name = entry.Key[_prefix.Length..] }, StringComparer.Ordinal);
    }

    public override IReadOnlyDictionary<string, WeightsEntry> Entries { get; }

    public override IReadOnlyDictionary<string, string> Metadata => _file.Metadata;

    /// <summary>The file itself where not all of its keys have the prefix. The result owns <paramref name="file"/>.</summary>
    public static WeightsFile Of(WeightsFile file)
    {
        int prefixes = file.Entries.Count > 0 ? file.Entries.Keys.Min(Prefixes) : 0;
        return prefixes > 0 ? new WithoutModulePrefix(file, prefixes) : file;
    }

    public override torch.Tensor Read(string name) => _file.Read(_prefix + name);

    public override void Dispose() => _file.Dispose();

    private static int Prefixes(string key)
    {
        int count = 0;
        while (key.AsSpan(count * Prefix.Length).StartsWith(Prefix, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }
}
