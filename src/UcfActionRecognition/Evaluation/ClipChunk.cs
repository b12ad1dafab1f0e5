using System.Buffers;

namespace UcfActionRecognition;

/// <summary>
/// Clips that go through the model at once: all of the same number of frames, resized, of one video or of several one after another. Filled
/// by one thread, then handed to another, which disposes it.
/// </summary>
/// <param name="first">The first of the clips, whose number of frames the others have.</param>
/// <param name="frameBytes">Bytes of a frame.</param>
/// <param name="maxFrames">Frames that it takes; one clip fits always.</param>
internal sealed class ClipChunk(PlannedClip first, int frameBytes, int maxFrames) : IDisposable
{
    private readonly int _clipBytes = first.Frames.Length * frameBytes;
    private readonly int _maxClips = first.Part is null ? Math.Max(maxFrames / first.Frames.Length, 1) : 1;
    private readonly List<ClipSpan> _spans = [];
    private byte[] _rgb = [];

    public int FramesPerClip { get; } = first.Frames.Length;

    /// <summary>Set where the chunk is for a part of a clip.</summary>
    public TimeChunk? Part { get; } = first.Part;

    /// <summary>The crop of that part.</summary>
    public int Crop { get; } = first.Crop;

    public int Clips { get; private set; }

    public bool IsFull => Clips == _maxClips;

    /// <summary>The clips' videos, in order, and between them those that could not be read.</summary>
    public IReadOnlyList<ClipSpan> Spans => _spans;

    /// <summary>Whether it has to go through the model: not all of its clips are of finished videos.</summary>
    public bool IsNeeded => _spans.Exists(span => span is { Clips: > 0, Finished: null });

    /// <summary>The clips' bytes, <c>clips x T x H x W x 3</c>; only of a chunk that is needed. The places of finished videos are black.</summary>
    public ReadOnlySpan<byte> Rgb => _rgb.AsSpan(0, Clips * _clipBytes);

    // The video that is being read, where some of its clips are here.
    private ClipSpan? Unfinished => _spans is [.., { IsLast: false } span] ? span : null;

    /// <summary>Whether a clip may go through the model together with these.</summary>
    public bool Takes(PlannedClip clip) => !IsFull && Part is null && clip.Part is null && clip.Frames.Length == FramesPerClip;

    /// <summary>The place of the next clip, until <see cref="Add"/> says that it is filled.</summary>
    public Span<byte> Reserve()
    {
        int end = (Clips + 1) * _clipBytes;
        if (end > _rgb.Length)
        {
            Grow(end);
        }

        return _rgb.AsSpan(end - _clipBytes, _clipBytes);
    }

    /// <summary>Takes the clip that was put into the reserved place.</summary>
    /// <param name="video">Whose it is.</param>
    /// <param name="isLast">Whether the video ends with it.</param>
    public void Add(LabeledVideo video, bool isLast)
    {
        int before = TakeBackUnfinished();
        _spans.Add(new ClipSpan(video, before + 1, isLast, null));
        Clips++;
    }

    /// <summary>
    /// Keeps the place of a clip of a finished video. What the other clips give depends in its last bits on how many there are at once, and on
    /// their places, but not on what is in the place of another.
    /// </summary>
    /// <param name="video">Whose it is.</param>
    /// <param name="isLast">Whether the video ends with it.</param>
    /// <param name="finished">What the earlier evaluation found.</param>
    public void AddFinished(LabeledVideo video, bool isLast, ScoredVideo finished)
    {
        if (_rgb.Length > 0)
        {
            Reserve().Clear();
        }

        int before = TakeBackUnfinished();
        _spans.Add(new ClipSpan(video, before + 1, isLast, null, finished));
        Clips++;
    }

    /// <summary>Drops the clips of a video that cannot be read to its end, and notes that.</summary>
    public void Fail(LabeledVideo video, VideoReadException error)
    {
        Clips -= TakeBackUnfinished();
        _spans.Add(new ClipSpan(video, 0, IsLast: true, error));
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        Return(_rgb);
        _rgb = [];
        Clips = 0;
    }

    private int TakeBackUnfinished()
    {
        if (Unfinished is not { } span)
        {
            return 0;
        }

        _spans.RemoveAt(_spans.Count - 1);
        return span.Clips;
    }

    // How many clips there will be is not known before the videos to come are opened.
    private void Grow(int needed)
    {
        long most = (long)_maxClips * _clipBytes;
        byte[] larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(needed, Math.Min(2L * _rgb.Length, most)));
        if (_rgb.Length > 0)
        {
            Rgb.CopyTo(larger);
        }
        else
        {
            // All so far are of finished videos.
            larger.AsSpan(0, Clips * _clipBytes).Clear();
        }

        Return(_rgb);
        _rgb = larger;
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
