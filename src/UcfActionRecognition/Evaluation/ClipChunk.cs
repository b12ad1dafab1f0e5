using System.Buffers;

namespace UcfActionRecognition;

/// <summary>
/// Clips that go through the model at once: all of the same number of frames, resized, of one video or of several one after another. Filled
/// by one thread, then handed to another, which disposes it.
/// </summary>
/// <param name="framesPerClip">Frames of each clip.</param>
/// <param name="part">Set where the chunk is for a part of a clip.</param>
/// <param name="frameBytes">Bytes of a frame.</param>
/// <param name="maxFrames">Frames that it takes; one clip fits always.</param>
internal sealed class ClipChunk(int framesPerClip, TimeChunk? part, int frameBytes, int maxFrames) : IDisposable
{
    private readonly int _clipBytes = framesPerClip * frameBytes;
    private readonly int _maxClips = part is null ? Math.Max(maxFrames / framesPerClip, 1) : 1;
    private readonly List<ClipSpan> _spans = [];
    private byte[] _rgb = [];

    public int FramesPerClip => framesPerClip;

    public TimeChunk? Part => part;

    public int Clips { get; private set; }

    public bool IsFull => Clips == _maxClips;

    /// <summary>The clips' videos, in order, and between them those that could not be read.</summary>
    public IReadOnlyList<ClipSpan> Spans => _spans;

    /// <summary>The clips' bytes, <c>clips x T x H x W x 3</c>.</summary>
    public ReadOnlySpan<byte> Rgb => _rgb.AsSpan(0, Clips * _clipBytes);

    // The video that is being read, where some of its clips are here.
    private ClipSpan? Unfinished => _spans is [.., { IsLast: false } span] ? span : null;

    /// <summary>Whether a clip may go through the model together with these.</summary>
    public bool Takes(PlannedClip clip) => !IsFull && part is null && clip.Part is null && clip.Frames.Length == framesPerClip;

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
        Rgb.CopyTo(larger);
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
