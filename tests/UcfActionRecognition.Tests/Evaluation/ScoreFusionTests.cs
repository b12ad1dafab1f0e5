namespace UcfActionRecognition.Tests.Evaluation;

public class ScoreFusionTests
{
    private static readonly string[] Classes = ["A", "B"];
    private static readonly LabeledVideo[] Videos = [.. Enumerable.Range(0, 6).Select(i => new LabeledVideo($"v{i}", i % 2, $"g{i / 2}"))];

    [Test]
    public void Fuse_DoesNotCountAModelForLessWhoseFramesDisagree()
    {
        // A mean over frames of log-probabilities does not sum to 1: this model is as sure as the other, and only lies lower.
        PredictionSet sure = Set("sure", [Math.Log(0.8), Math.Log(0.2)]);
        PredictionSet torn = Set("torn", [Math.Log(0.2) - 5, Math.Log(0.8) - 5]);
        PredictionSet fused = ScoreFusion.Fuse([sure, torn], new ScoreFusionOptions { Rule = FusionRule.Probabilities });
        Assert.That(fused.Scores[0].LogProbabilities.Select(Math.Exp), Is.EqualTo(new[] { 0.5, 0.5 }).Within(1e-12));
    }

    [Test]
    public void Fuse_ByEitherRule_CanDecideOtherwise()
    {
        // One model all but excludes A: the product follows it, the sum does not.
        PredictionSet[] sets = [Set("a", [Math.Log(0.9), Math.Log(0.1)]), Set("b", [Math.Log(0.001), Math.Log(0.999)]), Set("c", [Math.Log(0.9), Math.Log(0.1)])];
        Assert.Multiple(() =>
        {
            Assert.That(ScoreFusion.Fuse(sets).Scores[0].Predicted, Is.EqualTo(1));
            Assert.That(ScoreFusion.Fuse(sets, new ScoreFusionOptions { Rule = FusionRule.Probabilities }).Scores[0].Predicted, Is.Zero);
        });
    }

    [Test]
    public void Fuse_ScoresBelowTheSmallestDouble_StayFinite([Values] FusionRule rule)
    {
        PredictionSet fused = ScoreFusion.Fuse([Set("a", [0, -5000]), Set("b", [-1, -9000])], new ScoreFusionOptions { Rule = rule, Weights = [0, 1] });
        Assert.That(fused.Scores[0].LogProbabilities, Is.EqualTo(new[] { 0.0, -8999 }).Within(1e-9));
    }

    [Test]
    public void Fuse_SaysWhatItIsMadeOf()
    {
        PredictionSet fused = ScoreFusion.Fuse(
            [Set("space", [0, -1]) with { Data = "UCF-101 split 1" }, Set("time", [0, -1])], new ScoreFusionOptions { Name = "both", Weights = [1, 3] });
        Assert.Multiple(() =>
        {
            Assert.That(fused.Name, Is.EqualTo("both"));
            Assert.That(fused.ModelHash, Is.EqualTo("LogProbabilities(0.25 * space + 0.75 * time)"));
            Assert.That(fused.Kind, Is.EqualTo(PredictionKind.FusedLogProbabilities));
            Assert.That(fused.Data, Is.EqualTo("UCF-101 split 1"));
        });
    }

    [TestCase(new[] { 1.0 })]
    [TestCase(new[] { 0.0, 0 })]
    [TestCase(new[] { 2.0, -1 })]
    [TestCase(new[] { double.NaN, 1 })]
    [TestCase(new[] { double.PositiveInfinity, 1 })]
    public void Fuse_WeightsThatAreNone_Throws(double[] weights) => Assert.That(
        () => ScoreFusion.Fuse([Set("a", [0, -1]), Set("b", [0, -1])], new ScoreFusionOptions { Weights = weights }),
        Throws.ArgumentException.With.Message.Contains("expected 2, one for each set"));

    [Test]
    public void Fuse_SetsThatDiffer_NamesTheDifferences() => Assert.Multiple(() =>
    {
        PredictionSet first = Set("first", [0, -1]) with { Data = "UCF-101 split 1" };
        AssertRefused(first, first with { Name = "other", Data = "UCF-101 split 2" }, "trained on other data, 'UCF-101 split 1' and 'UCF-101 split 2'");
        PredictionSet unknown = first with { Name = "unknown", Data = null };
        Assert.That(
            () => ScoreFusion.Fuse([unknown, first, first with { Name = "other", Data = "UCF-101 split 2" }]),
            Throws.TypeOf<PredictionsException>().With.Message.Contains("The models of 'first' and 'other' were trained on other data"));
        AssertRefused(first, Of("other", ["A", "C"], Videos), "the classes differ (2 and 2; only the first has 'B', only the second 'C')");
        AssertRefused(first, Of("other", ["B", "A"], Videos), "the classes are in another order (class 0 is 'A' and 'B')");
        AssertRefused(first, Of("other", Classes, Videos[1..]), "the videos differ (6 and 5; only the first has 'v0', only the second none)");
        AssertRefused(first, Of("other", Classes, [Videos[0] with { Label = 1 }, .. Videos[1..]]), "'v0' has the label 0 and group 'g0', and the label 1 and group 'g0'");
    });

    [Test]
    public void Fuse_Nothing_Throws() => Assert.That(() => ScoreFusion.Fuse([]), Throws.ArgumentException.With.Message.Contains("nothing to combine"));

    [Test]
    public void FindWeight_TriesTheWholeGrid()
    {
        // The first model is right with weight on it, the second is wrong everywhere: right where w * 1 > (1 - w) * 3.
        PredictionSet right = SetOf("right", video => video.Label == 0 ? [0, -1] : [-1, 0]);
        PredictionSet wrong = SetOf("wrong", video => video.Label == 0 ? [-3, 0] : [0, -3]);
        FusionWeightSearch search = ScoreFusion.FindWeight(right, wrong, steps: 10);
        Assert.Multiple(() =>
        {
            Assert.That(search.Weight, Is.EqualTo(0.8), "0.75 is a tie, and the closest to equal of the good ones wins");
            Assert.That(search.Weights, Is.EqualTo(new[] { 0.8, 0.2 }).Within(1e-15));
            Assert.That(search.Curve.Select(point => point.Weight), Is.EqualTo(Enumerable.Range(0, 11).Select(i => i / 10.0)).Within(1e-15));
            Assert.That(search.Curve.Select(point => point.Top1.Correct), Is.EqualTo(new long[] { 0, 0, 0, 0, 0, 0, 0, 0, 6, 6, 6 }));
            Assert.That(search.Curve.Select(point => point.Top1.Total), Is.All.EqualTo(6));
        });
    }

    [TestCase(20, 0.5)]
    [TestCase(5, 0.4, Description = "0.4 and 0.6 are as close: the lower one")]
    public void FindWeight_AllEqual_TakesTheWeightClosestToEqual(int steps, double weight) =>
        Assert.That(ScoreFusion.FindWeight(Set("a", [0, -1]), Set("b", [0, -1]), steps: steps).Weight, Is.EqualTo(weight));

    [Test]
    public void FindWeight_CountsVideosWithoutAPredictionAsWrong()
    {
        PredictionSet first = PredictionSet.Create("a", Classes, Videos, Videos[..2].Select(video => new VideoScore(video, [0, -1], 1)));
        Assert.That(ScoreFusion.FindWeight(first, Set("b", [0, -1])).Curve[0].Top1, Is.EqualTo(new Accuracy(1, 6)));
    }

    [Test]
    public void Fuse_WithASearch_RefusesWhatItWasNotMadeFor()
    {
        (PredictionSet first, PredictionSet second) = (Set("a", [0, -1]), Set("b", [0, -1]));
        FusionWeightSearch search = ScoreFusion.FindWeight(first, second);
        LabeledVideo[] others = [.. Videos.Select(video => video with { Name = "x" + video.Name, Group = "x" + video.Group })];
        PredictionSet[] test = [Of("a", Classes, others), Of("b", Classes, others)];
        Assert.Multiple(() =>
        {
            Assert.That(ScoreFusion.Fuse(test, new ScoreFusionOptions { Search = search }).ModelHash, Does.Contain("0.5 * a"));
            AssertSearchRefused(search, [first, second], default, "searched on groups that are now scored: 'g0', 'g1', 'g2'");
            AssertSearchRefused(search, [test[1], test[0]], default, "searched for the models a and b; the sets are of b and a");
            AssertSearchRefused(search, test, FusionRule.Probabilities, "searched for the rule LogProbabilities");
        });
    }

    private static void AssertSearchRefused(FusionWeightSearch search, PredictionSet[] sets, FusionRule rule, string message) => Assert.That(
        () => ScoreFusion.Fuse(sets, new ScoreFusionOptions { Search = search, Rule = rule }), Throws.TypeOf<PredictionsException>().With.Message.Contains(message));

    private static void AssertRefused(PredictionSet first, PredictionSet other, string message)
    {
        Assert.That(() => ScoreFusion.Fuse([first, other]), Throws.TypeOf<PredictionsException>().With.Message.Contains(message));
        Assert.That(() => ScoreFusion.FindWeight(first, other), Throws.TypeOf<PredictionsException>().With.Message.Contains(message));
        Assert.That(() => ModelComparison.Create(first, other), Throws.TypeOf<PredictionsException>().With.Message.Contains(message));
    }

    private static PredictionSet Set(string name, double[] row) => SetOf(name, _ => row);

    private static PredictionSet SetOf(string name, Func<LabeledVideo, double[]> row) =>
        RandomPredictions.Set(name, Classes, Videos, [.. Videos.Select(row)]);

    private static PredictionSet Of(string name, string[] classes, LabeledVideo[] videos) =>
        RandomPredictions.Set(name, classes, videos, [.. videos.Select(_ => new double[] { 0, -1 })]);
}
