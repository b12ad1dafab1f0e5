namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>Files of predictions, ours and h5py's: <see cref="VideoPredictions.Load"/> and <see cref="PredictionSet"/>'s own loading.</summary>
internal sealed class PredictionsTarget : FuzzTarget
{
    private const string Folder = "Class0";

    private static readonly string[] Classes = ["A", "B", "C"];
    private static readonly LabeledVideo[] Videos = [new($"{Folder}/mutant", 0, "g1"), new($"{Folder}/good", 1, "g2"), new($"{Folder}/missing", 2, "g3")];

    private byte[] _good = [];
    private Hdf5Mutator? _mutator;

    public override int Seeds => Mutator.Seeds;

    private Hdf5Mutator Mutator => _mutator ?? throw new InvalidOperationException("Not prepared.");

    public override void Prepare(string folder)
    {
        string path = Path.Combine(folder, "good.hdf5");
        float[,] logits = { { 0, 1, 2 }, { 3, 4, 5 }, { 6, 7, 8 }, { 9, 10, 11 } };
        new VideoPredictions(logits, Classes, "abc") { FrameStride = 1, Data = "UCF-101 split 1" }.Save(path);
        _good = File.ReadAllBytes(path);
        string[] fixtures = Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures", "predictions"), "*.hdf5");
        _mutator = new([_good, .. fixtures.Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]);
    }

    public override IReadOnlyList<FuzzFile> Make(int number) =>
        [new($"{Folder}/mutant.hdf5", Mutator.Make(number, RandomOf(number))), new($"{Folder}/good.hdf5", _good)];

    public override void Read(string folder, int number)
    {
        VideoPredictions predictions = VideoPredictions.Load(Path.Combine(folder, Folder, "mutant.hdf5"));
        Require(
            predictions.Logits.GetLength(0) > 0 && predictions.Logits.GetLength(1) == predictions.Classes.Count, $"{predictions.Logits.Length} logits");
        Require(predictions.Logits.Cast<float>().All(float.IsFinite), "logits that are no numbers");
        Require(predictions is { ClipLength: null or > 0, FrameStride: null or > 0 }, $"{predictions}");
        PredictionSet set = PredictionSet.Load("mutants", folder, Videos, Classes);
        Require(set.Scores.Count == 2 && set.Failures.Count == 1, $"{set.Scores.Count} scores");
        Require(set.Scores.All(score => score.LogProbabilities.Count == Classes.Length && score.LogProbabilities.All(double.IsFinite)), "scores that are no numbers");
    }

    public override bool IsDocumented(Exception error) => error is PredictionsException;
}
