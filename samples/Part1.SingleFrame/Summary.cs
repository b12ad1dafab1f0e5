using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using TorchSharp;

namespace UcfActionRecognition.Samples.Part1;

/// <summary><c>summary.json</c>: what was run and what came of it. A later <c>evaluate</c> keeps what <c>train</c> wrote.</summary>
internal sealed class Summary(string path)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly JsonObject _root = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : [];

    public void Describe(Part1Options options, ActionDataset data, IVideoClipSource source, ActionModel model)
    {
        Recipe recipe = options.Recipe;
        _root["library_version"] = typeof(Recipe).Assembly.GetName().Version!.ToString(3);
        _root["recipe"] = new JsonObject
        {
            ["name"] = recipe.Name,
            ["model"] = model.Architecture,
            ["input"] = model.Input.ToString(),
            ["weights"] = options.Weights is { } weights ? Path.GetFileName(weights) : "none",
            ["fine_tune"] = recipe.Scope.ToString(),
            ["batch_norm"] = recipe.BatchNorm.ToString(),
            ["epochs"] = recipe.Training.Epochs,
            ["batch_size"] = recipe.Loading.BatchSize,
            ["learning_rate"] = recipe.Training.LearningRate,
            ["seed"] = recipe.Loading.Seed,
            ["device"] = model.Device.ToString(),
            ["torch_threads"] = torch.get_num_threads(),
        };
        _root["data"] = new JsonObject
        {
            ["name"] = data.Name,
            ["source"] = source is Hdf5VideoClipSource ? "hdf5" : "avi",
            ["classes"] = new JsonArray([.. data.Classes.Select(name => (JsonNode)name)]),
            ["train_videos"] = data.Train.Count,
            ["test_videos"] = data.Test.Count,
            ["missing_videos"] = data.MissingVideos,
        };
    }

    public void AddTraining(TrainingResult result)
    {
        EpochResult last = result.Epochs[^1];
        Section("train")["random_frame"] = Accuracies(last.Train.Accuracy);
        Section("test")["random_frame"] = last.Validation is { } test ? Accuracies(test.Accuracy) : null;
        Section("seconds")["train"] = Math.Round(result.Elapsed.TotalSeconds, 3);
        Section("frames_per_second")["train"] = Math.Round(result.Epochs.Sum(epoch => epoch.Clips) / result.Epochs.Sum(epoch => epoch.Elapsed.TotalSeconds), 1);
        Section("unreadable_videos")["train"] = Names(result.Epochs.SelectMany(epoch => epoch.Failures));
    }

    public void AddEvaluation(EvaluationResult? train, EvaluationResult test)
    {
        if (train is not null)
        {
            AddSide("train", train);
        }

        AddSide("test", test);
        Section("seconds")["evaluate"] = Math.Round(test.Elapsed.TotalSeconds, 3);
        Section("frames_per_second")["evaluate"] = Math.Round(test.Frames / test.Elapsed.TotalSeconds, 1);
        Section("unreadable_videos")["test"] = Names(test.Failures);
        _root["per_class"] = new JsonArray([.. test.Report.PerClass.Select(entry => new JsonObject
        {
            ["class"] = entry.Class, ["top1"] = entry.Top1.Value, ["correct"] = entry.Top1.Correct, ["videos"] = entry.Top1.Total,
        })]);
    }

    public void Save(TimeSpan elapsed)
    {
        Section("seconds")["total"] = Math.Round(elapsed.TotalSeconds, 3);
        using var process = Process.GetCurrentProcess();
        _root["peak_memory_bytes"] = process.PeakWorkingSet64;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        string temporary = path + ".tmp";
        File.WriteAllText(temporary, _root.ToJsonString(Indented) + "\n");
        File.Move(temporary, path, overwrite: true);
    }

    private void AddSide(string name, EvaluationResult result)
    {
        Section(name)["frame"] = Accuracies(result.FrameAccuracy);
        Section(name)["video"] = Accuracies(result.Report.Accuracy);
    }

    private static JsonObject Accuracies(TopKAccuracy accuracy) => new()
    {
        ["top1"] = accuracy.Top1.Value,
        ["top5"] = accuracy.Top5.Value,
        ["top10"] = accuracy.Top10.Value,
        ["top1_correct"] = accuracy.Top1.Correct,
        ["top5_correct"] = accuracy.Top5.Correct,
        ["top10_correct"] = accuracy.Top10.Correct,
        ["count"] = accuracy.Top1.Total,
    };

    private static JsonArray Names(IEnumerable<VideoFailure> failures) =>
        [.. failures.Select(failure => failure.Video).Distinct().Select(name => (JsonNode)name)];

    private JsonObject Section(string name)
    {
        if (_root[name] is not JsonObject section)
        {
            _root[name] = section = [];
        }

        return section;
    }
}
