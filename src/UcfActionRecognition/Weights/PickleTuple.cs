namespace UcfActionRecognition;

/// <summary>A tuple of a pickle.</summary>
internal sealed class PickleTuple(object?[] items, int depth) : IPickleContainer
{
    public static PickleTuple Empty { get; } = new([], 1);

    public IReadOnlyList<object?> Items => items;

    public int Depth => depth;
}
