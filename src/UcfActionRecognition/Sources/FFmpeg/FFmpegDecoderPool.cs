namespace UcfActionRecognition;

/// <summary>Packet decoders that wait for work, by the streams they can take. Safe for concurrent use.</summary>
internal sealed class FFmpegDecoderPool(FFmpegPrograms programs, TimeSpan frameTimeout) : IDisposable
{
    // A request that hangs costs this long once, and is then read in another way.
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MostIdle = TimeSpan.FromSeconds(30);
    private static readonly int MostDecoders = Math.Max(8, 2 * Environment.ProcessorCount);
    private const int MostFailures = 3;

    private readonly List<(FFmpegPacketHead Head, FrameSize Size, FFmpegPacketDecoder Decoder)> _idle = []; // longest idle first
    private Timer? _timer;
    private bool _timing;
    private int _failures;
    private bool _succeeded;
    private bool _disposed;

    /// <summary>This ffmpeg gives no frames this way: several videos failed, and none was read.</summary>
    public bool Disabled
    {
        get
        {
            lock (_idle)
            {
                return _disposed || (!_succeeded && _failures >= MostFailures);
            }
        }
    }

    /// <summary>A decoder for streams with this head and size, new or used.</summary>
    public FFmpegPacketDecoder Take(FFmpegPacketHead head, FrameSize size)
    {
        lock (_idle)
        {
            int found = _idle.FindLastIndex(entry => entry.Size == size && entry.Head == head);
            if (found >= 0)
            {
                FFmpegPacketDecoder decoder = _idle[found].Decoder;
                _idle.RemoveAt(found);
                return decoder;
            }
        }

        return new FFmpegPacketDecoder(programs, head, size, frameTimeout < MostWait ? frameTimeout : MostWait);
    }

    /// <summary>Gives back a decoder.</summary>
    /// <param name="head">As it was taken.</param>
    /// <param name="size">Likewise.</param>
    /// <param name="decoder">The decoder.</param>
    /// <param name="good">It gave what it should and can take more; otherwise it is ended.</param>
    /// <param name="wrong">It gave wrong frames or none, and not because it was told to stop.</param>
    public void Return(FFmpegPacketHead head, FrameSize size, FFmpegPacketDecoder decoder, bool good, bool wrong)
    {
        FFmpegPacketDecoder? surplus = decoder;
        lock (_idle)
        {
            _succeeded |= good;
            _failures += wrong ? 1 : 0;
            if (good && !_disposed)
            {
                decoder.IdleSince = Environment.TickCount64;
                _idle.Add((head, size, decoder));
                surplus = null;
                if (_idle.Count > MostDecoders)
                {
                    surplus = _idle[0].Decoder;
                    _idle.RemoveAt(0);
                }

                StartTimer();
            }
        }

        surplus?.Dispose();
    }

    public void Dispose()
    {
        FFmpegPacketDecoder[] decoders;
        lock (_idle)
        {
            _disposed = true;
            decoders = [.. _idle.Select(entry => entry.Decoder)];
            _idle.Clear();
            _timer?.Dispose();
        }

        Array.ForEach(decoders, decoder => decoder.Dispose());
    }

    // Processes must not stay for ever beside a source that nobody disposes.
    private void EndIdle()
    {
        FFmpegPacketDecoder[] decoders;
        lock (_idle)
        {
            long since = Environment.TickCount64 - (long)MostIdle.TotalMilliseconds;
            decoders = [.. _idle.Where(entry => entry.Decoder.IdleSince <= since).Select(entry => entry.Decoder)];
            _idle.RemoveAll(entry => decoders.Contains(entry.Decoder));
            _timing = false;
            if (_idle.Count > 0)
            {
                StartTimer();
            }
        }

        Array.ForEach(decoders, decoder => decoder.Dispose());
    }

    private void StartTimer()
    {
        if (!_timing)
        {
            _timing = true;
            _timer ??= new Timer(_ => EndIdle());
            _timer.Change(MostIdle, Timeout.InfiniteTimeSpan);
        }
    }
}
