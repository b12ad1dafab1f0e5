namespace UcfActionRecognition;

/// <summary>The same learning rate all along.</summary>
public sealed record ConstantSchedule : LearningRateSchedule
{
    private protected override double AfterWarmup(long step, long stepsPerEpoch, double done) => 1;
}
