namespace UcfActionRecognition.Tests.Weights;

/// <summary>A clock whose timers run out when a test says so, and never else.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];

    /// <summary>Lets every timer that runs run out.</summary>
    public void RunOut()
    {
        ManualTimer[] running;
        lock (_timers)
        {
            running = [.. _timers];
        }

        foreach (ManualTimer timer in running)
        {
            timer.RunOut();
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(() => callback(state)) { IsRunning = dueTime != Timeout.InfiniteTimeSpan };
        lock (_timers)
        {
            _timers.Add(timer);
        }

        return timer;
    }

    private sealed class ManualTimer(Action callback) : ITimer
    {
        public volatile bool IsRunning;

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
