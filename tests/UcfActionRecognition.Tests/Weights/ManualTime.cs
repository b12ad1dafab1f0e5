namespace UcfActionRecognition.Tests.Weights;

/// <summary>A clock that stands still until a test says so.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];

    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Volatile.Read(ref _now);

    /// <summary>Lets time pass, and the timers run out that are due then.</summary>
    public void Advance(TimeSpan time)
    {
        long now = Interlocked.Add(ref _now, time.Ticks);
        RunOut(timer => timer.Due <= now);
    }

    /// <summary>Lets every timer that runs run out.</summary>
    public void RunOut() => RunOut(_ => true);

    /// <summary>Waits until someone waits.</summary>
    public async Task UntilATimerRunsAsync(CancellationToken stop)
    {
        while (!Timers().Any(timer => timer.IsRunning))
        {
            await Task.Delay(1, stop);
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (_timers)
        {
            _timers.Add(timer);
        }

        return timer;
    }

    private void RunOut(Func<ManualTimer, bool> isDue)
    {
        foreach (ManualTimer timer in Timers().Where(isDue))
        {
            timer.RunOut();
        }
    }

    private ManualTimer[] Timers()
    {
        lock (_timers)
        {
            return [.. _timers];
        }
    }

    private sealed class ManualTimer(ManualTime time, Action callback) : ITimer
    {
        public volatile bool IsRunning;

        public long Due { get; private set; }

        public void RunOut()
        {
            if (IsRunning)
            {
                IsRunning = false;
                callback();
            }
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = time.GetTimestamp() + dueTime.Ticks;
            IsRunning = dueTime != Timeout.InfiniteTimeSpan;
            return true;
        }

        public void Dispose() => IsRunning = false;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
