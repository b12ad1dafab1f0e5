namespace UcfActionRecognition.Tests.Evaluation;

public class ClassificationReportTests
{
    private static readonly string[] Classes = [.. Enumerable.Range(0, 12).Select(i => $"Class{i:D2}")];

    [Test]
    public void Create_CountsVideosAndUnreadableOnesAsWrong()
    {
        // Ranks of the true class: 0, 4, 9, 11; and one video that could not be read.
        var report = ClassificationReport.Create(Classes, [Score(0, 0), Score(1, 4), Score(1, 9), Score(2, 11)], [new LabeledVideo("x", 0, "g")]);
        Assert.Multiple(() =>
        {
            Assert.That(report.Accuracy.Top1, Is.EqualTo(new Accuracy(1, 5)));
            Assert.That(report.Accuracy.Top5, Is.EqualTo(new Accuracy(2, 5)));
            Assert.That(report.Accuracy.Top10, Is.EqualTo(new Accuracy(3, 5)));
            Assert.That(report.PerClass, Is.EqualTo(new[]
            {
                new ClassAccuracy("Class01", new Accuracy(0, 2)),
                new ClassAccuracy("Class02", new Accuracy(0, 1)),
                new ClassAccuracy("Class00", new Accuracy(1, 2)),
            }));
            Assert.That(Enumerable.Range(0, 12).Sum(i => Enumerable.Range(0, 12).Sum(j => report.Confusion[i, j])), Is.EqualTo(4));
        });
    }

    [Test]
    public void Create_WhatIsNoScore_Throws() => Assert.Multiple(() =>
    {
        AssertRefused(new VideoScore(new LabeledVideo("x", 12, "g"), new double[12], 1), "'x' has the label 12; there are 12 classes, 0 to 11.");
        AssertRefused(new VideoScore(new LabeledVideo("x", 0, "g"), new double[11], 1), "'x' has 11 scores; there are 12 classes.");
        AssertRefused(Score(3, 0) with { LogProbabilities = [.. Enumerable.Repeat(double.NaN, 12)] }, "'v30' has scores that are not numbers");
    });

    [Test]
    public void Create_ClassesWithoutVideos_AreListedAndCountForNothing()
    {
        var report = ClassificationReport.Create(Classes, [Score(0, 0), Score(1, 4)]);
        Assert.Multiple(() =>
        {
            Assert.That(report.EmptyClasses, Is.EqualTo(Classes[2..]));
            Assert.That(report.MacroAccuracy, Is.EqualTo(0.5));
            Assert.That(report.BestClasses().Select(entry => entry.Class), Is.EqualTo(new[] { "Class00", "Class01" }));
            Assert.That(report.Intervals, Is.Null, "one group says nothing of others");
        });
    }

    [Test]
    public void Create_NoVideos_HasNoNumbers()
    {
        var report = ClassificationReport.Create(Classes, []);
        Assert.That((report.Accuracy.Top1.Total, report.MacroAccuracy, report.Intervals, report.MostConfused().Count), Is.EqualTo((0L, double.NaN, (TopKIntervals?)null, 0)));
    }

    [Test]
    public void BestWorstAndConfused_TiesGoToMoreVideosThenByName()
    {
        // Class00: 1 of 1; Class01: 2 of 2; Class02: 0 of 1, taken for 11; Class03: 0 of 1, taken for 11.
        var report = ClassificationReport.Create(Classes, [Score(0, 0), Score(1, 0), Score(1, 0), Score(3, 1), Score(2, 1)]);
        Assert.Multiple(() =>
        {
            Assert.That(report.BestClasses(2).Select(entry => entry.Class), Is.EqualTo(new[] { "Class01", "Class00" }));
            Assert.That(report.WorstClasses(2).Select(entry => entry.Class), Is.EqualTo(new[] { "Class02", "Class03" }));
            Assert.That(report.MostConfused(), Is.EqualTo(new[] { new ConfusedPair("Class02", "Class11", 1, 1), new ConfusedPair("Class03", "Class11", 1, 1) }));
            Assert.That(() => report.MostConfused(-1), Throws.TypeOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void SaveRowNormalized_NumpyReadsIt()
    {
        ExternalProgram.Require("python3 with numpy", "/usr/bin/python3", "-c", "import numpy");
        using var folder = new TemporaryFolder();
        ConfusionMatrix matrix = ThreeClasses();
        matrix.SaveRowNormalized(folder["confusion.npy"]);
        byte[] output = ExternalProgram.Run(
            "/usr/bin/python3", "-c", $"import numpy as n; a = n.load('{folder["confusion.npy"]}', allow_pickle=False); print(a.dtype, a.tolist(), a.flags.c_contiguous)");
        Assert.Multiple(() =>
        {
            Assert.That(System.Text.Encoding.UTF8.GetString(output).Trim(), Is.EqualTo("float32 [[0.75, 0.25, 0.0], [0.0, 0.0, 0.0], [0.0, 0.5, 0.5]] True"));
            Assert.That(folder.Files(), Is.EqualTo(new[] { "confusion.npy" }));
        });
    }

    [Test]
    public void SaveRowNormalized_HasTheBytesOfNumpySave()
    {
        // What numpy.save(float32 array of 3 x 3) writes before its data; the data begins at byte 128.
        using var folder = new TemporaryFolder();
        ThreeClasses().SaveRowNormalized(folder["confusion.npy"]);
        byte[] bytes = File.ReadAllBytes(folder["confusion.npy"]);
        string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 3), }".PadRight(117) + "\n";
        Assert.Multiple(() =>
        {
            Assert.That(bytes[..10], Is.EqualTo(new byte[] { 0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, 118, 0 }));
            Assert.That(System.Text.Encoding.ASCII.GetString(bytes, 10, 118), Is.EqualTo(header));
            Assert.That(bytes, Has.Length.EqualTo(128 + 9 * 4));
        });
    }

    private static void AssertRefused(VideoScore score, string message) =>
        Assert.That(() => ClassificationReport.Create(Classes, [score]), Throws.ArgumentException.With.Message.Contains(message));

    private static ConfusionMatrix ThreeClasses()
    {
        var matrix = new ConfusionMatrix(["a", "b", "c"]);
        foreach ((int actual, int predicted) in new[] { (0, 0), (0, 0), (0, 0), (0, 1), (2, 1), (2, 2) })
        {
            matrix.Add(actual, predicted);
        }

        return matrix;
    }

    private static VideoScore Score(int label, int rank)
    {
        // The other eleven classes have the scores 1 to 11; the true one lies below the best `rank` of them.
        List<double> scores = [.. Enumerable.Range(1, 11)];
        scores.Insert(label, 11.5 - rank);
        return new VideoScore(new LabeledVideo($"v{label}{rank}", label, "g"), scores, 1);
    }
}
