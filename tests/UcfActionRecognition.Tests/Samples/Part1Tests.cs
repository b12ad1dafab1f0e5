using System.Text.Json.Nodes;

namespace UcfActionRecognition.Tests.Samples;

/// <summary>Part 1 as a user runs it.</summary>
public class Part1Tests
{
    private static readonly SyntheticActionsOptions Small = new() { FrameSize = FrameSize.Square(24), MinFrames = 3, MaxFrames = 5 };

    private TemporaryFolder _folder = null!;

    [OneTimeSetUp]
    public void MakeVideos()
    {
        _folder = new TemporaryFolder();
        SyntheticActions.Create(_folder.Path, Small);
    }

    [OneTimeTearDown]
    public void DeleteFolder() => _folder?.Dispose();

    [Test]
    public void Part1_SameSeed_GivesTheSameNumbersWithAnyNumberOfWorkers()
    {
        Results first = Run("workers-1", "--workers", "1");
        Results again = Run("workers-1-again", "--workers", "1");
        Results workers = Run("workers-4", "--workers", "4");
        Results seed = Run("other-seed", "--seed", "8");
        Assert.Multiple(() =>
        {
            Assert.That(again, Is.EqualTo(first));
            Assert.That(workers, Is.EqualTo(first));
            Assert.That(seed.ModelHash, Is.Not.EqualTo(first.ModelHash));
        });
    }

    [Test]
    public void Part1_OnRealClips_GivesTheSameNumbersFromHdf5AndFromAvi()
    {
        using var clips = new RealClipSample();
        Assert.That(FreshProcess.RunSample("PrepareDataset", "--data", clips.Folder.Path).ExitCode, Is.Zero);
        Results hdf5 = Run("real-hdf5", "--data", clips.Folder.Path, "--classes", "Punch,PushUps", "--source", "hdf5", "--workers", "1");
        Results avi = Run("real-avi", "--data", clips.Folder.Path, "--classes", "Punch,PushUps", "--source", "avi", "--workers", "4");
        JsonNode summary = ReadSummary("real-avi");
        Assert.Multiple(() =>
        {
            Assert.That(avi, Is.EqualTo(hdf5));
            Assert.That((int)summary["data"]!["train_videos"]!, Is.EqualTo(5));
            Assert.That((int)summary["test"]!["video"]!["count"]!, Is.EqualTo(3));
            Assert.That((int)summary["test"]!["frame"]!["count"]!, Is.EqualTo(48 + 48 + 53), "the frames of the three test clips");
        });
    }

    [Test]
    public void Part1_WritesEverythingThatItPromises()
    {
        Run("files");
        JsonNode summary = ReadSummary("files");
        string[] files = [.. Directory.GetFiles(_folder["files"], "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder["files"], file))];
        Assert.Multiple(() =>
        {
            Assert.That(files.Where(file => !file.StartsWith("UCF-101-predictions", StringComparison.Ordinal)),
                Is.EquivalentTo(new[] { "checkpoint-last.safetensors", "metrics.csv", "summary.json", "confusion_matrix.npy" }));
            Assert.That(files, Does.Contain(Path.Combine("UCF-101-predictions", "RingStill", "v_RingStill_g07_c01.hdf5")));
            Assert.That(files, Has.Length.EqualTo(4 + 14), "a file of predictions for each test video");
            Assert.That((int)summary["data"]!["train_videos"]!, Is.EqualTo(36));
            Assert.That((int)summary["train"]!["video"]!["count"]!, Is.EqualTo(36));
            Assert.That((int)summary["train"]!["random_frame"]!["count"]!, Is.EqualTo(36));
            Assert.That((int)summary["test"]!["random_frame"]!["count"]!, Is.EqualTo(14));
            Assert.That((int)summary["test"]!["video"]!["count"]!, Is.EqualTo(14));
            Assert.That((double)summary["frames_per_second"]!["train"]!, Is.Positive);
            Assert.That((long)summary["peak_memory_bytes"]!, Is.GreaterThan(100_000_000));
        });
    }

    [Test]
    public void Part1_EvaluateAlone_UsesTheCheckpointAndKeepsWhatTheTrainingWrote()
    {
        Results both = Run("both");
        RunVerb("train", Arguments("apart"));

        // Without the training's options: what was trained stands in the checkpoint and in the summary.
        RunVerb("evaluate", ["--data", _folder.Path, "--classes", "RingStill,SquareGrow", "--output", _folder["apart"]]);
        Assert.That(ReadResults("apart"), Is.EqualTo(both));
    }

    [Test]
    public void Part1_TrainingAnew_KeepsNoNumberOfTheEarlierModel()
    {
        Run("anew");
        RunVerb("train", Arguments("anew", "--seed", "9"));
        JsonNode trained = ReadSummary("anew");
        RunVerb("evaluate", [.. Arguments("anew"), "--skip-train-videos"]);
        JsonNode evaluated = ReadSummary("anew");
        Assert.Multiple(() =>
        {
            Assert.That(trained["test"]!["video"], Is.Null);
            Assert.That(trained["per_class"], Is.Null);
            Assert.That(evaluated["test"]!["video"], Is.Not.Null);
            Assert.That(evaluated["train"]!["video"], Is.Null);
            Assert.That((int)evaluated["recipe"]!["seed"]!, Is.EqualTo(9));
        });
    }

    [Test]
    public void Part1_Evaluate_RefusesWhatTheCheckpointWasNotTrainedOn()
    {
        RunVerb("train", Arguments("refused"));
        string output = _folder["refused"];
        string[] data = ["--data", _folder.Path, "--output", output];
        Assert.Multiple(() =>
        {
            AssertFails("other data than asked for: UCF-101 split 1, not UCF-101 split 2", ["evaluate", .. data, "--classes", "RingStill,SquareGrow", "--split", "2"]);
            AssertFails("other classes than asked for: RingStill, SquareGrow, not RingStill", ["evaluate", .. data, "--classes", "RingStill"]);
            AssertFails("other --size than asked for: 32x32, not 48x48", ["evaluate", .. data, "--classes", "RingStill,SquareGrow", "--size", "48"]);
            AssertFails("There is no checkpoint", "evaluate", "--data", _folder.Path, "--output", _folder["nowhere"]);
        });
    }

    [Test]
    public void Part1_WrongInput_SaysWhatToDo() => Assert.Multiple(() =>
    {
        AssertFails("does not hold UCF-101-hdf5/ nor UCF-101/", "--data", _folder["no-such-root"]);
        AssertFails("not there: Juggling", "--data", _folder.Path, "--classes", "RingStill,Juggling");
        AssertFails("There is no recipe 'best'", "--data", _folder.Path, "--recipe", "best");
        AssertFails("no-such-file.safetensors", "--data", _folder.Path, "--weights", "no-such-file.safetensors");
        AssertFails("There is no device 'gpu'", "--data", _folder.Path, "--device", "gpu");
        AssertFails("(Parameter 'BatchSize')", "--data", _folder.Path, "--batch-size", "0");
        AssertFails("(Parameter 'depth')", "--data", _folder.Path, "--depth", "19");
        AssertFails("does not hold UCF-101/.", "--data", _folder.Path, "--source", "avi");
    });

    private static void AssertFails(string message, params string[] arguments)
    {
        (int exitCode, string output) = FreshProcess.RunSample("Part1.SingleFrame", arguments);
        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain(message).And.Not.Contain("   at "));
    }

    /// <summary>The options of a small run, with others in place of some of them.</summary>
    private string[] Arguments(string output, params string[] others)
    {
        var options = new Dictionary<string, string>
        {
            ["--data"] = _folder.Path,
            ["--classes"] = "RingStill,SquareGrow",
            ["--depth"] = "18",
            ["--size"] = "32",
            ["--weights"] = "none",
            ["--epochs"] = "2",
            ["--batch-size"] = "12",
            ["--seed"] = "7",
            ["--device"] = "cpu",
            ["--output"] = _folder[output],
        };
        foreach (string[] option in others.Chunk(2))
        {
            options[option[0]] = option[1];
        }

        return [.. options.SelectMany(option => new[] { option.Key, option.Value })];
    }

    private Results Run(string output, params string[] others)
    {
        (int exitCode, string text) = FreshProcess.RunSample("Part1.SingleFrame", Arguments(output, others));
        Assert.That(exitCode, Is.Zero, text);
        return ReadResults(output);
    }

    private static void RunVerb(string verb, string[] arguments)
    {
        (int exitCode, string text) = FreshProcess.RunSample("Part1.SingleFrame", [verb, .. arguments]);
        Assert.That(exitCode, Is.Zero, text);
    }

    private JsonObject ReadSummary(string output) => JsonNode.Parse(File.ReadAllText(_folder[$"{output}/summary.json"]))!.AsObject();

    private Results ReadResults(string output)
    {
        // Without what belongs to the run: times, memory, and which files it read.
        JsonObject summary = ReadSummary(output);
        foreach (string own in new[] { "seconds", "frames_per_second", "peak_memory_bytes" })
        {
            summary.Remove(own);
        }

        summary["data"]!.AsObject().Remove("source");
        return new Results(
            summary.ToJsonString(),
            string.Join('\n', File.ReadLines(_folder[$"{output}/metrics.csv"]).Select(line => string.Join(',', line.Split(',').Take(10)))),
            ModelCheckpoint.ReadInfo(_folder[$"{output}/checkpoint-last.safetensors"]).ModelHash,
            Convert.ToHexString(File.ReadAllBytes(_folder[$"{output}/confusion_matrix.npy"])));
    }

    private sealed record Results(string Summary, string Metrics, string ModelHash, string Confusion);
}
