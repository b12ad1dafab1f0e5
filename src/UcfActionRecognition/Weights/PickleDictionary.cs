namespace UcfActionRecognition;

/// <summary>
/// A dict or an OrderedDict of a pickle, as the list that the pickle gives: keys are not hashed, so that no choice of them is slow.
/// </summary>
internal sealed class PickleDictionary(bool ordered) : IPickleContainer
{
    private List<KeyValuePair<object?, object?>>? _entries;

    /// <summary>Whether it is an OrderedDict, which may carry attributes.</summary>
    public bool IsOrdered => ordered;

    public IReadOnlyList<KeyValuePair<object?, object?>> Entries => _entries ?? (IReadOnlyList<KeyValuePair<object?, object?>>)[];

    public int Depth { get; private set; } = 1;

    public void Add(object? key, object? value, int depth)
    {
        (_entries ??= []).Add(new(key, value));
        Depth = Math.Max(Depth, depth);
    }
}
