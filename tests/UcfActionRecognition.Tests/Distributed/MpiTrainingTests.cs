using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using UcfActionRecognition.Tests.Training;

namespace UcfActionRecognition.Tests.Distributed;

/// <summary>Trainings by processes that a real <c>mpirun</c> started.</summary>
public sealed class MpiTrainingTests
{
    public const string Action = "mpi training";

    private const string BatchSize = "UCF_TEST_BATCH_SIZE";
    private const string Folder = "UCF_TEST_FOLDER";
    private const string MaxSteps = "UCF_TEST_MAX_STEPS";
    private const string Epochs = "UCF_TEST_EPOCHS";
    private const string Broken = "UCF_TEST_BROKEN";
    private const string FailAt = "UCF_TEST_FAIL_AT";
    private const int Terminate = 15;
    private const int User1 = 10;

    /// <summary>What each rank does.</summary>
    public static void Train()
    {
        using var stop = new CancellationTokenSource();
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, signal => Cancel(signal, stop));
        using var user = PosixSignalRegistration.Create((PosixSignal)User1, signal => Cancel(signal, stop));
        MpiProcessGroup.Run(group =>
        {
            int opened = 0;
            var training = new RankTraining
            {
                BatchSize = Number(BatchSize) ?? 6,
                Broken = Environment.GetEnvironmentVariable(Broken) is { } broken ? [broken] : [],
                Trainer = RankTraining.Options with
                {
                    OutputFolder = Environment.GetEnvironmentVariable(Folder),
                    Resume = Environment.GetEnvironmentVariable(Folder) is not null,
                    MaxSteps = Number(MaxSteps),
                    Epochs = Number(Epochs) ?? RankTraining.Options.Epochs,
                    CheckpointEverySteps = 1,
                },
                Opening = Number(FailAt) is not { } failAt || group.Rank != 1 ? null : _ =>
                {
                    if (Interlocked.Increment(ref opened) == failAt)
                    {
                        throw new InvalidOperationException("the drive is gone");
                    }
                },
                Progress = progress => Say($"step of epoch {progress.Epoch}"),
                Cancel = stop.Token,
            };
            (TrainingResult result, float[] parameters) = training.Run(group);
            if (group.Rank == 0)
            {
                Say($"unreadable: {string.Join(",", result.Epochs[0].Failures.Select(failure => failure.Video))}");
                Say($"parameters: {string.Join(",", parameters.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))}");
            }

            return 0;
        });
    }

    [TestCase("openmpi", 1)]
    [TestCase("openmpi", 2)]
    [TestCase("openmpi", 4)]
    [TestCase("mpich", 2)]
    public void RanksFollowOneProcess(string mpi, int ranks)
    {
        (int exitCode, string output) = MpiJob.Finish(MpiJob.StartAction(MpiJob.Launcher(mpi), ranks, Action, (BatchSize, $"{12 / ranks}")));
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(Parameters(output), Is.EqualTo(Expected()).Within(1e-5));
        Assert.That(StepsIn(output), Is.EqualTo(20), "rank 0 alone reports");
    }

    [TestCase(1)]
    [TestCase(3)]
    public void StoppedOn2Ranks_GoesOnOnOthers(int ranks)
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output) = Run(2, (Folder, folder.Path), (MaxSteps, "7"));
        Assert.That(exitCode, Is.Zero, output);
        (exitCode, output) = Run(ranks, (Folder, folder.Path));
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(Parameters(output), Is.EqualTo(Expected()).Within(1e-5));
        Assert.That(StepsIn(output), Is.EqualTo(13));
    }

    [Test]
    public void AKilledRank_EndsTheJobAndLeavesAWholeCheckpoint()
    {
        using var folder = new TemporaryFolder();
        using Process job = MpiJob.StartAction(MpiJob.Launcher("openmpi"), 2, Action, (Folder, folder.Path), (Epochs, "1000000"));
        WaitForSteps(job, 5);
        var since = Stopwatch.StartNew();
        using (var rank = Process.GetProcessById(MpiJob.RanksOf(job)[1]))
        {
            rank.Kill();
        }

        (int exitCode, string output) = MpiJob.Finish(job);
        TestContext.Out.WriteLine($"The job ended {since.Elapsed.TotalSeconds:F1} s after the kill.");
        Assert.That(exitCode, Is.Not.Zero);
        Assert.That(output, Contains.Substring("exited on signal 9"), "the launcher says why");
        AssertGoesOn(folder);
    }

    [Test]
    public void ARankThatFails_EndsTheJobWithTheReason()
    {
        using var folder = new TemporaryFolder();
        (int exitCode, string output) = Run(2, (Folder, folder.Path), (FailAt, "40"));
        Assert.That(exitCode, Is.Not.Zero, output);
        Assert.That(output, Contains.Substring("the drive is gone"));
        Assert.That(output, Contains.Substring("Rank 1 of 2 failed: Loading").And.Contains("The last good checkpoint is"));
        AssertGoesOn(folder);
    }

    [Test]
    public void AnUnreachableOutputFolder_EndsTheJobWithTheReason()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        (int exitCode, string output) = Run(2, (Folder, folder["file"]));
        Assert.That(exitCode, Is.Not.Zero, output);
        Assert.That(output, Contains.Substring("cannot be locked for writing").And.Contains("Rank 0 of 2 failed: "));
    }

    [Test]
    public void ABrokenVideoOfOneRank_IsReplacedAndNamed()
    {
        (int exitCode, string output) = Run(2, (Broken, "Class1/4"));
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Contains.Substring("unreadable: Class1/4\n"));
        Assert.That(Parameters(output), Is.EqualTo(Expected("Class1/4")).Within(1e-5));
    }

    // What a scheduler sends before its time limit: to the ranks, or by way of the launcher.
    [TestCase(Terminate, false)]
    [TestCase(User1, true)]
    public void ASignal_SavesFirst(int signal, bool toTheLauncher)
    {
        using var folder = new TemporaryFolder();
        using Process job = MpiJob.StartAction(MpiJob.Launcher("openmpi"), 2, Action, (Folder, folder.Path), (Epochs, "1000000"));
        WaitForSteps(job, 5);
        foreach (int id in toTheLauncher ? [job.Id] : MpiJob.RanksOf(job))
        {
            ExternalProgram.Run("kill", $"-{signal}", $"{id}");
        }

        (int exitCode, string output) = MpiJob.Finish(job);
        Assert.That(exitCode, Is.Not.Zero);
        Assert.That(output, Contains.Substring("The training was stopped after step").And.Contains("holds all of it"));
        AssertGoesOn(folder);
    }

    // One more step on one rank: the checkpoint is whole, and of this training.
    private static void AssertGoesOn(TemporaryFolder folder)
    {
        string path = folder[Trainer.LastCheckpoint];
        using TinyModel model = TrainingSetup.Load(path);
        long step = Steps(path);
        (int exitCode, string output) = Run(1, (Folder, folder.Path), (BatchSize, "12"), (Epochs, "1000000"), (MaxSteps, $"{step + 1}"));
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(Steps(path), Is.EqualTo(step + 1));
        Assert.That(Directory.GetFiles(folder.Path, "*.tmp"), Is.Empty);
    }

    private static long Steps(string path)
    {
        using SafetensorsFile file = ModelCheckpoint.Open(path);
        using var state = JsonDocument.Parse(file.Metadata["training"]);
        return state.RootElement.GetProperty("step").GetInt64();
    }

    private static void WaitForSteps(Process job, int steps)
    {
        for (int step = 0; step < steps;)
        {
            string line = job.StandardOutput.ReadLine() ?? throw new InvalidOperationException(job.StandardError.ReadToEnd());
            step += StepsIn(line);
        }
    }

    // A launcher makes a terminal of the ranks' output, whose first line begins with what controls it.
    private static int StepsIn(string output) => output.Split('\n').Count(line => line.Contains("step of epoch", StringComparison.Ordinal));

    private static (int ExitCode, string Output) Run(int ranks, params (string Name, string? Value)[] environment) =>
        MpiJob.Finish(MpiJob.StartAction(MpiJob.Launcher("openmpi"), ranks, Action, environment));

    private static float[] Expected(params string[] broken) => new RankTraining { BatchSize = 12, Broken = [.. broken] }.Run().Parameters;

    private static float[] Parameters(string output) =>
        [.. output.Split('\n').Single(line => line.StartsWith("parameters: ", StringComparison.Ordinal))["parameters: ".Length..].Split(',')
            .Select(value => float.Parse(value, CultureInfo.InvariantCulture))];

    private static int? Number(string name) =>
        Environment.GetEnvironmentVariable(name) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;

    private static void Cancel(PosixSignalContext signal, CancellationTokenSource stop)
    {
        signal.Cancel = true;
        stop.Cancel();
    }

    // In one piece: the ranks' lines come to one pipe.
    private static void Say(string line)
    {
        Console.Out.Write(line + "\n");
        Console.Out.Flush();
    }
}
