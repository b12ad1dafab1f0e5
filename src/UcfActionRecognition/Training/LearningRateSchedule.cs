using System.Text.Json.Serialization;

namespace UcfActionRecognition;

/// <summary>
/// How the learning rate changes with the steps: <see cref="ConstantSchedule"/>, <see cref="StepSchedule"/> or <see cref="CosineSchedule"/>, each after an
/// optional warm-up. It is computed from the step's number alone, so a resumed training goes on with the same rates.
/// </summary>
[JsonDerivedType(typeof(ConstantSchedule), "constant")]
[JsonDerivedType(typeof(StepSchedule), "step")]
[JsonDerivedType(typeof(CosineSchedule), "cosine")]
public abstract record LearningRateSchedule
{
    private protected LearningRateSchedule()
    {
    }

    /// <summary>
    /// Epochs, or parts of one, over which the learning rate rises in equal steps to its full value (Goyal et al., "Accurate, large minibatch SGD", 2017), 0 or
    /// more. The first of n steps has 1/n of it. Default: 0, no warm-up.
    /// </summary>
    public double WarmupEpochs { get; init; }

    /// <summary>What the learning rate is multiplied by.</summary>
    /// <param name="step">Zero-based number of the step.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    /// <param name="totalSteps">Steps of the whole training.</param>
    internal double FactorAt(long step, long stepsPerEpoch, long totalSteps)
    {
        long warmup = (long)Math.Round(WarmupEpochs * stepsPerEpoch);
        return step < warmup
            ? (step + 1.0) / warmup
            : AfterWarmup(step, stepsPerEpoch, (double)(step - warmup) / Math.Max(totalSteps - warmup, 1));
    }

    internal virtual void Validate() => OptionCheck.IsNumberFrom(0, WarmupEpochs);

    /// <param name="step">Zero-based number of the step.</param>
    /// <param name="stepsPerEpoch">Steps of an epoch.</param>
    /// <param name="done">The share of the steps after the warm-up that is done, 0 to below 1.</param>
    private protected abstract double AfterWarmup(long step, long stepsPerEpoch, double done);
}
