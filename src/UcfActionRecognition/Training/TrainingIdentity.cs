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

    /// <summary>In what a training differs from another; <see langword="null"/> for nothing.</summary>
    public static string? Difference(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now)
    {
        string[] different = [.. now.Keys.Union(before.Keys).Where(name => before.GetValueOrDefault(name) != now.GetValueOrDefault(name))
            .Select(name => $"{ErrorText.Shortened(name)} was {Shown(before, name)} and is {Shown(now, name)}")];
        return different.Length == 0 ? null : string.Join("; ", different);

        static string Shown(IReadOnlyDictionary<string, string> run, string name) => ErrorText.ShortenedTo(200, run.GetValueOrDefault(name) ?? "not there");
    }

    private static string HashOf(IReadOnlyList<LabeledVideo> videos)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (LabeledVideo video in videos)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{video.Name}\n{video.Label}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
    }
}
