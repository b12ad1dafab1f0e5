using System.Diagnostics;
using UcfActionRecognition.Tests.Distributed;

namespace UcfActionRecognition.Tests.Samples;

/// <summary>Part 1 as a user starts it by <c>mpirun</c>.</summary>
[Platform(Include = "Linux")]
public sealed class DistributedSampleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly AssignmentSample _part1;

    public DistributedSampleTests() => _part1 = new AssignmentSample("Part1.SingleFrame", _folder, new Dictionary<string, string>
    {
        ["--classes"] = "RingStill,SquareGrow",
        ["--depth"] = "18",
        ["--size"] = "32",
        ["--epochs"] = "1",
        ["--batch-size"] = "4",
        ["--workers"] = "1",
    });

    [OneTimeSetUp]
    public void MakeVideos() => SyntheticActions.Create(
        _folder.Path, new SyntheticActionsOptions { FrameSize = new FrameSize(24, 30), MinFrames = 17, MaxFrames = 20 });

    public void Dispose() => _folder.Dispose();

    [Test]
    public void Part1_OnTwoRanks_TrainsAsOneModelAndEvaluatesAsOneProcess()
    {
        (int exitCode, string output) = MpiJob.Finish(MpiJob.StartSample(2, "Part1.SingleFrame", [.. _part1.Arguments("ranks"), "--distributed", "mpi"]));
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Contains.Substring("2 processes, Open MPI"));
        _part1.CopyTraining("ranks", "one");
        _part1.RunAll(["evaluate", "--data", _folder.Path, "--classes", "RingStill,SquareGrow", "--output", _folder["one"]]);
        Assert.Multiple(() =>
        {
            Assert.That(output.Split("seconds. Results are in"), Has.Length.EqualTo(2), "rank 0 alone speaks");
            Assert.That(_part1.ReadResults("ranks"), Is.EqualTo(_part1.ReadResults("one")));
            Assert.That(_part1.ReadPredictions("ranks"), Is.EquivalentTo(_part1.ReadPredictions("one")));
        });
    }

    [Test]
    public void Part1_OnTwoRanks_SignalledThroughTheLauncher_SavesAndGoesOnInOneProcess()
    {
        string[] arguments = [.. _part1.Arguments("stopped", "--epochs", "1000000", "--checkpoint-steps", "1"), "--distributed", "mpi"];
        using Process job = MpiJob.StartSample(2, "Part1.SingleFrame", ["train", .. arguments]);
        while (!job.HasExited && !File.Exists(_folder["stopped/checkpoint-last.safetensors"]))
        {
            Thread.Sleep(5);
        }

        ExternalProgram.Run("kill", "-USR1", $"{job.Id}");
        (int exitCode, string output) = MpiJob.Finish(job);
        Assert.That(exitCode, Is.EqualTo(130), output);
        Assert.That(output, Does.Match(@"The training was stopped after step \d+ .*Resume goes on there\. Go on with the same command and --resume\."));
        (exitCode, output) = FreshProcess.RunSample("Part1.SingleFrame", ["train", .. _part1.Arguments("stopped", "--epochs", "1000000", "--max-minutes", "0.001"), "--resume"]);
        Assert.That(exitCode, Is.EqualTo(130), output);
        Assert.That(output, Does.Contain("The time is over."));
    }

    // One rank may be in its shard, and the other wait for it.
    [Test]
    public void Part1_OnTwoRanks_SignalledInEvaluation_EndsAndGoesOn()
    {
        _part1.RunAll(["train", .. _part1.Arguments("evaluated", "--limit-batches", "1")]);
        string[] arguments = ["evaluate", "--data", _folder.Path, "--output", _folder["evaluated"], "--classes", "RingStill,SquareGrow", "--distributed", "mpi"];
        using Process job = MpiJob.StartSample(2, "Part1.SingleFrame", arguments);
        string predictions = _folder["evaluated/train-predictions"];
        while (!job.HasExited && (!Directory.Exists(predictions) || !Directory.EnumerateFiles(predictions, "*.hdf5", SearchOption.AllDirectories).Any()))
        {
            Thread.Sleep(2);
        }

        ExternalProgram.Run("kill", "-USR1", $"{job.Id}");
        (int exitCode, string output) = MpiJob.Finish(job);
        Assert.That(exitCode, Is.EqualTo(130), output);
        (exitCode, output) = MpiJob.Finish(MpiJob.StartSample(2, "Part1.SingleFrame", [.. arguments, "--resume"]));
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(_part1.ReadPredictions("evaluated"), Has.Count.EqualTo(14));
    }

    [Test]
    public void Part1_OnTwoRanks_WithWrongInput_SaysWhatToDo() => Assert.Multiple(() =>
    {
        AssertFails("There is no checkpoint", "evaluate", "--data", _folder.Path, "--output", _folder["none"]);
        AssertFails("goes with neither --shard nor the verb merge", "evaluate", "--data", _folder.Path, "--shard", "1/2");
    });

    private static void AssertFails(string message, params string[] arguments)
    {
        (int exitCode, string output) = MpiJob.Finish(MpiJob.StartSample(2, "Part1.SingleFrame", [.. arguments, "--distributed", "mpi"]));
        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain(message).And.Not.Contain("   at "));
    }
}
