namespace UcfActionRecognition;

/// <summary>How confidence intervals are estimated: by drawing groups of videos with replacement, again and again.</summary>
/// <remarks>
/// Clips of one group are cut from one recording and stand or fall together, so groups are drawn, not videos (cluster bootstrap, percentile
/// interval: Davison and Hinkley, "Bootstrap Methods and their Application", 1997, sections 3.8 and 5.3).
/// </remarks>
public sealed record BootstrapOptions
{
    /// <summary>How often all groups are drawn anew, at least 100. Default: 2,000.</summary>
    public int Resamples { get; init; } = 2000;

    /// <summary>The confidence of the interval, above 0 and below 1. Default: 0.95.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Seed of the draws: the same seed gives the same interval. Default: 0.</summary>
    public long Seed { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Resamples, 100);
        if (!(Confidence > 0 && Confidence < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Confidence), Confidence, "The confidence lies above 0 and below 1.");
        }
    }
}
