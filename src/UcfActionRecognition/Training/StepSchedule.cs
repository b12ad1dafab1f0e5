namespace UcfActionRecognition;

/// <summary>The learning rate is multiplied by a factor every so many epochs.</summary>
public sealed record StepSchedule : LearningRateSchedule
{
    /// <summary>Epochs from one change to the next, counted from the first epoch on, at least 1.</summary>
    public required int EveryEpochs { get; init; }

    /// <summary>What it is multiplied by, above 0. Default: 0.1.</summary>
    public double Factor { get; init; } = 0.1;

    internal override void Validate()
    {
        base.Validate();
        ArgumentOutOfRangeException.ThrowIfLessThan(EveryEpochs, 1);
        OptionCheck.IsNumberAbove(0, Factor);
    }

    private protected override double AfterWarmup(long step, long stepsPerEpoch, double done) => Math.Pow(Factor, step / stepsPerEpoch / EveryEpochs);
}
