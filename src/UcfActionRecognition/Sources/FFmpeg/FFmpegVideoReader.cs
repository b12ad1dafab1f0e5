namespace UcfActionRecognition;

/// <summary>
/// Reads one video through ffmpeg processes: a decoder that stays, or one process per <see cref="ReadFrames"/>; one for all of
/// <see cref="ReadNext"/>.
/// </summary>
internal sealed class FFmpegVideoReader(
    FFmpegPrograms programs, FFmpegDecoderPool pool, Action<FFmpegVideoIndex> save, string video, string path, FileStamp stamp,
    FFmpegVideoIndex index, CancellationToken cancel) : VideoReader
{
    private readonly FFmpegPacketReader _packets = new(pool, path, index, cancel);
    private ChildProcess? _sequential;
    private int _next;
    private bool _disposed;

    public override VideoInfo Info => index.Info;

    /// <summary>Packets are given to a decoder that stays; so far, the frames that came were right.</summary>
    public bool ReadsPackets => !index.NoPackets;

    public override void ReadFrames(ReadOnlySpan<int> frames, Span<byte> rgb)
    {
        CheckReadFrames(frames, rgb);
        ReadFrames(frames, new FrameCopies(rgb, Info));
    }

    internal override void ReadFrames<TSink>(ReadOnlySpan<int> frames, TSink sink)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckFrames(frames);
        cancel.ThrowIfCancellationRequested();
        if (frames.IsEmpty)
        {
            return;
        }

        var request = new FFmpegRequest<TSink>(frames, sink, Info);
        if (index.Checksums is null)
        {
            ReadAllNoting(ref request);
        }

        if (!request.Done && _packets.CanRead)
        {
            _packets.Read(ref request);
        }

        if (!request.Done && !index.NoSeeks)
        {
            ReadSeeking(ref request);
        }

        if (!request.Done)
        {
            ReadFromStart(ref request);
        }
    }

    public override bool ReadNext(Span<byte> rgb)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckReadNext(rgb);
        cancel.ThrowIfCancellationRequested();
        if (_next == Info.FrameCount)
        {
            if (_sequential is not null)
            {
                CheckEnd(_sequential);
                _sequential.Dispose();
                _sequential = null;
            }

            return false;
        }

        _sequential ??= programs.StartDecoder(path, null, cancel);
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

    /// <summary>Decodes the whole video once, so that later reads can be checked.</summary>
    private void ReadAllNoting<TSink>(ref FFmpegRequest<TSink> request)
        where TSink : IFrameSink, allows ref struct
    {
        ulong[] checksums = new ulong[index.Frames.Length];
        using ChildProcess process = programs.StartDecoder(path, null, cancel);
        byte[] rented = FrameBuffers.Pool.Rent(Info.FrameBytes);
        try
        {
            Span<byte> frame = rented.AsSpan(0, Info.FrameBytes);
            for (int i = 0; i < checksums.Length; i++)
            {
                ReadExpected(process, frame, i);
                checksums[i] = FFmpegVideoIndex.Checksum(frame);
                request.Offer(i, frame);
            }

            CheckEnd(process);
        }
        finally
        {
            FrameBuffers.Pool.Return(rented);
        }

        index.Checksums = checksums;
        save(index);
    }

    /// <summary>Decodes from the key frame before the first frame wanted. What does not come as it should is left to be read from the start.</summary>
    private void ReadSeeking<TSink>(ref FFmpegRequest<TSink> request)
        where TSink : IFrameSink, allows ref struct
    {
        int key = index.KeyBefore(request.Left[0]);
        if (key == 0)
        {
            return;
        }

        double seconds = index.Frames[key].Time * index.TimeBase;
        if (!ReadSelected(FFmpegSelection.Runs(request.Left), seconds, ref request))
        {
            index.NoSeeks = true;
        }
    }

    private void ReadFromStart<TSink>(ref FFmpegRequest<TSink> request)
        where TSink : IFrameSink, allows ref struct => ReadSelected(FFmpegSelection.Runs(request.Left), null, ref request);

    private bool ReadSelected<TSink>(List<(int First, int Last)> runs, double? seekTo, ref FFmpegRequest<TSink> request)
        where TSink : IFrameSink, allows ref struct
    {
        using ChildProcess process = programs.StartDecoder(path, FFmpegSelection.Of(runs, index, seekTo), cancel);
        byte[] rented = FrameBuffers.Pool.Rent(Info.FrameBytes);
        try
        {
            Span<byte> frame = rented.AsSpan(0, Info.FrameBytes);
            foreach ((int first, int last) in runs)
            {
                for (int i = first; i <= last; i++)
                {
                    if (seekTo is null)
                    {
                        ReadExpected(process, frame, i);
                        CheckUnchanged(frame, i);
                    }
                    else if (!ReadChecked(process, frame, i))
                    {
                        return false;
                    }

                    request.Offer(i, frame);
                }
            }

            return true;
        }
        finally
        {
            FrameBuffers.Pool.Return(rented);
        }
    }

    private bool ReadChecked(ChildProcess process, Span<byte> frame, int number)
    {
        try
        {
            return process.Read(frame) == frame.Length && FFmpegVideoIndex.Checksum(frame) == index.Checksums![number];
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void ReadExpected(ChildProcess process, Span<byte> frame, int number)
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
                $"Cannot read frame {number} of the video '{path}': ffmpeg was ended, {error.Message}. Check the file, or raise the " +
                $"option {nameof(FFmpegVideoClipSourceOptions.FrameTimeout)}.",
                error);
        }

        if (count != frame.Length)
        {
            int exitCode = process.WaitForExit();
            throw new VideoReadException(
                video,
                $"Cannot read frame {number} of the video '{path}': ffmpeg ended with code {exitCode} after {count} of " +
                $"the frame's {frame.Length} bytes, though {Info.FrameCount} frames were counted. It says: '{ErrorText.OfProgram(process.ErrorText().Split('\n'))}'. Check " +
                "whether the file changed; get it again.");
        }
    }

    // A decode from the start is the truth, unless another file came to the same place since the video was opened.
    private void CheckUnchanged(ReadOnlySpan<byte> frame, int number)
    {
        if (index.Checksums is { } checksums && FFmpegVideoIndex.Checksum(frame) != checksums[number] && FileStamp.Of(new FileInfo(path)) != stamp)
        {
            throw new VideoReadException(video, $"The video '{path}' changed while it was read. Open it again.");
        }
    }

    private void CheckEnd(ChildProcess process)
    {
        Span<byte> more = stackalloc byte[1];
        if (process.Read(more) != 0)
        {
            throw new VideoReadException(
                video, $"The video '{path}' gives more frames than the {Info.FrameCount} counted. Check whether the file changed.");
        }
    }

    /// <summary>Copies the frames to their places in one buffer.</summary>
    private readonly ref struct FrameCopies(Span<byte> rgb, VideoInfo info) : IFrameSink
    {
        private readonly Span<byte> _rgb = rgb;

        public int FirstRow => 0;

        public int RowCount => info.Height;

        public void Take(int position, ReadOnlySpan<byte> rows) => rows.CopyTo(_rgb[(position * info.FrameBytes)..]);
    }
}
