using TorchSharp;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Training;

/// <summary>What goes wrong in a training: numbers, disks, a second writer; and the dry run, which finds some of it before.</summary>
public sealed class TrainingFaultTests : TensorFixture
{
    [Test]
    public void DiskFull_AtAnyWriteOfATraining_KeepsTheLastGoodCheckpoint_AndGoesOnOnceThereIsRoom()
    {
        TrainerOptions options = TrainingSetup.Options with { CheckpointEverySteps = 1, KeepLast = 3, KeepBest = true };
        (TrainingResult whole, string hash) = TrainingSetup.Train(options);
        int failed = 0;
        for (int room = 0; room <= 200_000; room += 20_000)
        {
            using var disk = new SmallDisk();
            TrainerOptions onDisk = options with { OutputFolder = Path.Combine(disk.Path, "out"), Resume = true };
            string ballast = Path.Combine(disk.Path, "ballast");
            Fill(ballast, room);
            try
            {
                TrainingSetup.Train(onDisk);
            }
            catch (Exception error) when (error is IOException or ActionRecognitionException)
            {
                failed++;
                Assert.That(error.Message, Does.Contain("out"), "names the file or the folder");
            }

            File.Delete(ballast);
            (TrainingResult resumed, string resumedHash) = TrainingSetup.Train(onDisk);
            Assert.Multiple(() =>
            {
                Assert.That((resumedHash, TrainingSetup.Describe(resumed)), Is.EqualTo((hash, TrainingSetup.Describe(whole))), $"{room} bytes");
                Assert.That(disk.Files().Where(file => file.EndsWith(".tmp", StringComparison.Ordinal)), Is.Empty);
            });
        }

        Assert.That(failed, Is.GreaterThan(3));

        // All of the disk but some bytes.
        static void Fill(string path, int room)
        {
            using FileStream file = File.Create(path);
            long free = new DriveInfo(Path.GetDirectoryName(path)!).AvailableFreeSpace;
            file.Write(new byte[Math.Max(free - room, 0)]);
        }
    }

    [Test]
    public void LossExplodes_SaysStepVideosAndTheLastGoodCheckpoint()
    {
        using var folder = new TemporaryFolder();
        using ActionModel model = TrainingSetup.Model();
        model.FineTune(FineTuneScope.Head, BatchNormMode.Frozen);
        using ClipLoader loader = TrainingSetup.Loader(model);
        var trainer = new Trainer(new TrainerOptions { Epochs = 2, LearningRate = 1e4, Optimizer = new SgdOptions(), OutputFolder = folder.Path, CheckpointEverySteps = 1 });
        var error = Assert.Throws<ActionRecognitionException>(() => trainer.Fit(model, loader));
        Assert.That(ModelCheckpoint.ReadInfo(folder[Trainer.LastCheckpoint]).Architecture, Is.EqualTo("tiny"));
        Assert.Multiple(() =>
        {
            Assert.That(error!.Message, Does.Match(@"^In step 2 \(epoch 1, batch 2\) the loss became \d\S*\. Lower the learning rate"));
            Assert.That(error.Message, Does.Contain($"The last good checkpoint is '{folder[Trainer.LastCheckpoint]}', of step 1."));
            Assert.That(error.Message, Does.Match(@"The videos of the step: Class\d/\d+, Class\d/\d+, Class\d/\d+\.$"));
        });
    }

    [Test]
    public void ParametersAreNoNumbers_NoCheckpointReplacesTheGoodOne()
    {
        using var folder = new TemporaryFolder();
        using ActionModel model = TrainingSetup.Model();
        using ClipLoader loader = TrainingSetup.Loader(model);
        var breaking = new NotingCallback("", [], stepEnd: current =>
        {
            if (current.Step == 2)
            {
                using IDisposable mode = torch.no_grad();
                current.Model.state_dict()["bn2.running_var"].fill_(float.NaN);
            }
        });
        var trainer = new Trainer(new TrainerOptions { Epochs = 1, OutputFolder = folder.Path, CheckpointEverySteps = 1, Callbacks = [breaking] });
        Assert.That(() => trainer.Fit(model, loader), Throws.TypeOf<ActionRecognitionException>().With.Message.StartsWith(
            "After step 2, bn2.running_var is not all finite numbers; no checkpoint was written. The last good checkpoint is '"));
        Assert.That(ModelCheckpoint.ReadInfo(folder[Trainer.LastCheckpoint]).Metadata["epoch"], Is.EqualTo("0"));
        Assert.That(folder.Files(), Is.EqualTo(new[] { "checkpoint-last.safetensors" }));
    }

    [Test]
    public void TwoTrainingsOfOneFolder_TheSecondIsRefused()
    {
        using var folder = new TemporaryFolder();
        var options = new TrainerOptions { Epochs = 1, OutputFolder = folder.Path, AllowSharedGroups = true };
        bool tried = false;
        TrainingSetup.Train(options, progress: _ =>
        {
            if (!tried)
            {
                tried = true;
                Assert.That(() => TrainingSetup.Train(options), Throws.TypeOf<ActionRecognitionException>().With.Message.Contains("is being written by this same process"));
            }
        });
        Assert.That(tried, Is.True);
        Assert.That(folder.Files(), Is.EqualTo(new[] { "checkpoint-last.safetensors", "metrics.csv" }));
    }

    [Test]
    public void DryRun_GoesThroughAll_AndLeavesModelAndFolderAsTheyWere()
    {
        using var folder = new TemporaryFolder();
        using ActionModel model = TrainingSetup.Model();
        string hash = model.ComputeHash();
        using ClipLoader loader = TrainingSetup.Loader(model);
        TrainingResult result = new Trainer(TrainingSetup.Options with { OutputFolder = folder.Path, KeepBest = true }).DryRun(model, loader, loader);
        Assert.Multiple(() =>
        {
            Assert.That((result.Steps, result.Epochs[0].Clips, result.Epochs[0].Validation!.Accuracy.Top1.Total), Is.EqualTo((1L, 3L, 3L)));
            Assert.That(model.ComputeHash(), Is.EqualTo(hash));
            Assert.That(folder.Files(), Is.Empty);
        });
    }

    [Test]
    public void DryRun_WhereNothingCanBeWritten_SaysSo()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        using ActionModel model = TrainingSetup.Model();
        using ClipLoader loader = TrainingSetup.Loader(model);
        Assert.That(() => new Trainer(new TrainerOptions { OutputFolder = folder["file"] }).DryRun(model, loader),
            Throws.TypeOf<ActionRecognitionException>().With.Message.Contains("cannot be locked for writing"));
    }
}
