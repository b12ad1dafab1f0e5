using System.Diagnostics;

namespace UcfActionRecognition.Tests.Evaluation;

[NonParallelizable] // It measures time.
public class GroupBootstrapTests
{
    [Test]
    public void Estimate_OfIndependentVideos_IsTheNormalInterval()
    {
        // 1,000 groups of one video, 700 right: 0.7 +- 1.96 * sqrt(0.7 * 0.3 / 1000).
        var videos = Enumerable.Range(0, 1000).Select(i => ($"g{i:D4}", i < 700 ? 1L : 0)).ToArray();
        ConfidenceInterval interval = GroupBootstrap.Estimate(videos, new BootstrapOptions { Resamples = 20_000 })!.Value;
        Assert.Multiple(() =>
        {
            Assert.That(interval.Low, Is.EqualTo(0.7 - 0.0284).Within(0.002));
            Assert.That(interval.High, Is.EqualTo(0.7 + 0.0284).Within(0.002));
        });
    }

    [Test]
    public void Estimate_OfGroupsThatStandOrFallTogether_IsAsWideAsThatOfOneVideoPerGroup()
    {
        var alone = Enumerable.Range(0, 100).Select(i => ($"g{i:D3}", i < 70 ? 1L : 0)).ToArray();
        var together = alone.SelectMany(video => Enumerable.Repeat(video, 9)).ToArray();
        Assert.That(GroupBootstrap.Estimate(together, new BootstrapOptions()), Is.EqualTo(GroupBootstrap.Estimate(alone, new BootstrapOptions())));
    }

    [Test]
    public void Estimate_IsAFunctionOfTheSeed()
    {
        var videos = Enumerable.Range(0, 997).Select(i => ($"g{i / (3 + (i % 2))}", i % 7 < 3 ? 1L : 0)).ToArray();
        ConfidenceInterval? first = GroupBootstrap.Estimate(videos, new BootstrapOptions { Seed = 3 });
        Assert.Multiple(() =>
        {
            Assert.That(GroupBootstrap.Estimate(videos.Reverse(), new BootstrapOptions { Seed = 3 }), Is.EqualTo(first));
            Assert.That(GroupBootstrap.Estimate(videos, new BootstrapOptions { Seed = 4 }), Is.Not.EqualTo(first));
            Assert.That(GroupBootstrap.Estimate(videos, new BootstrapOptions { Seed = 3, Confidence = 0.5 })!.Value.High, Is.LessThan(first!.Value.High));
        });
    }

    [Test]
    public void Estimate_OfTwoGroups_HasTheQuantilesOfTheDrawsThatThereAre()
    {
        // Draws of two groups: both wrong (1/4), one of each (1/2), both right (1/4).
        var videos = new[] { ("a", 1L), ("b", 0L) };
        ConfidenceInterval? narrow = GroupBootstrap.Estimate(videos, new BootstrapOptions { Confidence = 0.4 });
        ConfidenceInterval? wide = GroupBootstrap.Estimate(videos, new BootstrapOptions { Confidence = 0.6 });
        Assert.That((narrow, wide), Is.EqualTo((new ConfidenceInterval(0.5, 0.5), new ConfidenceInterval(0, 1))));
    }

    [TestCase(0)]
    [TestCase(1)]
    public void Estimate_FewerThanTwoGroups_IsUnknown(int groups) =>
        Assert.That(GroupBootstrap.Estimate(Enumerable.Range(0, 5 * groups).Select(i => ("a", i % 2L)), new BootstrapOptions()), Is.Null);

    [Test]
    public void Estimate_OptionsOutOfRange_NamesThem() => Assert.Multiple(() =>
    {
        Assert.That(() => GroupBootstrap.Estimate([], new BootstrapOptions { Resamples = 99 }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Resamples"));
        Assert.That(() => GroupBootstrap.Estimate([], new BootstrapOptions { Confidence = 1 }), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("Confidence"));
        Assert.That(() => GroupBootstrap.Estimate([], new BootstrapOptions { Confidence = double.NaN }), Throws.TypeOf<ArgumentOutOfRangeException>());
    });

    [Test]
    [Explicit("A measurement: prints how long the statistics of 3,783 videos of 101 classes take.")]
    public void CreateReport_OfAllOfUcf101_PrintsItsTimes()
    {
        const int Count = 101;
        var random = new ClipRandom(1, 0, 0, 0);
        string[] classes = RandomPredictions.Classes(Count);
        LabeledVideo[] videos = [.. Enumerable.Range(0, 3783).Select(i => new LabeledVideo($"v{i}", i % Count, $"{classes[i % Count]}/g{i / Count % 7}"))];
        var rows = Array.ConvertAll(videos, _ => Enumerable.Range(0, Count).Select(_ => -10 * random.NextDouble()).ToArray());
        PredictionSet first = RandomPredictions.Set("first", classes, videos, rows);
        PredictionSet second = RandomPredictions.Set("second", classes, videos, [.. rows.Reverse()]);
        first.CreateReport();
        TimeSpan[] times = [.. Enumerable.Range(0, 3).Select(_ => Time(() => first.CreateReport()))];
        var counts = videos.Select(video => (video.Group, new[] { video.Label % 2L, 1L, 0 })).ToArray();
        TimeSpan bootstrap = Time(() => GroupBootstrap.Estimate(counts, 3, new BootstrapOptions()));
        TimeSpan comparison = Time(() => ModelComparison.Create(first, second));
        TimeSpan fusion = Time(() => ScoreFusion.Fuse([first, second]));
        TimeSpan search = Time(() => ScoreFusion.FindWeight(first, second));
        TestContext.Out.WriteLine(
            $"report {times.Min().TotalMilliseconds:0} ms, of it bootstrap {bootstrap.TotalMilliseconds:0} ms; comparison {comparison.TotalMilliseconds:0} ms, "
            + $"fusion {fusion.TotalMilliseconds:0} ms, search of 21 weights {search.TotalMilliseconds:0} ms");
    }

    private static TimeSpan Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start);
    }
}
