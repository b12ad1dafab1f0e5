using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace UcfActionRecognition;

/// <summary>What has to be the same for a training to go on from a checkpoint, by name. The rest may change: how long it lasts, what it writes and when.</summary>
internal static class TrainingIdentity
{
    /// <summary>Name of the batch size, all processes together.</summary>
    public const string BatchSize = "batchSize";

    // Of TrainerOptions, as JSON names them.
    private static readonly string[] Options =
    [
        "limitBatches", "optimizer", "learningRate", "backboneLearningRateFactor", "schedule", "accumulateBatches", "maxGradientNorm", "labelSmoothing",
        "classWeights", "segmentConsensus",
    ];

    public static IReadOnlyDictionary<string, string> Of(
        ActionModel model, ClipLoader training, int batchSize, TrainerOptions options, long totalSteps)
    {
        JsonNode json = JsonSerializer.SerializeToNode(options, TrainingJson.Default.TrainerOptions)!;
        Dictionary<string, string> run = Options.Where(name => json[name] is not null).ToDictionary(name => name, name => json[name]!.ToJsonString());
        run["fineTune"] = $"{model.Scope}, BatchNorm {model.BatchNorm}";
        run[BatchSize] = batchSize.ToString(CultureInfo.InvariantCulture);
        run["seed"] = training.Options.Seed.ToString(CultureInfo.InvariantCulture);
        run["shuffle"] = training.Options.Shuffle.ToString();
        run["clips"] = training.Description;
        run["videos"] = $"{training.VideoCount}, {HashOf(training.Videos)}";
        if (model is ResNet network)
        {
            run["precision"] = network.Precision.ToString();
        }

        if (options.Schedule is CosineSchedule)
        {
            // The rate of every step depends on which is the last.
            run["totalSteps"] = totalSteps.ToString(CultureInfo.InvariantCulture);
        }

        return run;
    }

    /// <summary>What has to be the same in all processes of a training, by name: all that decides what they exchange and when.</summary>
    public static Dictionary<string, string> OfProcess(
        ActionModel model, Optimizer optimizer, ClipLoader training, ClipLoader? validation, TrainerOptions options)
    {
        // Rank 0 alone writes events.
        JsonNode json = JsonSerializer.SerializeToNode(options with { TensorBoard = false }, TrainingJson.Default.TrainerOptions)!;
        var process = new Dictionary<string, string>(Of(model, training, training.Options.BatchSize, options, totalSteps: 0));
        foreach ((string name, JsonNode? value) in json.AsObject())
        {
            process[name] = value?.ToJsonString() ?? "null";
        }

        process["architecture"] = model.Architecture;
        process["tensors"] = HashOf(model.state_dict().Concat(optimizer.State).Select(entry => $"{entry.Key} {string.Join('x', entry.Value.shape)} {entry.Value.dtype}"));
        process["maxFailureShare"] = training.Options.MaxFailureShare.ToString(CultureInfo.InvariantCulture);
        process["validation"] = validation is null
            ? "none"
            : $"{validation.VideoCount}, {HashOf(validation.Videos)}, in batches of {validation.Options.BatchSize}";
        return process;
    }

    /// <summary>In what a training differs from another; <see langword="null"/> for nothing.</summary>
    public static string? Difference(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now)
    {
        string[] different = [.. now.Keys.Union(before.Keys).Where(name => before.GetValueOrDefault(name) != now.GetValueOrDefault(name))
            .Select(name => $"{ErrorText.Shortened(name)} was {Shown(before, name)} and is {Shown(now, name)}")];
        return different.Length == 0 ? null : string.Join("; ", different);

        static string Shown(IReadOnlyDictionary<string, string> run, string name) => ErrorText.ShortenedTo(200, run.GetValueOrDefault(name) ?? "not there");
    }

    private static string HashOf(IReadOnlyList<LabeledVideo> videos) => HashOf(videos.Select(video => $"{video.Name}\n{video.Label}"));

    private static string HashOf(IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string text in texts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{text}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
