using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace UcfActionRecognition;

/// <summary>What has to be the same for a training to go on from a checkpoint, by name. The rest may change: how long it lasts, what it writes and when.</summary>
internal static class TrainingIdentity
{
    // Of TrainerOptions, as JSON names them.
    private static readonly string[] Options =
    [
        "limitBatches", "optimizer", "learningRate", "backboneLearningRateFactor", "schedule", "accumulateBatches", "maxGradientNorm", "labelSmoothing",
        "classWeights", "segmentConsensus",
    ];

    public static IReadOnlyDictionary<string, string> Of(ActionModel model, ClipLoader training, TrainerOptions options, long totalSteps)
    {
        JsonNode json = JsonSerializer.SerializeToNode(options, TrainingJson.Default.TrainerOptions)!;
        Dictionary<string, string> run = Options.Where(name => json[name] is not null).ToDictionary(name => name, name => json[name]!.ToJsonString());
        run["fineTune"] = $"{model.Scope}, BatchNorm {model.BatchNorm}";
        run["batchSize"] = training.Options.BatchSize.ToString(CultureInfo.InvariantCulture);
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
