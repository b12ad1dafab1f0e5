namespace UcfActionRecognition;

/// <summary>Values by name, found as spelled, or else without regard to case.</summary>
internal sealed class NameTable<T>
{
    private readonly Dictionary<string, T> _spelled = new(StringComparer.Ordinal);
    private readonly Dictionary<string, T> _anyCase = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The values in the order of their names.</summary>
    public IEnumerable<T> Sorted() => _spelled.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value);

    /// <summary>Adds a value, or replaces the one of that name.</summary>
    public void Set(string name, T value)
    {
        _spelled[name] = value;
        _anyCase[name] = value;
    }

    public bool TryFind(ReadOnlySpan<char> name, out T value) =>
        _spelled.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out value!)
        || _anyCase.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out value!);
}
