namespace UcfActionRecognition;

/// <summary>
/// The frames of one video, read forward and resized once each; those that clips to come still need are kept. One thread at a time.
/// </summary>
internal sealed class FrameWindow
{
    private readonly string _video;
    private readonly VideoReader _reader;
    private readonly FrameResampler _resampler;
    private readonly byte[] _source;
    private readonly int _frameBytes;

    // Consecutive frames, the first of them _first.
    private readonly List<byte[]> _kept = [];
    private readonly Stack<byte[]> _free = [];
    private int _first;

    public FrameWindow(string video, VideoReader reader, FrameSize size)
    {
        (_video, _reader) = (video, reader);
        FrameSize sourceSize = reader.Info.Size;
        _resampler = new FrameResampler(sourceSize, ClipTransform.Identity(sourceSize).Resize(size));
        _source = new byte[reader.Info.FrameBytes];
        _frameBytes = 3 * size.Height * size.Width;
    }

    /// <summary>Copies one clip.</summary>
    /// <param name="clip">The indices of its frames.</param>
    /// <param name="neededFrom">The earliest frame of this clip and of all that follow; frames before it are forgotten.</param>
    /// <param name="rgb">Receives <c>T x H x W x 3</c> bytes.</param>
    /// <exception cref="VideoReadException">The video cannot be read, or ends before the clip does.</exception>
    public void Copy(int[] clip, int neededFrom, Span<byte> rgb)
    {
        Forget(neededFrom);
        ReadTo(clip.Max(), neededFrom);
        for (int i = 0; i < clip.Length; i++)
        {
            _kept[clip[i] - _first].CopyTo(rgb.Slice(i * _frameBytes, _frameBytes));
        }
    }

    private void Forget(int before)
    {
        int count = Math.Clamp(before - _first, 0, _kept.Count);
        _kept[..count].ForEach(_free.Push);
        _kept.RemoveRange(0, count);
        _first += count;
    }

    private void ReadTo(int last, int neededFrom)
    {
        while (_first + _kept.Count <= last)
        {
            int next = _first + _kept.Count;
            if (!_reader.ReadNext(_source))
            {
                throw new VideoReadException(
                    _video,
                    $"'{_video}' ended after {next} frames; it had {_reader.Info.FrameCount?.ToString() ?? "more"} when it was opened. "
                    + "Something changes the file while it is read, or its source is wrong: check it, and run again.");
            }

            if (next < neededFrom)
            {
                _first++;
                continue;
            }

            byte[] frame = _free.TryPop(out byte[]? free) ? free : new byte[_frameBytes];
            _resampler.Resample(_source, frame);
            _kept.Add(frame);
        }
    }
}
