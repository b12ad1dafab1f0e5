using CsCheck;

namespace UcfActionRecognition.Tests.Evaluation;

/// <summary>The report's numbers against plain computations of their definitions, on random predictions with many ties.</summary>
public class ReportPropertyTests
{
    [Test]
    public void TopK_IsTheShareOfTrueClassesAmongTheFirstKOfAStableSort() =>
        RandomPredictions.Sets(1).Sample(sets =>
        {
            ClassificationReport report = sets[0].CreateReport();
            Assert.That(
                new[] { report.Accuracy.Top1, report.Accuracy.Top5, report.Accuracy.Top10 },
                Is.EqualTo(new[] { 1, 5, 10 }.Select(k => TopK(sets[0], k))));
        });

    [Test]
    public void PerClassAndMacro_AreMeansOverTheClassesThatHaveVideos() =>
        RandomPredictions.Sets(1).Sample(sets =>
        {
            PredictionSet set = sets[0];
            ClassificationReport report = set.CreateReport();
            var shares = new List<double>();
            foreach (string name in set.Classes)
            {
                LabeledVideo[] videos = [.. set.Videos.Where(video => set.Classes[video.Label] == name)];
                int right = videos.Count(video => First(set, video) == video.Label);
                ClassAccuracy? entry = report.PerClass.SingleOrDefault(entry => entry.Class == name);
                Assert.That(entry?.Top1, videos.Length == 0 ? Is.Null : Is.EqualTo(new Accuracy(right, videos.Length)));
                Assert.That(report.EmptyClasses.Contains(name), Is.EqualTo(videos.Length == 0));
                if (videos.Length > 0)
                {
                    shares.Add((double)right / videos.Length);
                }
            }

            Assert.That(report.MacroAccuracy, Is.EqualTo(shares.Sum() / shares.Count).Within(1e-12));
        });

    [Test]
    public void BestAndWorstClasses_NeverHaveABetterOrWorseOneLeftOut() =>
        RandomPredictions.Sets(1).Sample(sets =>
        {
            ClassificationReport report = sets[0].CreateReport();
            double[] shares = [.. report.PerClass.Select(entry => entry.Top1.Value).Order()];
            Assert.That(report.WorstClasses(3).Select(entry => entry.Top1.Value), Is.EqualTo(shares.Take(3)));
            Assert.That(report.BestClasses(3).Select(entry => entry.Top1.Value), Is.EqualTo(shares.Reverse().Take(3)));
            Assert.That(report.BestClasses(1000), Has.Count.EqualTo(shares.Length));
        });

    [Test]
    public void MostConfused_IsTheSortedListOfAllOffDiagonalElements() =>
        RandomPredictions.Sets(1).Sample(sets =>
        {
            PredictionSet set = sets[0];
            IEnumerable<ConfusedPair> pairs =
                from actual in Enumerable.Range(0, set.Classes.Count)
                let row = set.Scores.Where(score => score.Video.Label == actual).Select(score => First(set, score.Video)!.Value).ToArray()
                from predicted in Enumerable.Range(0, set.Classes.Count)
                let count = row.Count(label => label == predicted)
                where predicted != actual && count > 0
                select new ConfusedPair(set.Classes[actual], set.Classes[predicted], (double)count / row.Length, count);
            ConfusedPair[] expected = [.. pairs.OrderBy(pair => pair.Actual, StringComparer.Ordinal).ThenBy(pair => pair.Predicted, StringComparer.Ordinal)
                .OrderByDescending(pair => pair.Count).OrderByDescending(pair => pair.Share)];
            Assert.That(set.CreateReport().MostConfused(10), Is.EqualTo(expected.Take(10)));
        });

    [Test]
    public void Report_DoesNotDependOnTheOrderOfTheVideos() =>
        RandomPredictions.Sets(1).Sample(sets =>
        {
            PredictionSet turned = PredictionSet.Create("turned", sets[0].Classes, [.. sets[0].Videos.Reverse()], sets[0].Scores);
            ClassificationReport report = sets[0].CreateReport();
            ClassificationReport other = turned.CreateReport();
            Assert.That(other.Accuracy, Is.EqualTo(report.Accuracy));
            Assert.That(other.Intervals, Is.EqualTo(report.Intervals));
            Assert.That(other.PerClass, Is.EqualTo(report.PerClass));
            Assert.That(other.MostConfused(), Is.EqualTo(report.MostConfused()));
        });

    [Test]
    public void Comparison_CountsWhatEachModelSaysVideoByVideo() =>
        RandomPredictions.Sets(2).Sample(sets =>
        {
            (PredictionSet first, PredictionSet second) = (sets[0], sets[1]);
            ModelComparison comparison = ModelComparison.Create(first, second);
            (LabeledVideo Video, int? A, int? B)[] videos = [.. first.Videos.Select(video => (video, First(first, video), First(second, video)))];
            int onlyFirst = videos.Count(v => v.A == v.Video.Label && v.B != v.Video.Label);
            int onlySecond = videos.Count(v => v.A != v.Video.Label && v.B == v.Video.Label);
            Assert.Multiple(() =>
            {
                Assert.That(comparison.Agreement, Is.EqualTo(new Accuracy(videos.Count(v => v.A == v.B && v.A is not null), videos.Count(v => v.A is not null && v.B is not null))));
                Assert.That(comparison.Oracle, Is.EqualTo(new Accuracy(videos.Count(v => v.A == v.Video.Label || v.B == v.Video.Label), videos.Length)));
                Assert.That((comparison.McNemar.OnlyFirst, comparison.McNemar.OnlySecond), Is.EqualTo((onlyFirst, onlySecond)));
                Assert.That(comparison.Difference, Is.EqualTo(TopK(second, 1).Value - TopK(first, 1).Value).Within(1e-12));
                Assert.That(comparison.PerClass.Select(entry => entry.Difference), Is.Ordered);
                Assert.That(comparison.PerClass.Sum(entry => entry.OnlyFirst.Count), Is.EqualTo(onlyFirst));
                Assert.That(comparison.PerClass.Sum(entry => entry.OnlySecond.Count), Is.EqualTo(onlySecond));
                Assert.That(comparison.Neither.Select(video => video.Video), Is.EqualTo(videos.Where(v => v.A != v.Video.Label && v.B != v.Video.Label).Select(v => v.Video)));
            });
        });

    [Test]
    public void Fuse_IsTheWeightedMeanOfTheModelsOwnProbabilities() =>
        Gen.Select(RandomPredictions.Sets(3), Gen.Int[0, 4].Array[3].Where(weights => weights.Sum() > 0), Gen.Enum<FusionRule>()).Sample((sets, weights, rule) =>
        {
            PredictionSet fused = ScoreFusion.Fuse(sets, new ScoreFusionOptions { Rule = rule, Weights = [.. weights.Select(weight => (double)weight)] });
            foreach (LabeledVideo video in sets[0].Videos)
            {
                VideoScore?[] scores = [.. sets.Select(set => set.Scores.SingleOrDefault(score => score.Video == video))];
                VideoScore? found = fused.Scores.SingleOrDefault(score => score.Video == video);
                Assert.That(found is null, Is.EqualTo(scores.Contains(null)));
                if (found is null)
                {
                    Assert.That(fused.Failures.Any(failure => failure.Video == video.Name));
                    continue;
                }

                Assert.That(found.LogProbabilities.Select(Math.Exp), Is.EqualTo(PlainFusion(scores!, weights, rule)).Within(1e-12));
            }
        });

    private static double[] PlainFusion(VideoScore[] scores, int[] weights, FusionRule rule)
    {
        double[][] probabilities = [.. scores.Select(score => Normalized([.. score.LogProbabilities.Select(Math.Exp)]))];
        double sum = weights.Sum();
        return Normalized([.. Enumerable.Range(0, probabilities[0].Length).Select(label => rule == FusionRule.Probabilities
            ? weights.Select((weight, model) => weight / sum * probabilities[model][label]).Sum()
            : weights.Select((weight, model) => Math.Pow(probabilities[model][label], weight / sum)).Aggregate((a, b) => a * b))]);
    }

    private static double[] Normalized(double[] values) => [.. values.Select(value => value / values.Sum())];

    private static Accuracy TopK(PredictionSet set, int k) =>
        new(set.Videos.Count(video => Sorted(set, video)?.Take(k).Contains(video.Label) == true), set.Videos.Count);

    private static int? First(PredictionSet set, LabeledVideo video) => Sorted(set, video)?.First();

    // LINQ's sort is stable: of equal scores the lower label comes first.
    private static IEnumerable<int>? Sorted(PredictionSet set, LabeledVideo video) =>
        set.Scores.SingleOrDefault(score => score.Video == video) is { } score
            ? Enumerable.Range(0, set.Classes.Count).OrderByDescending(label => score.LogProbabilities[label])
            : null;
}
