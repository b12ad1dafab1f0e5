namespace UcfActionRecognition;

/// <summary>Reads one video through a file that the source's cache keeps open.</summary>
internal sealed class Hdf5VideoReader : VideoReader
{
    private readonly Hdf5FileCache.Lease _lease;
    private readonly Hdf5VideoClipSourceOptions _options;
    private readonly CancellationToken _cancel;
    private int _next;
    private byte[] _ahead = [];
    private int _aheadFirst;
    private int _aheadCount;

    public Hdf5VideoReader(Hdf5FileCache.Lease lease, Hdf5VideoClipSourceOptions options, CancellationToken cancel)
    {
        (_lease, _options, _cancel) = (lease, options, cancel);
        Info = lease.File.Info;
    }

    public override VideoInfo Info { get; }

    public override void ReadFrames(ReadOnlySpan<int> frames, Span<byte> rgb)
    {
        CheckReadFrames(frames, rgb);
        _lease.File.Read(frames, rgb, _cancel);
    }

    internal override void ReadFrames<TSink>(ReadOnlySpan<int> frames, TSink sink)
    {
        Hdf5VideoFile file = _lease.File;
        if (!file.ReadsRows)
        {
            base.ReadFrames(frames, sink);
            return;
        }

        // A frame at a time through one small buffer that stays in the processor's cache.
        CheckFrames(frames);
        int bytes = sink.RowCount * Info.Width * 3;
        byte[] rented = FrameBuffers.Pool.Rent(bytes);
        try
        {
            Span<byte> rows = rented.AsSpan(0, bytes);
            for (int i = 0; i < frames.Length; i++)
            {
                file.ReadRows(frames[i], sink.FirstRow, rows, _cancel);
                sink.Take(i, rows);
            }

            file.CheckUnchanged();
        }
        finally
        {
            FrameBuffers.Pool.Return(rented);
        }
    }

    public override bool ReadNext(Span<byte> rgb)
    {
        CheckReadNext(rgb);
        Hdf5VideoFile file = _lease.File;
        if (_next == Info.FrameCount)
        {
            return false;
        }

        int run = file.RunLength(_next);
        if (run == 1)
        {
            file.Read([_next], rgb, _cancel);
        }
        else
        {
            ReadAhead(file, run);
            _ahead.AsSpan((_next - _aheadFirst) * Info.FrameBytes, Info.FrameBytes).CopyTo(rgb);
        }

        _next++;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        _lease.Dispose();
        _ahead = [];
        base.Dispose(disposing);
    }

    /// <summary>Fills the buffer with the frames that come cheaply with the next one, unless it is there already.</summary>
    private void ReadAhead(Hdf5VideoFile file, int run)
    {
        if (_next < _aheadFirst + _aheadCount)
        {
            return;
        }

        int count = Math.Min(Math.Min(run, Info.FrameCount!.Value - _next), Math.Max(1, _options.ReadAheadBytes / Info.FrameBytes));
        int[] frames = [.. Enumerable.Range(_next, count)];
        if (_ahead.Length < count * Info.FrameBytes)
        {
            _ahead = GC.AllocateUninitializedArray<byte>(count * Info.FrameBytes);
        }

        _aheadCount = 0;
        file.Read(frames, _ahead.AsSpan(0, count * Info.FrameBytes), _cancel);
        (_aheadFirst, _aheadCount) = (_next, count);
    }
}
