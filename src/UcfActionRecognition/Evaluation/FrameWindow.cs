namespace UcfActionRecognition;

/// <summary>
/// The frames of one video, read forward, brought to their crops once each and kept while clips to come still need them. One thread at a time.
/// </summary>
/// <param name="video">The video's name.</param>
/// <param name="reader">Reads it, from its first frame on.</param>
/// <param name="count">Its length.</param>
/// <param name="crops">What happens to each frame, crop by crop; all come out in one size.</param>
/// <param name="free">Buffers of that size that nobody uses; the window takes from them and gives back to them.</param>
internal sealed class FrameWindow(string video, VideoReader reader, int count, IReadOnlyList<ClipTransform> crops, Stack<byte[]> free) : IDisposable
{
    private const string ChangedOrWrong = "Something changes the file while it is read, or its source is wrong: check it, and run again.";

    private readonly FrameResampler[] _resamplers = [.. crops.Select(crop => new FrameResampler(reader.Info.Size, crop))];
    private readonly byte[] _source = new byte[reader.Info.FrameBytes];
    private readonly int _frameBytes = 3 * crops[0].OutputSize.Height * crops[0].OutputSize.Width;

    // Consecutive frames, the first of them _first, each in all its crops.
    private readonly List<byte[][]> _kept = [];
    private int _first;

    private int Next => _first + _kept.Count;

    /// <summary>Copies one clip in one crop.</summary>
    /// <param name="clip">The indices of its frames.</param>
    /// <param name="crop">Which crop.</param>
    /// <param name="neededFrom">The earliest frame of this clip and of all that follow; frames before it are forgotten.</param>
    /// <param name="neededAfterwards">The earliest frame of the clips that follow.</param>
    /// <param name="rgb">Receives <c>T x H x W x 3</c> bytes.</param>
    /// <exception cref="VideoReadException">The video cannot be read, or ends before the clip does.</exception>
    public void Copy(int[] clip, int crop, int neededFrom, int neededAfterwards, Span<byte> rgb)
    {
        Forget(neededFrom);
        while (Next < neededFrom)
        {
            Skip();
        }

        // A clip that starts with the next frame and shares none with clips to come needs no window: side by side, or a whole video, in one crop.
        bool isAlone = clip[0] == Next && clip.Max() < neededAfterwards && IsConsecutive(clip);
        if (!isAlone)
        {
            KeepUpTo(clip.Max());
        }

        for (int i = 0; i < clip.Length; i++)
        {
            Span<byte> frame = rgb.Slice(i * _frameBytes, _frameBytes);
            if (isAlone)
            {
                Skip();
                _resamplers[crop].Resample(_source, frame);
            }
            else
            {
                _kept[clip[i] - _first][crop].CopyTo(frame);
            }
        }
    }

    /// <summary>Checks that a video that was read to its last frame ends there.</summary>
    /// <exception cref="VideoReadException">It goes on.</exception>
    public void CheckEnd()
    {
        if (Next == count && reader.ReadNext(_source))
        {
            throw new VideoReadException(
                video, $"'{video}' has more than the {count} frames that it had when it was opened. {ChangedOrWrong}");
        }
    }

    /// <summary>Gives the buffers back.</summary>
    public void Dispose() => Forget(Next);

    private void Forget(int before)
    {
        int forgotten = Math.Clamp(before - _first, 0, _kept.Count);
        for (int i = 0; i < forgotten; i++)
        {
            Array.ForEach(_kept[i], free.Push);
        }

        _kept.RemoveRange(0, forgotten);
        _first += forgotten;
    }

    // Only while nothing is kept.
    private void Skip()
    {
        Read();
        _first++;
    }

    private void KeepUpTo(int last)
    {
        while (Next <= last)
        {
            Read();
            _kept.Add(Array.ConvertAll(_resamplers, Resampled));
        }
    }

    private byte[] Resampled(FrameResampler resampler)
    {
        byte[] frame = free.TryPop(out byte[]? unused) ? unused : new byte[_frameBytes];
        resampler.Resample(_source, frame);
        return frame;
    }

    private void Read()
    {
        if (!reader.ReadNext(_source))
        {
            throw new VideoReadException(
                video, $"'{video}' ended after {Next} frames; it had {count} when it was opened. {ChangedOrWrong}");
        }
    }

    private static bool IsConsecutive(int[] clip)
    {
        for (int i = 1; i < clip.Length; i++)
        {
            if (clip[i] != clip[0] + i)
            {
                return false;
            }
        }

        return true;
    }
}
