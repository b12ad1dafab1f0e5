using System.Diagnostics;
using System.Globalization;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Training;

/// <summary>
/// A training that is killed at random moments and resumed ends as one that was not. The long run:
/// <c>UCF101_RELIABILITY=50 dotnet test -c Release --filter FullyQualifiedName~KilledTraining --logger "console;verbosity=detailed"</c>.
/// </summary>
public sealed class KilledTrainingTests : TensorFixture
{
    public const string Action = "train and resume";

    private const string FolderVariable = "UCF_TEST_FOLDER";
    private const string EpochsVariable = "UCF_TEST_EPOCHS";

    /// <summary>What the process that is killed does.</summary>
    public static void Train()
    {
        string folder = Environment.GetEnvironmentVariable(FolderVariable)!;
        int epochs = int.Parse(Environment.GetEnvironmentVariable(EpochsVariable)!, CultureInfo.InvariantCulture);
        Console.WriteLine(Train(epochs, folder, _ => Console.WriteLine("step")));
    }

    [Test]
    public void KilledAtRandomMoments_EndsAsWithoutToTheBit()
    {
        int kills = Reliability.Repetitions(usual: 2);

        // A life lasts for some ten steps; the training must outlive all of them.
        int epochs = (kills + 1) * 12;
        using var undisturbed = new TemporaryFolder();
        string whole = Train(epochs, undisturbed.Path);
        string best = ModelCheckpoint.ReadInfo(undisturbed[Trainer.BestCheckpoint]).ModelHash;
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        int whileWriting = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            using Process process = Start(folder.Path, epochs);
            Assert.That(process.StandardOutput.ReadLine(), Is.EqualTo("step"), "the training goes on");
            Thread.Sleep(random.Next(200));
            process.Kill();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.EqualTo(137), "it was killed, not done");
            whileWriting += Directory.GetFiles(folder.Path, ".checkpoint-*.tmp").Length > 0 ? 1 : 0;
        }

        (int exitCode, string output) = FreshProcess.Finish(Start(folder.Path, epochs));
        TestContext.Out.WriteLine($"{kills} kills, {whileWriting} of them while a checkpoint was written.");
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero, output);
            Assert.That(output[output.IndexOf("model ", StringComparison.Ordinal)..].Trim(), Is.EqualTo(whole));
            Assert.That(ModelCheckpoint.ReadInfo(folder[Trainer.BestCheckpoint]).ModelHash, Is.EqualTo(best));
            Assert.That(folder.Files(), Is.EqualTo(new[] { "checkpoint-best.safetensors", "checkpoint-last.safetensors", "metrics.csv", "validations.csv" }));
        });
    }

    private static Process Start(string folder, int epochs) => FreshProcess.StartAction(
        Action, AppContext.BaseDirectory, (FolderVariable, folder), (EpochsVariable, epochs.ToString(CultureInfo.InvariantCulture)));

    private static string Train(int epochs, string? folder, Action<TrainingProgress>? progress = null)
    {
        (TrainingResult result, string hash) = TrainingSetup.Train(
            TrainingSetup.Options with { Epochs = epochs, OutputFolder = folder, Resume = folder is not null, CheckpointEverySteps = 3, KeepBest = true },
            progress);
        return $"model {hash}\n{TrainingSetup.Describe(result)}";
    }
}
