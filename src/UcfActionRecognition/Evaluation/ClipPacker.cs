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
    public Span<byte> Reserve(PlannedClip clip)
    {
        if (_open?.Takes(clip) == false)
        {
            HandOver();
        }

        _open ??= new ClipChunk(clip.Frames.Length, clip.Part, frameBytes, maxFrames);
        return _open.Reserve();
    }

    /// <summary>Takes the clip that was put into the reserved place.</summary>
    /// <param name="video">Whose it is.</param>
    /// <param name="isLast">Whether the video ends with it.</param>
    public void Add(LabeledVideo video, bool isLast)
    {
        _open!.Add(video, isLast);
        if (_open.IsFull)
        {
            HandOver();
        }
    }

    /// <summary>Drops what is still here of a video that cannot be read to its end, and notes that in its place.</summary>
    public void Fail(LabeledVideo video, VideoReadException error)
    {
        _open ??= new ClipChunk(framesPerClip: 1, null, frameBytes, maxFrames);
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
}
