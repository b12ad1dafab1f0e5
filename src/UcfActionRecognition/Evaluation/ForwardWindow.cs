namespace UcfActionRecognition;

/// <summary>
/// The windows of a sequence whose length shows only at its end: those that <see cref="SlidingWindow"/> makes of it, each as soon as its last item is
/// there. The last items are kept, as many as a window has.
/// </summary>
/// <param name="length">Items of a window.</param>
/// <param name="stride">Items from the start of one window to that of the next.</param>
internal sealed class ForwardWindow<T>(int length, int stride)
{
    private readonly Queue<T> _items = new();

    /// <summary>The window's items; of a sequence that is shorter than a window, all.</summary>
    public IReadOnlyCollection<T> Items => _items;

    /// <summary>Items of the sequence so far.</summary>
    public int Count { get; private set; }

    /// <summary>The place of the first of <see cref="Items"/>.</summary>
    public int First => Count - _items.Count;

    /// <summary>Whether a window ends with the last item so far.</summary>
    public bool IsComplete => Count >= length && First % stride == 0;

    /// <summary>Whether, with the sequence at its end, one more window is aligned to it.</summary>
    public bool HasRest => Count > 0 && !IsComplete;

    /// <summary>Takes out the item that no later window has.</summary>
    /// <returns>Whether there was one; before a window is filled there is none.</returns>
    public bool TryDrop(out T? item)
    {
        item = default;
        return _items.Count == length && _items.TryDequeue(out item);
    }

    /// <summary>Adds the next item.</summary>
    public void Add(T item)
    {
        _ = TryDrop(out _);
        _items.Enqueue(item);
        Count++;
    }
}
