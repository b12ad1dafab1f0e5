using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace UcfActionRecognition.Samples.Assignment;

/// <summary><c>summary.json</c>: what was run and what came of it. All of it is of one model, which <c>model_hash</c> names.</summary>
internal sealed class Summary
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly string _path;
    private readonly string _unit;
    private readonly JsonObject _root;

    private Summary(string path, string unit, JsonObject root)
    {
        _path = path;
        _unit = unit;
        _root = root;
        _root["library_version"] ??= BuildVersion.Of(typeof(Recipe).Assembly).Version;
    }

    /// <summary>Begins anew: what an earlier model did is not this one's.</summary>
    public static Summary OfTraining(string path, AssignmentOptions options, ActionModel model)
    {
        Recipe recipe = options.Recipe;
        var summary = new Summary(path, options.Unit, []);
        summary._root["commit"] = BuildVersion.Of(typeof(Recipe).Assembly).Commit;
        summary._root["hardware"] = Machine.Description;
        summary._root["recipe"] = new JsonObject
        {
            ["name"] = recipe.Name,
            ["model"] = model.Architecture,
            ["input"] = model.Input.ToString(),
            ["weights"] = options.Weights is { } weights ? Path.GetFileName(weights) : "none",
            ["fine_tune"] = recipe.Network.Scope.ToString(),
            ["batch_norm"] = recipe.Network.BatchNorm.ToString(),
            ["precision"] = recipe.Network.Precision.ToString(),
            ["epochs"] = recipe.Training.Epochs,
            ["batch_size"] = recipe.Loading.BatchSize * (options.Group?.Size ?? 1),
            ["processes"] = options.Group?.Size ?? 1,
            ["learning_rate"] = recipe.Training.LearningRate,
            ["settings"] = JsonNode.Parse(recipe.ToJson()),
            ["seed"] = recipe.Loading.Seed,
            ["device"] = model.Device.ToString(),
            ["torch_threads"] = TorchRuntime.Threads,
        };
        return summary;
    }

    /// <summary>Goes on with what the training of this very model wrote; begins anew where the file is of another one.</summary>
    public static Summary OfEarlierTraining(string path, AssignmentOptions options, ActionModel model)
    {
        string hash = model.ComputeHash();
        JsonObject root = Read(path) is { } earlier && earlier["model_hash"]?.ToString() == hash ? earlier : [];
        var summary = new Summary(path, options.Unit, root);
        summary._root["model_hash"] = hash;
        return summary;
    }

    public void DescribeData(ActionDataset data, string source, HeldOutGroups held) => _root["data"] = new JsonObject
    {
        ["name"] = data.Name,
        ["source"] = source,
        ["classes"] = new JsonArray([.. data.Classes.Select(name => (JsonNode)name)]),
        ["train_videos"] = data.Train.Count,
        ["held_out_videos"] = data.HeldOut.Count,
        [HeldOutGroups.CountKey] = held.Count,
        [HeldOutGroups.SeedKey] = held.Seed,
        ["test_videos"] = data.Test.Count,
        ["missing_videos"] = data.MissingVideos,
    };

    /// <summary>Says of which model all of it is.</summary>
    public void SetModel(string hash) => _root["model_hash"] = hash;

    /// <summary>Takes what the last epoch gave, each accuracy under the name of its clips.</summary>
    /// <param name="result">The training.</param>
    /// <param name="recipe">What it was made by.</param>
    /// <param name="isOnHeldOut">Whether it was validated on held-out groups, else on the test side.</param>
    public void AddTraining(TrainingResult result, Recipe recipe, bool isOnHeldOut)
    {
        EpochResult last = result.Epochs[^1];
        string side = isOnHeldOut ? "held_out" : "test";
        _root["validated_on"] = isOnHeldOut ? "held-out groups" : "test side";
        Section("train")["steps"] = result.Steps;
        Section("train")["ended_by"] = result.End.ToString();
        Section("train")[NameOf(recipe.TrainingSampler)] = Accuracies(last.Train.Accuracy);
        Section(side)[NameOf(recipe.TestSampler)] = last.Validation is { } validation ? Accuracies(validation.Accuracy) : null;
        Section("seconds")["train"] = Math.Round(result.Elapsed.TotalSeconds, 3);
        Section($"{_unit}s_per_second")["train"] = Math.Round(result.Epochs.Sum(epoch => epoch.Clips) / result.Epochs.Sum(epoch => epoch.Elapsed.TotalSeconds), 1);
        Section("unreadable_videos")["train"] = Names(result.Epochs.SelectMany(epoch => epoch.Failures));
        Section("unreadable_videos")[side] = Names(result.Epochs.SelectMany(epoch => epoch.Validation?.Failures ?? []));
    }

    public void AddEvaluation(EvaluatorOptions evaluation, EvaluationResult? train, EvaluationResult? heldOut, EvaluationResult test)
    {
        string clips = evaluation.Sampler switch
        {
            SlidingWindow { Length: 1, Stride: 1 } => "every frame",
            SlidingWindow window => $"windows of {window.Length} frames, stride {window.Stride}",
            FullSequence => "full sequence",
            UniformClips { Length: 1 } frames => $"{frames.Count} frames",
            UniformClips uniform => $"{uniform.Count} clips of {uniform.Length} frames",
            var other => $"{other}",
        };
        _root["evaluated_on"] = evaluation.Crops == TestCrops.WholeFrame ? clips : $"{clips}, {evaluation.Crops.Count} crops each, {evaluation.Crops}";
        Section("test")["metrics"] = new JsonObject([.. test.Metrics.Select(metric => KeyValuePair.Create(metric.Name, (JsonNode?)Share(metric.Value)))]);
        Section("test")["videos_taken_from_files"] = test.Reused;
        AddSide("train", train);
        AddSide("held_out", heldOut);
        AddSide("test", test);
        Section("seconds")["evaluate"] = Math.Round(test.Elapsed.TotalSeconds, 3);
        Section("frames_per_second")["evaluate"] = test.Frames == 0 ? null : Math.Round(test.Frames / test.Elapsed.TotalSeconds, 1);
        Section("unreadable_videos")["test"] = Names(test.Failures);
        if (heldOut is not null)
        {
            Section("unreadable_videos")["held_out"] = Names(heldOut.Failures);
        }

        _root["per_class"] = new JsonArray([.. test.Report.PerClass.Select(entry => new JsonObject
        {
            ["class"] = entry.Class, ["top1"] = Share(entry.Top1), ["correct"] = entry.Top1.Correct, ["videos"] = entry.Top1.Total,
        })]);
    }

    public void Save(TimeSpan elapsed)
    {
        Section("seconds")["total"] = Math.Round(elapsed.TotalSeconds, 3);
        using var process = Process.GetCurrentProcess();
        _root["peak_memory_bytes"] = process.PeakWorkingSet64;
        AtomicFile.WriteStream(_path, stream => stream.Write(Encoding.UTF8.GetBytes(_root.ToJsonString(Indented) + "\n")));
    }

    // A side that was not evaluated loses what an earlier evaluation said of it, on other clips perhaps.
    private void AddSide(string name, EvaluationResult? result)
    {
        Section(name)[_unit] = result is null ? null : Accuracies(result.ClipAccuracy);
        Section(name)["video"] = result is null ? null : Accuracies(result.Report.Accuracy);
    }

    // Not those of whole videos, which an evaluation adds.
    private string NameOf(IClipSampler sampler) => sampler switch
    {
        RandomClip => $"random_{_unit}",
        CenterClip => $"center_{_unit}",
        RandomSegments => "random_segments",
        UniformClips => $"uniform_{_unit}s",
        _ => $"training_{_unit}s",
    };

    private static JsonObject Accuracies(TopKAccuracy accuracy) => new()
    {
        ["top1"] = Share(accuracy.Top1),
        ["top5"] = Share(accuracy.Top5),
        ["top10"] = Share(accuracy.Top10),
        ["top1_correct"] = accuracy.Top1.Correct,
        ["top5_correct"] = accuracy.Top5.Correct,
        ["top10_correct"] = accuracy.Top10.Correct,
        ["count"] = accuracy.Top1.Total,
    };

    // JSON has no NaN: the share of nothing is null.
    private static double? Share(Accuracy accuracy) => accuracy.Total == 0 ? null : accuracy.Value;

    private static JsonObject? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) as JsonObject : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

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
