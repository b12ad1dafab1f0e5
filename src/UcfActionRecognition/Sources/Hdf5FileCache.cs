namespace UcfActionRecognition;

/// <summary>
/// Open files by path, least recently used first out. A file that is evicted or replaced on disk while a reader holds it is closed
/// when the last reader lets it go. Safe for concurrent calls.
/// </summary>
internal sealed class Hdf5FileCache(int capacity) : IDisposable
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _byPath = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new(); // the most recently used first
    private bool _disposed;

    /// <summary>Files that the cache holds, for tests.</summary>
    public int Count
    {
        get
        {
            lock (_sync)
            {
                return _byUse.Count;
            }
        }
    }

    /// <summary>The file at a path as it is on disk now, opened where it must be; the caller disposes the lease.</summary>
    /// <param name="path">The file's path.</param>
    /// <param name="stamp">What the file looks like on disk now.</param>
    /// <param name="open">Opens the file; runs outside the lock.</param>
    public Lease Rent(string path, FileStamp stamp, Func<Hdf5VideoFile> open)
    {
        if (TryRent(path, stamp) is { } lease)
        {
            return lease;
        }

        var entry = new Entry(path, stamp, open());
        lock (_sync)
        {
            // Another thread may have been faster; its file then serves both.
            if (!_disposed && TryRent(path, stamp) is { } other)
            {
                entry.File.Dispose();
                return other;
            }

            entry.Users++;
            if (_disposed)
            {
                entry.Evicted = true;
                return new Lease(this, entry);
            }

            _byPath[path] = _byUse.AddFirst(entry);
            while (_byUse.Count > capacity)
            {
                Evict(_byUse.Last!);
            }

            return new Lease(this, entry);
        }
    }

    public void Dispose()
    {
        lock (_sync)
        {
            _disposed = true;
            while (_byUse.Last is { } last)
            {
                Evict(last);
            }
        }
    }

    private Lease? TryRent(string path, FileStamp stamp)
    {
        lock (_sync)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(Hdf5VideoClipSource));
            if (!_byPath.TryGetValue(path, out LinkedListNode<Entry>? node))
            {
                return null;
            }

            if (node.Value.Stamp != stamp)
            {
                Evict(node);
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddFirst(node);
            node.Value.Users++;
            return new Lease(this, node.Value);
        }
    }

    private void Evict(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _byPath.Remove(node.Value.Path);
        node.Value.Evicted = true;
        if (node.Value.Users == 0)
        {
            node.Value.File.Dispose();
        }
    }

    private void Return(Entry entry)
    {
        lock (_sync)
        {
            if (--entry.Users == 0 && entry.Evicted)
            {
                entry.File.Dispose();
            }
        }
    }

    /// <summary>Tells a file from the one that was at the same path before.</summary>
    internal readonly record struct FileStamp(long Length, DateTime LastWriteUtc);

    /// <summary>The use of an open file until it is disposed.</summary>
    internal sealed class Lease(Hdf5FileCache cache, Entry entry) : IDisposable
    {
        private Entry? _entry = entry;

        public Hdf5VideoFile File => _entry?.File ?? throw new ObjectDisposedException(nameof(VideoReader));

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _entry, null) is { } held)
            {
                cache.Return(held);
            }
        }
    }

    /// <summary>An open file and who uses it; guarded by the cache's lock.</summary>
    internal sealed class Entry(string path, FileStamp stamp, Hdf5VideoFile file)
    {
        public string Path => path;

        public FileStamp Stamp => stamp;

        public Hdf5VideoFile File => file;

        public int Users { get; set; }

        public bool Evicted { get; set; }
    }
}
