namespace UcfActionRecognition;

/// <summary>
/// Open files by video, least recently used first out. A file that is evicted or replaced on disk while a reader holds it is closed
/// when the last reader lets it go. Safe for concurrent calls.
/// </summary>
internal sealed class Hdf5FileCache(int capacity) : IDisposable
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, LinkedListNode<Entry>> _byVideo = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byUse = new(); // the most recently used first
    private bool _disposed;

    /// <summary>The open file of a video, if it is still the one that is on disk; the caller disposes the lease.</summary>
    /// <param name="video">The video's name.</param>
    /// <param name="lastWriteUtc">When the file that is on disk now was last written.</param>
    public Lease? TryRent(string video, DateTime lastWriteUtc)
    {
        lock (_sync)
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(Hdf5VideoClipSource));
            if (!_byVideo.TryGetValue(video, out LinkedListNode<Entry>? node))
            {
                return null;
            }

            if (node.Value.File.Stamp.LastWriteUtc != lastWriteUtc || node.Value.File.Failed)
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

    /// <summary>Takes a file over that was just opened; the caller disposes the lease.</summary>
    public Lease Add(string video, Hdf5VideoFile file)
    {
        var entry = new Entry(video, file);
        lock (_sync)
        {
            // Another thread may have been faster; its file then serves both.
            if (!_disposed && TryRent(video, file.Stamp.LastWriteUtc) is { } other)
            {
                file.Dispose();
                return other;
            }

            entry.Users++;
            if (_disposed)
            {
                entry.Evicted = true;
                return new Lease(this, entry);
            }

            _byVideo[video] = _byUse.AddFirst(entry);
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

    private void Evict(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _byVideo.Remove(node.Value.Video);
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
    internal sealed class Entry(string video, Hdf5VideoFile file)
    {
        public string Video => video;

        public Hdf5VideoFile File => file;

        public int Users { get; set; }

        public bool Evicted { get; set; }
    }
}
