namespace UcfActionRecognition;

/// <summary>A bounded dictionary that forgets the entry that was not used for longest. Safe for concurrent calls.</summary>
internal sealed class LeastRecentlyUsed<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private readonly Lock _sync = new();
    private readonly Dictionary<TKey, LinkedListNode<(TKey Key, TValue Value)>> _byKey = [];
    private readonly LinkedList<(TKey Key, TValue Value)> _byUse = new(); // the most recently used first

    public bool TryGet(TKey key, out TValue? value)
    {
        lock (_sync)
        {
            if (!_byKey.TryGetValue(key, out var node))
            {
                value = default;
                return false;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            value = node.Value.Value;
            return true;
        }
    }

    public void Set(TKey key, TValue value)
    {
        lock (_sync)
        {
            if (_byKey.TryGetValue(key, out var old))
            {
                _byUse.Remove(old);
            }

            _byKey[key] = _byUse.AddFirst((key, value));
            if (_byUse.Count > capacity)
            {
                _byKey.Remove(_byUse.Last!.Value.Key);
                _byUse.RemoveLast();
            }
        }
    }
}
