namespace UcfActionRecognition.Tests.Evaluation;

public class ModelComparisonTests
{
    private static readonly string[] Classes = ["Still", "Moving", "Either"];

    [Test]
    public void Create_TellsWhichClassIsToldBySpaceAndWhichByTime()
    {
        LabeledVideo[] videos = [.. Enumerable.Range(0, 12).Select(i => new LabeledVideo($"v{i}", i / 4, $"g{i / 2}"))];

        // The first model knows all Still, the second all Moving; of Either both know the first half.
        PredictionSet space = Predicting("space", videos, [0, 0, 0, 0, 0, 0, 0, 1, 2, 2, 0, 0]);
        PredictionSet time = Predicting("time", videos, [0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 1, 0]);
        ModelComparison comparison = ModelComparison.Create(space, time);
        Assert.Multiple(() =>
        {
            Assert.That(comparison.PerClass.Select(entry => (entry.Class, entry.First.Correct, entry.Second.Correct, entry.Difference)),
                Is.EqualTo(new[] { ("Still", 4L, 1L, -0.75), ("Either", 2L, 2L, 0.0), ("Moving", 1L, 4L, 0.75) }));
            Assert.That(comparison.PerClass[0].OnlyFirst.Select(video => video.Video.Name), Is.EqualTo(new[] { "v1", "v2", "v3" }));
            Assert.That(comparison.PerClass[2].OnlySecond, Is.EqualTo(videos[4..7].Select(video => new ComparedVideo(video, 0, 1))));
            Assert.That(comparison.Agreement, Is.EqualTo(new Accuracy(5, 12)));
            Assert.That(comparison.Oracle, Is.EqualTo(new Accuracy(10, 12)));
            Assert.That(comparison.McNemar, Is.EqualTo(new McNemarTest(3, 3, 1)));
            Assert.That(comparison.Difference, Is.Zero);
            Assert.That(comparison.DifferenceInterval!.Value.Low, Is.Negative);
            Assert.That(comparison.DifferenceInterval!.Value.High, Is.Positive);
            Assert.That(comparison.Neither.Select(video => video.Video.Name), Is.EqualTo(new[] { "v10", "v11" }));
        });
    }

    [Test]
    public void Create_AVideoWithoutAPrediction_IsWrongAndAgreesWithNothing()
    {
        LabeledVideo[] videos = [new("v0", 0, "g0"), new("v1", 1, "g1")];
        PredictionSet all = Predicting("all", videos, [0, 1]);
        PredictionSet one = PredictionSet.Create("one", Classes, videos, all.Scores.Take(1));
        ModelComparison comparison = ModelComparison.Create(all, one);
        Assert.Multiple(() =>
        {
            Assert.That(comparison.OnlyFirst, Is.EqualTo(new[] { new ComparedVideo(videos[1], 1, null) }));
            Assert.That(comparison.Agreement, Is.EqualTo(new Accuracy(1, 1)));
            Assert.That(comparison.Difference, Is.EqualTo(-0.5));
        });
    }

    [Test]
    public void Create_VideosInAnotherOrder_AreTheSameVideos()
    {
        LabeledVideo[] videos = [new("v0", 0, "g0"), new("v1", 1, "g1")];
        ModelComparison comparison = ModelComparison.Create(Predicting("a", videos, [0, 1]), Predicting("b", [.. videos.Reverse()], [1, 0]));
        Assert.That(comparison.Oracle.Correct + comparison.Agreement.Correct, Is.EqualTo(4));
    }

    private static PredictionSet Predicting(string name, LabeledVideo[] videos, int[] labels) => RandomPredictions.Set(
        name, Classes, videos, [.. labels.Select(label => Enumerable.Range(0, Classes.Length).Select(i => i == label ? 0.0 : -1).ToArray())]);
}
