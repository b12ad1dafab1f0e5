namespace UcfActionRecognition.Tests.Training;

public sealed class LearningRateScheduleTests
{
    [Test]
    public void Warmup_RisesInEqualStepsToTheFullRate() =>
        Assert.That(Factors(new ConstantSchedule { WarmupEpochs = 1 }), Is.EqualTo(new[] { 0.25, 0.5, 0.75, 1, 1, 1, 1, 1, 1, 1, 1, 1 }));

    [Test]
    public void Step_FallsAfterEveryEpochsEpochs() =>
        Assert.That(
            Factors(new StepSchedule { EveryEpochs = 2, Factor = 0.5, WarmupEpochs = 0.5 }),
            Is.EqualTo(new[] { 0.5, 1, 1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5 }));

    [Test]
    public void Cosine_FallsFromTheFullRateToItsEnd()
    {
        double[] factors = Factors(new CosineSchedule { EndFactor = 0.1 });
        Assert.Multiple(() =>
        {
            Assert.That(factors[0], Is.EqualTo(1));
            Assert.That(factors[6], Is.EqualTo(0.55).Within(1e-12), "half way");
            Assert.That(factors[^1], Is.EqualTo(0.1 + (0.9 * (1 + Math.Cos(Math.PI * 11 / 12)) / 2)).Within(1e-12));
            Assert.That(factors, Is.Ordered.Descending);
        });
    }

    [Test]
    public void Cosine_WithWarmup_BeginsToFallAfterIt()
    {
        double[] factors = Factors(new CosineSchedule { WarmupEpochs = 1 });
        Assert.That(factors.Take(5), Is.EqualTo(new[] { 0.25, 0.5, 0.75, 1, 1 }));
        Assert.That(factors[8], Is.EqualTo(0.5).Within(1e-12), "half of the 8 steps after the warm-up");
    }

    [Test]
    public void Warmup_LongerThanTheTraining_RisesAsFarAsThereAreSteps() =>
        Assert.That(Factors(new CosineSchedule { WarmupEpochs = 100 })[^1], Is.EqualTo(12.0 / 400));

    // 3 epochs of 4 steps.
    private static double[] Factors(LearningRateSchedule schedule) => [.. Enumerable.Range(0, 12).Select(step => schedule.FactorAt(step, 4, 12))];
}
