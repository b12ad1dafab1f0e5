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

    /// <summary>Gives back a decoder; one that did not give what it should is ended.</summary>
    public void Return(FFmpegPacketHead head, FrameSize size, FFmpegPacketDecoder decoder, bool good)
    {
        FFmpegPacketDecoder? surplus = decoder;
        lock (_idle)
        {
            _succeeded |= good;
            _failures += good ? 0 : 1;
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

                _timer ??= new Timer(_ => EndIdle());
                _timer.Change(MostIdle, Timeout.InfiniteTimeSpan);
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
            if (_idle.Count > 0)
            {
                _timer!.Change(MostIdle, Timeout.InfiniteTimeSpan);
            }
        }

        Array.ForEach(decoders, decoder => decoder.Dispose());
    }
}
