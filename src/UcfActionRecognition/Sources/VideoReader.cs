namespace UcfActionRecognition;

/// <summary>
/// Reads the frames of one video as RGB24: uint8, row-major, <c>T x H x W x 3</c>. One thread at a time.
/// </summary>
public abstract class VideoReader : IDisposable
{
    private const int HeldBytes = 32 << 20;

    /// <summary>Size, length and rate of the video.</summary>
    public abstract VideoInfo Info { get; }

    /// <summary>Reads frames by index, in the order given; an index may repeat.</summary>
    /// <param name="frames">Zero-based frame indices, ascending or not.</param>
    /// <param name="rgb">Receives <c>frames.Length x H x W x 3</c> bytes; it must be exactly that long.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative or past the last frame.</exception>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> is not as long as the frames.</exception>
    /// <exception cref="VideoReadException">The video cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token that the video was opened with was cancelled.</exception>
    public abstract void ReadFrames(ReadOnlySpan<int> frames, Span<byte> rgb);

    /// <summary>Reads the next frame, from the first on; independent of <see cref="ReadFrames"/>.</summary>
    /// <param name="rgb">Receives <c>H x W x 3</c> bytes; it must be exactly that long.</param>
    /// <returns><see langword="false"/> when no frame is left; <paramref name="rgb"/> is then untouched.</returns>
    /// <exception cref="ArgumentException"><paramref name="rgb"/> is not as long as one frame.</exception>
    /// <exception cref="VideoReadException">The video cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token that the video was opened with was cancelled.</exception>
    public abstract bool ReadNext(Span<byte> rgb);

    /// <summary>Reads frames by index and hands over each as soon as it is there; a reader that can read parts of frames reads no more than the rows wanted.</summary>
    /// <param name="frames">Zero-based frame indices, ascending or not; an index may repeat.</param>
    /// <param name="sink">Takes the frames.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is negative or past the last frame.</exception>
    /// <exception cref="VideoReadException">The video cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The token that the video was opened with was cancelled.</exception>
    internal virtual void ReadFrames<TSink>(ReadOnlySpan<int> frames, TSink sink)
        where TSink : IFrameSink, allows ref struct
    {
        // Some at a time: the more at once, the fewer chunks or processes a reader needs, but large frames must not fill the memory.
        int frameBytes = Info.FrameBytes;
        int most = Math.Clamp(HeldBytes / frameBytes, 1, Math.Max(1, frames.Length));
        byte[] rented = FrameBuffers.Pool.Rent(most * frameBytes);
        try
        {
            for (int first = 0; first < frames.Length; first += most)
            {
                int count = Math.Min(most, frames.Length - first);
                Span<byte> rgb = rented.AsSpan(0, count * frameBytes);
                ReadFrames(frames.Slice(first, count), rgb);
                for (int i = 0; i < count; i++)
                {
                    sink.Take(first + i, IFrameSink.WantedRows(rgb.Slice(i * frameBytes, frameBytes), Info.Width, sink));
                }
            }
        }
        finally
        {
            FrameBuffers.Pool.Return(rented);
        }
    }

    /// <summary>Ends the reading and gives back what the reader holds.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives back what the reader holds.</summary>
    /// <param name="disposing"><see langword="true"/> when called from <see cref="Dispose()"/>.</param>
    protected virtual void Dispose(bool disposing)
    {
    }

    /// <summary>Checks the arguments of <see cref="ReadFrames"/> against <see cref="Info"/>.</summary>
    protected void CheckReadFrames(ReadOnlySpan<int> frames, Span<byte> rgb)
    {
        long expected = (long)frames.Length * Info.FrameBytes;
        if (rgb.Length != expected)
        {
            throw new ArgumentException(
                $"{frames.Length} frames of {Info.Height}x{Info.Width} take {expected} bytes; the buffer has {rgb.Length}.", nameof(rgb));
        }

        CheckFrames(frames);
    }

    /// <summary>Checks that the video has the frames.</summary>
    private protected void CheckFrames(ReadOnlySpan<int> frames)
    {
        int count = Info.FrameCount ?? int.MaxValue;
        foreach (int frame in frames)
        {
            if ((uint)frame >= (uint)count)
            {
                string range = Info.FrameCount is null ? "Frames count from 0." : $"The video has {count} frames, 0 to {count - 1}.";
                throw new ArgumentOutOfRangeException(nameof(frames), frame, range);
            }
        }
    }

    /// <summary>Checks the argument of <see cref="ReadNext"/> against <see cref="Info"/>.</summary>
    protected void CheckReadNext(Span<byte> rgb)
    {
        if (rgb.Length != Info.FrameBytes)
        {
            throw new ArgumentException(
                $"One frame of {Info.Height}x{Info.Width} takes {Info.FrameBytes} bytes; the buffer has {rgb.Length}.", nameof(rgb));
        }
    }
}
