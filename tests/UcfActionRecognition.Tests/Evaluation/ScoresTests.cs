namespace UcfActionRecognition.Tests.Evaluation;

public class ScoresTests
{
    [Test]
    public void AddLogSoftmax_HugeLogits_DoesNotOverflow()
    {
        var sum = new double[3];
        Scores.AddLogSoftmax([1000f, 999f, -1000f], sum);
        double logSum = Math.Log(1 + Math.Exp(-1));
        Assert.That(sum, Is.EqualTo(new[] { -logSum, -1 - logSum, -2000 - logSum }).Within(1e-12));
    }

    [Test]
    public void AddLogSoftmax_Twice_AddsUp()
    {
        var sum = new double[2];
        Scores.AddLogSoftmax([0f, 0f], sum);
        Scores.AddLogSoftmax([0f, 0f], sum);
        Assert.That(sum, Is.EqualTo(new[] { 2 * Math.Log(0.5), 2 * Math.Log(0.5) }).Within(1e-15));
    }

    [TestCase(new[] { 0.1f, 0.7f, 0.2f }, 1, 0)]
    [TestCase(new[] { 0.1f, 0.7f, 0.2f }, 0, 2)]
    [TestCase(new[] { 0.5f, 0.5f, 0.5f }, 0, 0)]
    [TestCase(new[] { 0.5f, 0.5f, 0.5f }, 2, 2)]
    [TestCase(new[] { float.NaN, 0.5f, 0.1f }, 0, int.MaxValue)]
    public void Rank_CountsTheBetterClasses(float[] scores, int label, int rank) =>
        Assert.That(Scores.Rank<float>(scores, label), Is.EqualTo(rank));

    [Test]
    public void Best_TakesTheFirstOfEqualsAndNoNaN() => Assert.Multiple(() =>
    {
        Assert.That(Scores.Best([0.2, 0.4, 0.4]), Is.EqualTo(1));
        Assert.That(Scores.Best([double.NaN, -5, -7]), Is.EqualTo(1));
    });
}
