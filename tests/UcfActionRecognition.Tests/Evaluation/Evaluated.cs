namespace UcfActionRecognition.Tests.Evaluation;

/// <summary>What an evaluation into a folder gave.</summary>
/// <param name="Result">The result.</param>
/// <param name="Files">The bytes of all files in the folder.</param>
/// <param name="Progress">What was reported, without times.</param>
internal sealed record Evaluated(EvaluationResult Result, IReadOnlyDictionary<string, byte[]> Files, IReadOnlyList<(int Videos, TopKAccuracy Accuracy)> Progress)
{
    public static Evaluated By(ActionModel model, EvaluatorOptions options, UnevenVideos source)
    {
        var progress = new List<(int Videos, TopKAccuracy Accuracy)>();
        EvaluationResult result = new Evaluator(options).Evaluate(
            model, source.Labeled, source, new Reported<EvaluationProgress>(report => progress.Add((report.Videos, report.Accuracy))));
        return Of(result, options, source) with { Progress = progress };
    }

    public static Evaluated ByMerging(ActionModel model, EvaluatorOptions options, UnevenVideos source) =>
        Of(new Evaluator(options).Merge(model, source.Labeled, source), options, source);

    /// <summary>Asserts that results and files are the same, bit for bit.</summary>
    public void AssertIs(Evaluated expected, string when)
    {
        (EvaluationResult result, EvaluationResult other) = (Result, expected.Result);
        Assert.That(result.Scores.Select(score => (score.Video, score.Clips)), Is.EqualTo(other.Scores.Select(score => (score.Video, score.Clips))), when);
        Assert.That(Bits(result), Is.EqualTo(Bits(other)), when);
        Assert.That(result.Failures, Is.EqualTo(other.Failures), when);
        Assert.That(result.ClipAccuracy, Is.EqualTo(other.ClipAccuracy), when);
        Assert.That(result.Metrics, Is.EqualTo(other.Metrics), when);
        Assert.That(result.Report.Intervals, Is.EqualTo(other.Report.Intervals), when);
        Assert.That(result.Report.PerClass, Is.EqualTo(other.Report.PerClass), when);
        Assert.That(result.Report.Unreadable, Is.EqualTo(other.Report.Unreadable), when);
        Assert.That(Files.Keys, Is.EquivalentTo(expected.Files.Keys), when);
        foreach ((string file, byte[] bytes) in Files)
        {
            Assert.That(bytes, Is.EqualTo(expected.Files[file]), $"{file}, {when}");
        }
    }

    private static Evaluated Of(EvaluationResult result, EvaluatorOptions options, UnevenVideos source)
    {
        Assert.That(source.OpenReaders, Is.Zero);
        string folder = options.PredictionsFolder!;
        Dictionary<string, byte[]> files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllBytes);
        return new Evaluated(result, files, []);
    }

    private static IEnumerable<long> Bits(EvaluationResult result) =>
        result.Scores.SelectMany(score => score.LogProbabilities).Select(BitConverter.DoubleToInt64Bits);
}
