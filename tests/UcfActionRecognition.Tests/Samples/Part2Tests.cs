using System.Text.Json.Nodes;
using TorchSharp;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Samples;

/// <summary>Part 2 as a user runs it. What it shares with Part 1 is in <see cref="Part1Tests"/>.</summary>
public class Part2Tests
{
    private static readonly SyntheticActionsOptions Small = new() { FrameSize = FrameSize.Square(24), MinFrames = 20, MaxFrames = 24 };

    private TemporaryFolder _folder = null!;
    private AssignmentSample _part2 = null!;

    [OneTimeSetUp]
    public void Train()
    {
        _folder = new TemporaryFolder();
        SyntheticActions.Create(_folder.Path, Small);
        _part2 = new AssignmentSample("Part2.Sequence", _folder, new Dictionary<string, string>
        {
            ["--classes"] = "RingStill,SquareGrow",
            ["--depth"] = "10",
            ["--size"] = "32",
            ["--weights"] = "none",
            ["--epochs"] = "1",
            ["--batch-size"] = "12",
            ["--seed"] = "7",
            ["--device"] = "cpu",
        });
        _part2.RunAll(["train", .. _part2.Arguments("trained", "--clip-length", "8", "--shortcut", "A")]);
    }

    [OneTimeTearDown]
    public void DeleteFolder() => _folder?.Dispose();

    [Test]
    [Explicit(LongForm.Reason)]
    [Category(LongForm.Category)]
    public void Part2_SameSeed_GivesTheSameNumbersWithAnyNumberOfWorkers()
    {
        AssignmentSample.Results first = _part2.Run("workers-1", "--workers", "1");
        AssignmentSample.Results workers = _part2.Run("workers-4", "--workers", "4");
        AssignmentSample.Results seed = _part2.Run("other-seed", "--seed", "8");
        Assert.Multiple(() =>
        {
            Assert.That(workers, Is.EqualTo(first));
            Assert.That(seed.ModelHash, Is.Not.EqualTo(first.ModelHash));
        });
    }

    [Test]
    public void Part2_OnRealClips_GivesTheSameNumbersFromHdf5AndFromAvi()
    {
        using var clips = new RealClipSample();
        Assert.That(FreshProcess.RunSample("PrepareDataset", "--data", clips.Folder.Path).ExitCode, Is.Zero);
        AssignmentSample.Results hdf5 = _part2.Run("real-hdf5", "--data", clips.Folder.Path, "--classes", "Punch,PushUps", "--source", "hdf5", "--workers", "1");
        AssignmentSample.Results avi = _part2.Run("real-avi", "--data", clips.Folder.Path, "--classes", "Punch,PushUps", "--source", "avi", "--workers", "4");
        JsonNode summary = _part2.ReadSummary("real-avi");
        Assert.Multiple(() =>
        {
            Assert.That(avi, Is.EqualTo(hdf5));
            Assert.That((int)summary["train"]!["random_clip"]!["count"]!, Is.EqualTo(5));
            Assert.That((int)summary["test"]!["video"]!["count"]!, Is.EqualTo(3));
            Assert.That((int)summary["test"]!["clip"]!["count"]!, Is.EqualTo(3 + 3 + 4), "windows of 16 in 48, 48 and 53 frames");
        });
    }

    [Test]
    public void Part2_TestsWholeVideosAsTold()
    {
        _part2.CopyTraining("trained", "tests");
        string[] evaluate = ["evaluate", "--data", _folder.Path, "--classes", "RingStill,SquareGrow", "--output", _folder["tests"]];
        string[][] tests = [[], ["--window-stride", "1", "--skip-train-videos"], ["--test", "full", "--skip-train-videos"]];
        JsonNode[] summaries = [.. tests.Select(test =>
        {
            _part2.RunAll([.. evaluate, .. test]);
            return _part2.ReadSummary("tests");
        })];
        Assert.Multiple(() =>
        {
            Assert.That(summaries.Select(summary => (string)summary["evaluated_on"]!),
                Is.EqualTo(new[] { "windows of 8 frames, stride 8", "windows of 8 frames, stride 1", "full sequence" }));
            Assert.That((int)summaries[0]["test"]!["clip"]!["count"]!, Is.EqualTo(14 * 3), "8, 8 and what is left, of 20 to 24 frames");
            Assert.That((int)summaries[1]["test"]!["clip"]!["count"]!, Is.InRange(14 * 13, 14 * 17));
            Assert.That((int)summaries[2]["test"]!["clip"]!["count"]!, Is.EqualTo(14));
            Assert.That((int)summaries[0]["train"]!["video"]!["count"]!, Is.EqualTo(36));
            Assert.That(summaries[2]["train"]!["video"], Is.Null, "what windows gave is not of a full sequence");
            Assert.That(summaries[2]["train"]!["clip"], Is.Null);
            Assert.That((int)summaries[2]["train"]!["random_clip"]!["count"]!, Is.EqualTo(36));
            Assert.That((string)summaries[2]["recipe"]!["model"]!, Is.EqualTo("resnet3d10-shortcut-A"));
            Assert.That((string)summaries[2]["recipe"]!["input"]!, Does.StartWith("clips of 8 frames of 32x32"));
            Assert.That(File.Exists(_folder["tests/UCF-101-predictions/RingStill/v_RingStill_g07_c01.hdf5"]), Is.True);
            Assert.That(File.Exists(_folder["tests/confusion_matrix.npy"]), Is.True);
        });
    }

    [Test]
    public void Part2_EvaluatedInShards_MergesToTheFilesOfOneProcess()
    {
        const string Classes = "CircleAppear,CircleVanish,CrossBlink,RingStill,SquareGrow,SquareShrink,TriangleFall,TriangleRise";
        _part2.RunAll(["train", .. _part2.Arguments("whole", "--classes", Classes, "--limit-batches", "1")]);
        _part2.CopyTraining("whole", "shards");
        string[] arguments = ["--data", _folder.Path, "--classes", Classes];
        string[] shards = [.. arguments, "--output", _folder["shards"], "--skip-train-videos"];
        _part2.RunAll(["evaluate", .. arguments, "--output", _folder["whole"], "--skip-train-videos"]);
        _part2.EvaluateShards(shards, 4, 0, 1, 2, 3);
        _part2.RunAll(["merge", .. shards]);
        Assert.Multiple(() =>
        {
            Assert.That(_part2.ReadResults("shards"), Is.EqualTo(_part2.ReadResults("whole")));
            Assert.That(_part2.ReadPredictions("shards"), Is.EquivalentTo(_part2.ReadPredictions("whole")));
            Assert.That(_part2.ReadPredictions("whole"), Has.Count.EqualTo(8 * 7));
        });
    }

    [Test]
    public void Part2_Evaluate_RefusesWhatTheCheckpointIsNot()
    {
        _part2.CopyTraining("trained", "refused");
        string[] evaluate = ["evaluate", "--data", _folder.Path, "--classes", "RingStill,SquareGrow", "--output", _folder["refused"]];
        Assert.Multiple(() =>
        {
            _part2.AssertFails("other --depth than asked for: 10, not 34", [.. evaluate, "--depth", "34"]);
            _part2.AssertFails("other --clip-length than asked for: 8, not 16", [.. evaluate, "--clip-length", "16"]);
            _part2.AssertFails("other --layer4-blocks than asked for: 1, not 2", [.. evaluate, "--layer4-blocks", "2"]);
            _part2.AssertFails("other --shortcut than asked for: A, not B", [.. evaluate, "--shortcut", "B"]);
            (int exitCode, string output) = FreshProcess.RunSample("Part1.SingleFrame", evaluate);
            Assert.That(exitCode, Is.EqualTo(1));
            Assert.That(output, Does.Contain("holds resnet3d10-shortcut-A, a model of clips of 8 frames of 32x32"));
        });
    }

    [Test]
    public void Part2_WeightsThatTheNormalizationDoesNotFit_AreSaidToAndTrained()
    {
        using ResNet3D pretrained = TestModels.SmallClips();
        using (torch.no_grad())
        {
            // As if its frames had run to 255.
            pretrained.state_dict()["bn1.running_var"].fill_(100 * 100);
        }

        ModelCheckpoint.Save(_folder["pretrained.safetensors"], pretrained);
        string[] arguments = ["train", .. _part2.Arguments("does-not-fit", "--weights", _folder["pretrained.safetensors"])];
        (int exitCode, string output) = FreshProcess.RunSample("Part2.Sequence", arguments);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero, output);
            Assert.That(output, Does.Match(@"classifier\s+of\s+4\s+classes\s+left,\s+a\s+new\s+one\s+of\s+[0-9]+\s+to\s+be\s+trained"));
            Assert.That(output, Does.Match(@"The input does not fit the weights: it is [0-9]+ times smaller than\s+what\s+they\s+were\s+trained\s+on"));
        });
    }

    [Test]
    public void Part2_WrongInput_SaysWhatToDo() => Assert.Multiple(() =>
    {
        string[] data = ["--data", _folder.Path, "--output", _folder["wrong"]];
        _part2.AssertFails("--clip-length is 2 or more.", [.. data, "--clip-length", "0"]);
        _part2.AssertFails("--clip-length is 2 or more.", [.. data, "--clip-length", "-16"]);
        _part2.AssertFails("--clip-length is 2 or more.", [.. data, "--clip-length", "1"]);
        _part2.AssertFails("The depth is 10, 18, 34, 50, 101, 152 or 200.", [.. data, "--depth", "19", "--layer4-blocks", "1"]);
        _part2.AssertFails("(Parameter 'Layer4Blocks')", [.. data, "--depth", "18", "--layer4-blocks", "3"]);
        _part2.AssertFails("--window-stride is 1 or more.", [.. data, "--window-stride", "0"]);
        _part2.AssertFails("a full sequence has no windows", [.. data, "--test", "full", "--window-stride", "4"]);
        _part2.AssertFails("There is no recipe 'best'", [.. data, "--recipe", "best"]);
    });
}
