namespace UcfActionRecognition;

/// <summary>
/// Gives a transfer up for which too little comes. Time is measured in windows of waiting: one ends, and the next begins, when enough has come.
/// What is done between two waits, writing to a slow disk for one, does not count.
/// </summary>
internal sealed class StallWatch : IDisposable
{
    private readonly DownloadOptions _options;
    private readonly CancellationTokenSource _stall;
    private readonly CancellationTokenSource _either;
    private TimeSpan _left;
    private long _waitingSince;
    private long _bytes;

    /// <summary>Begins to wait at once.</summary>
    public StallWatch(DownloadOptions options, CancellationToken cancel)
    {
        _options = options;
        _left = options.StallTimeout;
        _waitingSince = options.Time.GetTimestamp();
        _stall = new CancellationTokenSource(_left, options.Time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _stall.Token);
    }

    /// <summary>Cancelled by a stall, and by whoever cancels the transfer.</summary>
    public CancellationToken Token => _either.Token;

    public bool HasStalled => _stall.IsCancellationRequested;

    /// <summary>What stalled, in words.</summary>
    public string Description
    {
        get
        {
            string seconds = FormattableString.Invariant($"{_options.StallTimeout.TotalSeconds} seconds");
            return _bytes == 0 ? $"nothing came for {seconds}" : $"only {KnownWeights.Count(_bytes)} bytes came in {seconds}";
        }
    }

    /// <summary>Goes on with the window.</summary>
    public void Resume()
    {
        if (_left <= TimeSpan.Zero)
        {
            _stall.Cancel();
            return;
        }

        _waitingSince = _options.Time.GetTimestamp();
        _stall.CancelAfter(_left);
    }

    /// <summary>Ends a wait, in which so many bytes came.</summary>
    public void Pause(int bytes)
    {
        _stall.CancelAfter(Timeout.InfiniteTimeSpan);
        _left -= _options.Time.GetElapsedTime(_waitingSince);
        _bytes += bytes;
        if (_bytes >= _options.StallBytes)
        {
            BeginWindow();
        }
    }

    /// <summary>Begins a new window, while nothing is waited for.</summary>
    public void BeginWindow()
    {
        _left = _options.StallTimeout;
        _bytes = 0;
    }

    public void Dispose()
    {
        _either.Dispose();
        _stall.Dispose();
    }
}
