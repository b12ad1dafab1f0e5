using System.Diagnostics;
using System.Text.Json.Nodes;

namespace UcfActionRecognition.Tests.Samples;

/// <summary>A part of the assignment as a user runs it, on a folder of videos.</summary>
/// <param name="program">The sample.</param>
/// <param name="folder">The data's root; outputs go below it.</param>
/// <param name="defaults">Options of every run, with a value each.</param>
internal sealed class AssignmentSample(string program, TemporaryFolder folder, IReadOnlyDictionary<string, string> defaults)
{
    /// <summary>What a run gave, without what belongs to the run: times, memory, and which files it read.</summary>
    public sealed record Results(string Summary, string Metrics, string ModelHash, string Confusion);

    /// <summary>The options of a run, with others in place of some of them.</summary>
    public string[] Arguments(string output, params string[] others)
    {
        var options = new Dictionary<string, string>(defaults) { ["--data"] = folder.Path, ["--output"] = folder[output] };
        foreach (string[] option in others.Chunk(2))
        {
            options[option[0]] = option[1];
        }

        return [.. options.SelectMany(option => new[] { option.Key, option.Value })];
    }

    /// <summary>Trains and evaluates.</summary>
    public Results Run(string output, params string[] others)
    {
        RunAll(Arguments(output, others));
        return ReadResults(output);
    }

    public void RunAll(params string[] arguments)
    {
        (int exitCode, string text) = FreshProcess.RunSample(program, arguments);
        Assert.That(exitCode, Is.Zero, text);
    }

    public void AssertFails(string message, params string[] arguments)
    {
        (int exitCode, string output) = FreshProcess.RunSample(program, arguments);
        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain(message).And.Not.Contain("   at "));
    }

    /// <summary>Copies what a training left.</summary>
    public void CopyTraining(string output, string copy)
    {
        Directory.CreateDirectory(folder[copy]);
        foreach (string file in Directory.GetFiles(folder[output]))
        {
            File.Copy(file, folder[$"{copy}/{Path.GetFileName(file)}"]);
        }
    }

    /// <summary>Evaluates shards at the same time, each told by Slurm's variables which one it is.</summary>
    public void EvaluateShards(string[] arguments, int count, params int[] shards)
    {
        Process[] running = [.. shards.Select(index => FreshProcess.StartSample(
            program, ["evaluate", .. arguments, "--shard", "auto"],
            [("SLURM_ARRAY_TASK_ID", $"{index + 1}"), ("SLURM_ARRAY_TASK_MIN", "1"), ("SLURM_ARRAY_TASK_MAX", $"{count}"), ("SLURM_ARRAY_TASK_COUNT", $"{count}")]))];
        (int ExitCode, string Output)[] ends = Array.ConvertAll(running, FreshProcess.Finish);
        foreach ((int index, (int exitCode, string output)) in shards.Zip(ends))
        {
            Assert.That(exitCode, Is.Zero, output);
            Assert.That(output, Does.Contain($"Test videos, shard {index + 1}/{count}: "));
        }
    }

    /// <summary>The bytes of all predictions of a run, by name.</summary>
    public Dictionary<string, string> ReadPredictions(string output)
    {
        string predictions = folder[$"{output}/UCF-101-predictions"];
        return Directory.GetFiles(predictions, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(predictions, file), file => Convert.ToHexString(File.ReadAllBytes(file)));
    }

    public string ReadModelHash(string output) => ModelCheckpoint.ReadInfo(folder[$"{output}/checkpoint-last.safetensors"]).ModelHash;

    public JsonObject ReadSummary(string output) => JsonNode.Parse(File.ReadAllText(folder[$"{output}/summary.json"]))!.AsObject();

    public Results ReadResults(string output)
    {
        JsonObject summary = ReadSummary(output);
        foreach (string own in new[] { "seconds", "frames_per_second", "clips_per_second", "peak_memory_bytes" })
        {
            summary.Remove(own);
        }

        summary["data"]!.AsObject().Remove("source");
        summary["test"]!.AsObject().Remove("videos_taken_from_files");
        return new Results(
            summary.ToJsonString(),
            string.Join('\n', File.ReadLines(folder[$"{output}/metrics.csv"]).Select(line => string.Join(',', line.Split(',').Take(10)))),
            ReadModelHash(output),
            Convert.ToHexString(File.ReadAllBytes(folder[$"{output}/confusion_matrix.npy"])));
    }
}
