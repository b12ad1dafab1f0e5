using CsCheck;

namespace UcfActionRecognition.Tests.Evaluation;

/// <summary>Random scores of random videos for property tests; few distinct values, so that ties are common.</summary>
internal static class RandomPredictions
{
    public static string[] Classes(int count) => [.. Enumerable.Range(0, count).Select(i => $"Class{i:D3}")];

    /// <summary>Videos of some of the classes, in groups of two.</summary>
    public static LabeledVideo[] Videos(IReadOnlyList<int> labels) =>
        [.. labels.Select((label, i) => new LabeledVideo($"Class{label:D3}/v{i}", label, $"Class{label:D3}/g{i / 2:D2}"))];

    /// <summary>A score of a video, from 0 to -3 in halves: many are equal.</summary>
    public static Gen<double[]> Row(int classes) => Gen.Int[-6, 0].Select(value => value / 2.0).Array[classes];

    /// <summary>Sets of predictions by <paramref name="models"/> models on the same videos; each model lacks some of them.</summary>
    public static Gen<PredictionSet[]> Sets(int models) =>
        from classes in Gen.Int[1, 14]
        from labels in Gen.Int[0, classes - 1].List[1, 24]
        from rows in Row(classes).Array[labels.Count].Array[models]
        from there in Gen.Int[0, 5].Select(dice => dice > 0).Array[labels.Count].Array[models]
        select Enumerable.Range(0, models).Select(model => Set($"model {model}", Classes(classes), Videos(labels), rows[model], there[model])).ToArray();

    public static PredictionSet Set(string name, string[] classes, LabeledVideo[] videos, double[][] rows, bool[]? there = null) =>
        PredictionSet.Create(name, classes, videos, videos.Select((video, i) => new VideoScore(video, rows[i], 1)).Where((_, i) => there?[i] ?? true)) with { ModelHash = name };
}
