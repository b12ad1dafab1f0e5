namespace UcfActionRecognition;

/// <summary>What a library needs and this system's libraries do not provide.</summary>
internal sealed class VersionGap
{
    // A link marker of GCC 13 headers: it makes the link fail with an older libstdc++, and nothing ever calls it.
    // https://gcc.gnu.org/gcc-13/changes.html, libstdc++: "iostream initialization has moved into the library".
    private const string MarkerLibrary = "libstdc++.so.6";
    private const string MarkerVersion = "GLIBCXX_3.4.32";
    private const string MarkerSymbol = "_ZSt21ios_base_library_initv";

    private readonly ElfFile _file;
    private readonly Func<string, IReadOnlySet<string>?> _provided;
    private readonly List<ElfVersionNeed> _missing;

    /// <summary>Compares a library with what the system provides.</summary>
    /// <param name="file">The library.</param>
    /// <param name="provided">The versions that a library of the system defines; null where it is not there.</param>
    public VersionGap(ElfFile file, Func<string, IReadOnlySet<string>?> provided)
    {
        var known = file.VersionNeeds.Select(need => need.File).Distinct().ToDictionary(name => name, provided);
        _file = file;
        _provided = name => known[name];
        _missing = [.. file.VersionNeeds.Where(need => !need.IsWeak && IsMissing(known[need.File], need.Version))];
    }

    /// <summary>Whether every version is there, so that the load failed for another reason.</summary>
    public bool IsEmpty => _missing.Count == 0;

    /// <summary>
    /// The one need that may be marked weak without any effect on what runs: nothing else is missing, its only symbol is
    /// GCC 13's link marker, and no relocation uses that. Null in every other case.
    /// </summary>
    public ElfVersionNeed? HarmlessNeed()
    {
        if (_missing is not [{ File: MarkerLibrary, Version: MarkerVersion } need])
        {
            return null;
        }

        var symbols = _file.SymbolsOf(need);
        return symbols.Count == 1 && symbols.Values.Single() == MarkerSymbol && !_file.HasRelocationOf(symbols) ? need : null;
    }

    /// <summary>One sentence per version that is missing.</summary>
    public override string ToString()
    {
        var sentences = _missing.Select(need => $"It needs {need.Version} of {need.File}, and {Found(need)}.");
        string used = _missing is [var only] && UsedSymbols(only) is { Length: > 0 } names ? $" It uses {names} of that version." : "";
        return string.Join(' ', sentences) + used;
    }

    private string UsedSymbols(ElfVersionNeed need) => string.Join(", ", _file.SymbolsOf(need).Values.Take(3));

    private string Found(ElfVersionNeed need)
    {
        if (_provided(need.File) is not { } versions)
        {
            return "this system's own could not be found";
        }

        string prefix = need.Version[..(need.Version.IndexOf('_') + 1)];
        string? newest = versions
            .Where(version => version.StartsWith(prefix, StringComparison.Ordinal) && Version.TryParse(version[prefix.Length..], out _))
            .MaxBy(version => Version.Parse(version[prefix.Length..]));
        return newest is null ? $"this system's has no {prefix}* version" : $"this system's goes up to {newest}";
    }

    // A library that defines no version at all serves any need; the loader then only warns.
    private static bool IsMissing(IReadOnlySet<string>? versions, string version) =>
        versions is null || (versions.Count > 0 && !versions.Contains(version));
}
