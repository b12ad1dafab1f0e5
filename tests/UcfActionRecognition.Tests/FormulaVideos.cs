namespace UcfActionRecognition.Tests;

/// <summary>
/// Videos in memory whose pixels follow a formula; names are <c>Class/number</c>. Some may be broken, or slow at random.
/// </summary>
internal sealed class FormulaVideos(int height = 24, int width = 32, int frames = 20) : IVideoClipSource
{
    private int _open;
    private int _framesRead;

    /// <summary>Videos that cannot be opened.</summary>
    public HashSet<string> Broken { get; init; } = [];

    /// <summary>Whether the videos say how many frames they have.</summary>
    public bool LengthIsKnown { get; init; } = true;

    /// <summary>Frames that are there in truth, when that is fewer than the videos say.</summary>
    public int? FramesThere { get; init; }

    private int Frames => frames;

    /// <summary>Frames read so far by going forward, over all readers.</summary>
    public int FramesRead => _framesRead;

    /// <summary>Called at each opening, on the worker's thread.</summary>
    public Action<string>? Opening { get; init; }

    /// <summary>Readers that are open now.</summary>
    public int OpenReaders => _open;

    public static LabeledVideo[] Videos(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new LabeledVideo($"Class{i % 3}/{i}", i % 3, $"Class{i % 3}/g{i % 5}"))];

    /// <summary>The byte at a place of a video.</summary>
    public static byte Pixel(string video, int frame, int offset) =>
        (byte)(int.Parse(video.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture) * 31 + frame * 7 + offset * 3);

    public VideoReader Open(string video, CancellationToken cancel = default)
    {
        Opening?.Invoke(video);
        cancel.ThrowIfCancellationRequested();
        if (Broken.Contains(video))
        {
            throw new VideoReadException(video, $"'{video}' is broken on purpose.");
        }

        Interlocked.Increment(ref _open);
        return new Reader(this, video, new VideoInfo(height, width, LengthIsKnown ? Frames : null));
    }

    public void Dispose()
    {
    }

    private sealed class Reader(FormulaVideos owner, string video, VideoInfo info) : VideoReader
    {
        private int _next;

        public override VideoInfo Info => info;

        public override void ReadFrames(ReadOnlySpan<int> frames, Span<byte> rgb)
        {
            CheckReadFrames(frames, rgb);
            for (int i = 0; i < frames.Length; i++)
            {
                Fill(frames[i], rgb.Slice(i * info.FrameBytes, info.FrameBytes));
            }
        }

        public override bool ReadNext(Span<byte> rgb)
        {
            CheckReadNext(rgb);
            if (_next >= (owner.FramesThere ?? owner.Frames))
            {
                return false;
            }

            Interlocked.Increment(ref owner._framesRead);
            Fill(_next++, rgb);
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            Interlocked.Decrement(ref owner._open);
            base.Dispose(disposing);
        }

        private void Fill(int frame, Span<byte> rgb)
        {
            for (int offset = 0; offset < rgb.Length; offset++)
            {
                rgb[offset] = Pixel(video, frame, offset);
            }
        }
    }
}
