namespace UcfActionRecognition.Tests.Reporting;

/// <summary>Predictions of two models that do not exist: each is good at some classes, and confuses neighbours at others.</summary>
internal sealed class GeneratedPredictions
{
    private static readonly string[] Words =
    [
        "Apply", "Baby", "Balance", "Basketball", "Bench", "Blow", "Body", "Boxing", "Brush", "Cliff", "Cutting", "Drumming", "Frisbee",
    ];

    private static readonly string[] Ends = ["Crawl", "Beam", "Dunk", "Press", "Weight", "Dry", "Walk", "SpeedBag", "Teeth", "Pushups", "InKitchen", "ing"];

    /// <param name="classes">The number of classes.</param>
    /// <param name="videos">The number of videos; every class has as many as any other, give or take one.</param>
    /// <param name="nameOf">The class of a label; by default a word or two.</param>
    public GeneratedPredictions(int classes, int videos, Func<int, string>? nameOf = null)
    {
        Classes = [.. Enumerable.Range(0, classes).Select(nameOf ?? (label => $"{Words[label % Words.Length]}{Ends[label * 5 % Ends.Length]}{(label >= 60 ? "s" : "")}"))];
        Classes = [.. Classes.Select((name, label) => Classes.Take(label).Contains(name) ? name + label : name)];
        Videos = [.. Enumerable.Range(0, videos).Select(i => Video(i % classes, i / classes))];
    }

    public IReadOnlyList<string> Classes { get; }

    public IReadOnlyList<LabeledVideo> Videos { get; }

    public PredictionSet SingleFrame(string name = "single frame", string hash = "hash-of-single-frame") => Create(name, hash, seed: 1, label => 2 + (4.5 * Share(label, 7)));

    public PredictionSet Sequence(string name = "sequence", string hash = "hash-of-sequence") => Create(name, hash, seed: 2, label => 2.3 + (4.5 * Share(label, 11)));

    private PredictionSet Create(string name, string hash, int seed, Func<int, double> strength) => PredictionSet.Create(
        name, Classes, Videos, Videos.Select((video, index) => Score(video, new Random((seed * 100_003) + index), strength(video.Label)))) with
    {
        ModelHash = hash,
        Kind = PredictionKind.Frames,
        Data = "generated",
    };

    // A share of 0 to 1 that looks as if drawn, and is not.
    private static double Share(int label, int factor) => ((label + 1) * factor * 0.618) % 1;

    private VideoScore Score(LabeledVideo video, Random random, double strength)
    {
        var logits = new double[Classes.Count];
        for (int i = 0; i < logits.Length; i++)
        {
            logits[i] = random.NextDouble() * 4.5;
        }

        logits[video.Label] += strength;
        logits[(video.Label + 1) % logits.Length] += 2.5;
        double sum = Math.Log(logits.Sum(Math.Exp));
        return new VideoScore(video, Array.ConvertAll(logits, value => value - sum), 1);
    }

    private LabeledVideo Video(int label, int index) => new(
        $"{Classes[label]}/v_{Classes[label]}_g{(index / 5) + 1:D2}_c{(index % 5) + 1:D2}", label, $"{Classes[label]}/g{(index / 5) + 1:D2}");
}
