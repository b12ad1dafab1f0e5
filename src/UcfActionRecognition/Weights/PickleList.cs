namespace UcfActionRecognition;

/// <summary>A list or a set of a pickle.</summary>
internal sealed class PickleList : IPickleContainer
{
    private List<object?>? _items;

    public IReadOnlyList<object?> Items => _items ?? (IReadOnlyList<object?>)[];

    public int Depth { get; private set; } = 1;

    public void Add(object? item, int depth)
    {
        (_items ??= []).Add(item);
        Depth = Math.Max(Depth, depth);
    }
}
