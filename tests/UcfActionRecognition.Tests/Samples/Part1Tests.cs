using System.Text.Json.Nodes;

namespace UcfActionRecognition.Tests.Samples;

/// <summary>Part 1 as a user runs it.</summary>
public class Part1Tests
{
    private static readonly SyntheticActionsOptions Small = new() { FrameSize = FrameSize.Square(24), MinFrames = 3, MaxFrames = 5 };

    private TemporaryFolder _folder = null!;
    private AssignmentSample _part1 = null!;
    private AssignmentSample.Results _both = null!;

    [OneTimeSetUp]
    public void TrainAndEvaluate()
    {
        _folder = new TemporaryFolder();
        _part1 = new AssignmentSample("Part1.SingleFrame", _folder, new Dictionary<string, string>
        {
            ["--classes"] = "RingStill,SquareGrow",
            ["--depth"] = "18",
            ["--size"] = "32",
            ["--weights"] = "none",
            ["--epochs"] = "1",
            ["--batch-size"] = "12",
            ["--seed"] = "7",
            ["--device"] = "cpu",
        });
        SyntheticActions.Create(_folder.Path, Small);
        _both = _part1.Run("both", "--workers", "1");
    }

    [OneTimeTearDown]
    public void DeleteFolder() => _folder?.Dispose();

    [Test]
    public void Part1_SameSeed_GivesTheSameNumbersWithAnyNumberOfWorkers()
    {
        AssignmentSample.Results workers = _part1.Run("workers-4", "--workers", "4");
        _part1.RunAll(["train", .. _part1.Arguments("other-seed", "--seed", "8")]);
        Assert.Multiple(() =>
        {
            Assert.That(workers, Is.EqualTo(_both));
            Assert.That(_part1.ReadModelHash("other-seed"), Is.Not.EqualTo(_both.ModelHash));
        });
    }

    [Test]
    public void Part1_OnRealClips_GivesTheSameNumbersFromHdf5AndFromAvi()
    {
        using var clips = new RealClipSample();
        Assert.That(FreshProcess.RunSample("PrepareDataset", "--data", clips.Folder.Path).ExitCode, Is.Zero);
        AssignmentSample.Results hdf5 = _part1.Run("real-hdf5", "--data", clips.Folder.Path, "--classes", "Punch,PushUps", "--source", "hdf5", "--workers", "1");
        AssignmentSample.Results avi = _part1.Run("real-avi", "--data", clips.Folder.Path, "--classes", "Punch,PushUps", "--source", "avi", "--workers", "4");
        JsonNode summary = _part1.ReadSummary("real-avi");
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
        JsonNode summary = _part1.ReadSummary("both");
        string[] files = [.. Directory.GetFiles(_folder["both"], "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder["both"], file))];
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
            Assert.That((string)summary["validated_on"]!, Is.EqualTo("test side"));
            Assert.That((int)summary["test"]!["video"]!["count"]!, Is.EqualTo(14));
            Assert.That((string?)summary["commit"], Is.EqualTo(BuildVersion.Of(typeof(Recipe).Assembly).Commit));
            Assert.That((string)summary["hardware"]!, Is.EqualTo(Machine.Description));
            Assert.That((double)summary["frames_per_second"]!["train"]!, Is.Positive);
            Assert.That((long)summary["peak_memory_bytes"]!, Is.GreaterThan(100_000_000));
        });
    }

    [Test]
    public void Part1_EvaluateAlone_UsesTheCheckpointAndKeepsWhatTheTrainingWrote()
    {
        _part1.RunAll(["train", .. _part1.Arguments("apart")]);

        // Without the training's options: what was trained stands in the checkpoint and in the summary.
        _part1.RunAll(["evaluate", "--data", _folder.Path, "--classes", "RingStill,SquareGrow", "--output", _folder["apart"]]);
        Assert.That(_part1.ReadResults("apart"), Is.EqualTo(_both));
    }

    [Test]
    public void Part1_TrainingAnew_KeepsNoNumberOfTheEarlierModel()
    {
        _part1.Run("anew");
        _part1.RunAll(["train", .. _part1.Arguments("anew", "--seed", "9")]);
        JsonNode trained = _part1.ReadSummary("anew");
        string[] left = [.. Directory.GetFiles(_folder["anew"], "*", SearchOption.AllDirectories).Select(file => Path.GetFileName(file))];
        _part1.RunAll(["evaluate", .. _part1.Arguments("anew"), "--skip-train-videos"]);
        JsonNode evaluated = _part1.ReadSummary("anew");
        Assert.Multiple(() =>
        {
            Assert.That(left, Is.EquivalentTo(new[] { "checkpoint-last.safetensors", "metrics.csv", "summary.json" }));
            Assert.That(trained["test"]!["video"], Is.Null);
            Assert.That(trained["per_class"], Is.Null);
            Assert.That(evaluated["test"]!["video"], Is.Not.Null);
            Assert.That(evaluated["train"]!["video"], Is.Null);
            Assert.That((int)evaluated["recipe"]!["seed"]!, Is.EqualTo(9));
        });
    }

    [Test]
    public void Part1_HoldOutGroups_TrainsWithoutThemAndSavesTheirPredictions()
    {
        _part1.RunAll(["train", .. _part1.Arguments("held", "--hold-out-groups", "3")]);
        string[] data = ["--data", _folder.Path, "--output", _folder["held"], "--classes", "RingStill,SquareGrow"];
        _part1.RunAll(["evaluate", .. data]);
        JsonNode summary = _part1.ReadSummary("held");
        ActionDataset split = Ucf101.Load(_folder.Path, 1, new Ucf101Options { Classes = ["RingStill", "SquareGrow"] }).HoldOut(3);
        string predictions = Path.Combine(_folder["held"], "UCF-101-predictions");
        PredictionSet heldOut = PredictionSet.Load("held out", predictions, split.HeldOut, split.Classes, new PredictionSetOptions { Data = split.Name });
        PredictionSet test = PredictionSet.Load("test", predictions, split);
        Assert.Multiple(() =>
        {
            Assert.That((int)summary["data"]!["train_videos"]!, Is.EqualTo(30));
            Assert.That((int)summary["data"]!["held_out_videos"]!, Is.EqualTo(6));
            Assert.That((int)summary["train"]!["random_frame"]!["count"]!, Is.EqualTo(30));
            Assert.That((int)summary["data"]!["held_out_groups"]!, Is.EqualTo(3));
            Assert.That(summary["data"]!["held_out_seed"], Is.Null, "the last ones");
            Assert.That((int)summary["held_out"]!["random_frame"]!["count"]!, Is.EqualTo(6), "validated on them");
            Assert.That(summary["test"]!["random_frame"], Is.Null);
            Assert.That((int)summary["held_out"]!["video"]!["top1_correct"]!, Is.EqualTo(heldOut.CreateReport().Accuracy.Top1.Correct));
            Assert.That((heldOut.Scores.Count, test.Scores.Count), Is.EqualTo((6, 14)));
            Assert.That((heldOut.ModelHash, heldOut.Data), Is.EqualTo((test.ModelHash, "UCF-101 split 1")));
            _part1.AssertFails("other --hold-out-groups than asked for: 3, not 2", ["evaluate", .. data, "--hold-out-groups", "2"]);
            _part1.AssertFails("'RingStill' has 18 groups of training videos; at most 17 can be held out", _part1.Arguments("none-left", "--hold-out-groups", "18"));
        });
    }

    [Test]
    public void Part1_Evaluate_RefusesWhatTheCheckpointWasNotTrainedOn()
    {
        _part1.CopyTraining("both", "refused");
        using (ActionModel model = ActionModels.ResNet18(["RingStill", "SquareGrow"], options: new ResNet2DOptions { Size = 32 }))
        {
            ModelCheckpoint.Save(_folder["damaged/checkpoint-last.safetensors"], model, new Dictionary<string, string> { ["held_out_groups"] = "many", ["data"] = "UCF-101 split 1" });
        }

        string output = _folder["refused"];
        string[] data = ["--data", _folder.Path, "--output", output];
        Assert.Multiple(() =>
        {
            _part1.AssertFails("other data than asked for: UCF-101 split 1, not UCF-101 split 2", ["evaluate", .. data, "--classes", "RingStill,SquareGrow", "--split", "2"]);
            _part1.AssertFails("other classes than asked for: RingStill, SquareGrow, not RingStill", ["evaluate", .. data, "--classes", "RingStill"]);
            _part1.AssertFails("other --size than asked for: 32x32, not 48x48", ["evaluate", .. data, "--classes", "RingStill,SquareGrow", "--size", "48"]);
            _part1.AssertFails("The checkpoint's 'held_out_groups' is no whole number", "evaluate", "--data", _folder.Path, "--classes", "RingStill,SquareGrow", "--output", _folder["damaged"]);
            _part1.AssertFails("There is no checkpoint", "evaluate", "--data", _folder.Path, "--output", _folder["nowhere"]);
        });
    }

    [Test]
    public void Part1_EvaluatedInShards_MergesToTheFilesOfOneProcess()
    {
        const string Classes = "CircleAppear,CrossBlink,RingStill,SquareGrow";
        _part1.RunAll(["train", .. _part1.Arguments("whole", "--classes", Classes, "--hold-out-groups", "3")]);
        _part1.CopyTraining("whole", "shards");
        byte[] trained = File.ReadAllBytes(_folder["shards/summary.json"]);
        _part1.RunAll(["evaluate", "--data", _folder.Path, "--classes", Classes, "--output", _folder["whole"]]);
        string[] arguments = ["--data", _folder.Path, "--classes", Classes, "--output", _folder["shards"]];
        _part1.EvaluateShards(arguments, 4, 0, 1, 2);
        Assert.That(File.ReadAllBytes(_folder["shards/summary.json"]), Is.EqualTo(trained));
        Assert.That(Directory.GetFiles(_folder["shards"]).Select(Path.GetFileName), Is.EquivalentTo(new[] { "checkpoint-last.safetensors", "metrics.csv", "summary.json" }));
        _part1.AssertFails("12 of 60 videos have no predictions of this very model", ["merge", .. arguments]);
        _part1.RunAll(["evaluate", .. arguments, "--shard", "4/4"]);
        _part1.RunAll(["merge", .. arguments]);
        Assert.Multiple(() =>
        {
            Assert.That(_part1.ReadResults("shards"), Is.EqualTo(_part1.ReadResults("whole")));
            Assert.That(_part1.ReadPredictions("shards"), Is.EquivalentTo(_part1.ReadPredictions("whole")));
            Assert.That(_part1.ReadPredictions("whole"), Has.Count.EqualTo(28 + 12));
            Assert.That(Directory.GetFiles(_folder["shards/train-predictions"], "*", SearchOption.AllDirectories), Has.Length.EqualTo(60));
        });
    }

    [Test]
    public void Part1_WrongInput_SaysWhatToDo() => Assert.Multiple(() =>
    {
        _part1.AssertFails("training is not parted. Train first, then evaluate in shards.", "--data", _folder.Path, "--shard", "1/4");
        _part1.AssertFails("merge takes all shards together.", "merge", "--data", _folder.Path, "--shard", "1/4");
        _part1.AssertFails("'5/4' is no shard.", "evaluate", "--data", _folder.Path, "--shard", "5/4");
        _part1.AssertFails("does not hold UCF-101-hdf5/ nor UCF-101-compact/ nor UCF-101/", "--data", _folder["no-such-root"]);
        _part1.AssertFails("not there: Juggling", "--data", _folder.Path, "--classes", "RingStill,Juggling");
        _part1.AssertFails("There is no recipe 'best'", "--data", _folder.Path, "--recipe", "best");
        _part1.AssertFails("no-such-file.safetensors", "--data", _folder.Path, "--weights", "no-such-file.safetensors");
        _part1.AssertFails("There is no device 'gpu'", "--data", _folder.Path, "--device", "gpu");
        _part1.AssertFails("(Parameter 'BatchSize')", "--data", _folder.Path, "--batch-size", "0");
        _part1.AssertFails("(Parameter 'depth')", "--data", _folder.Path, "--depth", "19");
        _part1.AssertFails("does not hold UCF-101/.", "--data", _folder.Path, "--source", "avi");
        _part1.AssertFails("--max-minutes is above 0, up to a year.", "--data", _folder.Path, "--max-minutes", "1e300");
        _part1.AssertFails("--classes chooses of UCF-101 and HMDB51.", "--data", _folder.Path, "--dataset", "folder", "--classes", "RingStill");
    });
}
