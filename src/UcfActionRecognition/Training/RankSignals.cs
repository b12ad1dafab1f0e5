namespace UcfActionRecognition;

/// <summary>What a process of a training tells the others when they meet; together, what one or more of them told.</summary>
internal readonly record struct RankSignals
{
    public bool IsFailed { get; init; }

    public bool IsCancelled { get; init; }

    /// <summary>Whether a callback ends the training.</summary>
    public bool IsStopped { get; init; }

    /// <summary>Whether the time of the training is over.</summary>
    public bool IsTimeOver { get; init; }

    /// <summary>Reads what was added up.</summary>
    public static RankSignals From(ReadOnlySpan<double> sums) => new()
    {
        IsFailed = sums[0] > 0,
        IsCancelled = sums[1] > 0,
        IsStopped = sums[2] > 0,
        IsTimeOver = sums[3] > 0,
    };

    public void CopyTo(Span<double> terms)
    {
        terms[0] = IsFailed ? 1 : 0;
        terms[1] = IsCancelled ? 1 : 0;
        terms[2] = IsStopped ? 1 : 0;
        terms[3] = IsTimeOver ? 1 : 0;
    }
}
