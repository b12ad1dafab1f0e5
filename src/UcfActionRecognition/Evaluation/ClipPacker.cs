namespace UcfActionRecognition;

/// <summary>
/// Fills chunks with the clips of videos, one video after another, and hands each over once it is full or the next clip cannot go through the
/// model with its clips. One thread at a time.
/// </summary>
/// <param name="frameBytes">Bytes of a frame.</param>
/// <param name="maxFrames">Frames of a chunk; one clip fits always.</param>
/// <param name="handOver">Takes a chunk, which is then its own.</param>
internal sealed class ClipPacker(int frameBytes, int maxFrames, Action<ClipChunk> handOver) : IDisposable
{
    private ClipChunk? _open;

    /// <summary>The place of the next clip, until <see cref="Add"/> says that it is filled.</summary>
    public Span<byte> Reserve(PlannedClip clip) => Open(clip).Reserve();

    /// <summary>Takes the clip that was put into the reserved place.</summary>
    /// <param name="video">Whose it is.</param>
    /// <param name="isLast">Whether the video ends with it.</param>
    public void Add(LabeledVideo video, bool isLast)
    {
        _open!.Add(video, isLast);
        HandOverIfFull();
    }

    /// <summary>Keeps the place of a clip of a finished video, so that the clips of others come into the chunks that they would come into without it.</summary>
    /// <param name="clip">The clip.</param>
    /// <param name="video">Whose it is.</param>
    /// <param name="isLast">Whether the video ends with it.</param>
    /// <param name="finished">What the earlier evaluation found.</param>
    public void AddFinished(PlannedClip clip, LabeledVideo video, bool isLast, ScoredVideo finished)
    {
        Open(clip).AddFinished(video, isLast, finished);
        HandOverIfFull();
    }

    /// <summary>Drops what is still here of a video that cannot be read to its end, and notes that in its place.</summary>
    public void Fail(LabeledVideo video, VideoReadException error)
    {
        _open ??= new ClipChunk(new PlannedClip([0], null), frameBytes, maxFrames);
        _open.Fail(video, error);
        if (_open.Clips == 0)
        {
            HandOver();
        }
    }

    /// <summary>Hands over what there is.</summary>
    public void HandOver()
    {
        if (_open is { } chunk)
        {
            _open = null;
            handOver(chunk);
        }
    }

    /// <summary>Gives back what was not handed over.</summary>
    public void Dispose() => _open?.Dispose();

    private ClipChunk Open(PlannedClip clip)
    {
        if (_open?.Takes(clip) == false)
        {
            HandOver();
        }

        return _open ??= new ClipChunk(clip, frameBytes, maxFrames);
    }

    private void HandOverIfFull()
    {
        if (_open!.IsFull)
        {
            HandOver();
        }
    }
}
