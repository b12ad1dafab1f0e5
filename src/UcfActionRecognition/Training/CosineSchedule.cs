namespace UcfActionRecognition;

/// <summary>
/// After the warm-up the learning rate falls along half a cosine, which would reach its end one step after the last (Loshchilov and Hutter, "SGDR", 2017, without restarts). The last
/// step is that of <see cref="TrainerOptions.Epochs"/>, or <see cref="TrainerOptions.MaxSteps"/> where that comes first.
/// </summary>
public sealed record CosineSchedule : LearningRateSchedule
{
    /// <summary>The share of the learning rate that it falls to, 0 to 1. Default: 0.</summary>
    public double EndFactor { get; init; }

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.IsNumberFrom(0, EndFactor);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(EndFactor, 1);
    }

    private protected override double AfterWarmup(long step, long stepsPerEpoch, double done) =>
        EndFactor + ((1 - EndFactor) * (1 + Math.Cos(Math.PI * done)) / 2);
}
