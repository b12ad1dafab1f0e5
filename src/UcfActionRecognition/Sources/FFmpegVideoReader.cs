namespace UcfActionRecognition;

/// <summary>Reads one video through ffmpeg processes: one per <see cref="ReadFrames"/>, one for all of <see cref="ReadNext"/>.</summary>
internal sealed class FFmpegVideoReader(
    FFmpegPrograms programs, string video, string path, VideoInfo info, CancellationToken cancel) : VideoReader
{
    private ChildProcess? _sequential;
    private int _next;
    private bool _disposed;

    public override VideoInfo Info => info;

    public override void ReadFrames(ReadOnlySpan<int> frames, Span<byte> rgb)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckReadFrames(frames, rgb);
        if (frames.IsEmpty)
        {
            return;
        }

        int[] sorted = frames.ToArray();
        int[] positions = [.. Enumerable.Range(0, sorted.Length)];
        Array.Sort(sorted, positions);
        int first = sorted[0];
        using ChildProcess process = programs.StartDecoder(path, first, sorted[^1] - first + 1, cancel);
        byte[] skipped = new byte[info.FrameBytes];
        int frame = first;
        for (int i = 0; i < sorted.Length; i++)
        {
            Span<byte> target = rgb.Slice(positions[i] * info.FrameBytes, info.FrameBytes);
            if (i > 0 && sorted[i] == sorted[i - 1])
            {
                rgb.Slice(positions[i - 1] * info.FrameBytes, info.FrameBytes).CopyTo(target);
                continue;
            }

            for (; frame < sorted[i]; frame++)
            {
                ReadExpected(process, skipped, frame);
            }

            ReadExpected(process, target, frame++);
        }
    }

    public override bool ReadNext(Span<byte> rgb)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckReadNext(rgb);
        cancel.ThrowIfCancellationRequested();
        if (_next == info.FrameCount)
        {
            CheckEnd();
            return false;
        }

        _sequential ??= programs.StartDecoder(path, 0, null, cancel);
        ReadExpected(_sequential, rgb, _next);
        _next++;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        _disposed = true;
        _sequential?.Dispose();
        _sequential = null;
        base.Dispose(disposing);
    }

    private void ReadExpected(ChildProcess process, Span<byte> frame, int index)
    {
        int count;
        try
        {
            count = process.Read(frame);
        }
        catch (TimeoutException error)
        {
            throw new VideoReadException(
                video,
                $"Cannot read frame {index} of the video '{path}': ffmpeg was ended, {error.Message}. Check the file, or raise the " +
                $"option {nameof(FFmpegVideoClipSourceOptions.FrameTimeout)}.",
                error);
        }

        if (count != frame.Length)
        {
            int exitCode = process.WaitForExit();
            throw new VideoReadException(
                video,
                $"Cannot read frame {index} of the video '{path}': ffmpeg ended with code {exitCode} after {count} of " +
                $"the frame's {frame.Length} bytes, though {info.FrameCount} frames were counted. It says: '{process.ErrorText()}'. Check " +
                "whether the file changed; get it again.");
        }
    }

    private void CheckEnd()
    {
        if (_sequential is null)
        {
            return;
        }

        Span<byte> more = stackalloc byte[1];
        bool ended = _sequential.Read(more) == 0;
        _sequential.Dispose();
        _sequential = null;
        if (!ended)
        {
            throw new VideoReadException(
                video, $"The video '{path}' gives more frames than the {info.FrameCount} counted. Check whether the file changed.");
        }
    }
}
