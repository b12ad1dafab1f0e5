using TorchSharp;

namespace UcfActionRecognition.Tests.Training;

public sealed class TrainerResumeTests
{
    [TestCase("sgd")]
    [TestCase("adam")]
    [TestCase("adamw")]
    public void Fit_CancelledAfterAnyStepAndResumed_EndsAsWithoutToTheBit(string optimizer)
    {
        TrainerOptions options = TrainingSetup.Options with
        {
            Optimizer = optimizer switch { "sgd" => new SgdOptions(), "adam" => new AdamOptions(), _ => new AdamWOptions() },
        };
        (TrainingResult whole, string hash) = TrainingSetup.Train(options);
        for (int stop = 1; stop < whole.Steps; stop++)
        {
            using var folder = new TemporaryFolder();
            TrainerOptions resuming = options with { OutputFolder = folder.Path, Resume = true };
            Assert.That(() => TrainUntil(stop, resuming), Throws.InstanceOf<OperationCanceledException>().With.Message.StartsWith(
                $"The training was stopped after step {stop} "));
            (TrainingResult resumed, string resumedHash) = TrainingSetup.Train(resuming);
            Assert.Multiple(() =>
            {
                Assert.That(resumedHash, Is.EqualTo(hash), $"stopped after step {stop}");
                Assert.That(TrainingSetup.Describe(resumed), Is.EqualTo(TrainingSetup.Describe(whole)), $"stopped after step {stop}");
            });
        }
    }

    [Test]
    public void Fit_FromEachCheckpointOfATraining_EndsAsThatOneToTheBit()
    {
        using var folder = new TemporaryFolder();
        TrainerOptions options = TrainingSetup.Options with { OutputFolder = folder["whole"], CheckpointEverySteps = 1, KeepLast = 100, KeepBest = true };
        (TrainingResult whole, string hash) = TrainingSetup.Train(options);
        string[] checkpoints = Directory.GetFiles(folder["whole"], "checkpoint-step-*");
        Assert.That(checkpoints, Has.Length.EqualTo(6));
        foreach (string checkpoint in checkpoints)
        {
            string own = folder[Path.GetFileNameWithoutExtension(checkpoint)];
            Directory.CreateDirectory(own);
            File.Copy(checkpoint, Path.Combine(own, Trainer.LastCheckpoint));
            (TrainingResult resumed, string resumedHash) = TrainingSetup.Train(options with { OutputFolder = own, Resume = true });
            Assert.Multiple(() =>
            {
                Assert.That(resumedHash, Is.EqualTo(hash), checkpoint);
                Assert.That(TrainingSetup.Describe(resumed), Is.EqualTo(TrainingSetup.Describe(whole)), checkpoint);
                Assert.That(Rows(own), Is.EqualTo(Rows(folder["whole"])), checkpoint);
            });
        }
    }

    [Test]
    public void Fit_ResumedWhenDone_GivesTheSameWithoutAStep()
    {
        using var folder = new TemporaryFolder();
        TrainerOptions options = TrainingSetup.Options with { OutputFolder = folder.Path, Resume = true };
        (TrainingResult whole, string hash) = TrainingSetup.Train(options);
        int steps = 0;
        (TrainingResult again, string hashAgain) = TrainingSetup.Train(options, progress: _ => steps++);
        Assert.Multiple(() =>
        {
            Assert.That(steps, Is.Zero);
            Assert.That(hashAgain, Is.EqualTo(hash));
            Assert.That(TrainingSetup.Describe(again), Is.EqualTo(TrainingSetup.Describe(whole)));
        });
    }

    [Test]
    public void Fit_ResumedWithMoreEpochs_GoesOn()
    {
        using var folder = new TemporaryFolder();
        TrainerOptions options = TrainingSetup.Options with { Schedule = new ConstantSchedule() };
        (TrainingResult whole, string hash) = TrainingSetup.Train(options with { Epochs = 2 });
        TrainingSetup.Train(options with { Epochs = 1, OutputFolder = folder.Path });
        (TrainingResult longer, string longerHash) = TrainingSetup.Train(options with { Epochs = 2, OutputFolder = folder.Path, Resume = true });
        Assert.That((longerHash, TrainingSetup.Describe(longer)), Is.EqualTo((hash, TrainingSetup.Describe(whole))));
    }

    [Test]
    public void Fit_ResumedWithAnotherNumberOfWorkers_IsTheSame()
    {
        using var folder = new TemporaryFolder();
        (_, string hash) = TrainingSetup.Train(TrainingSetup.Options);
        TrainerOptions options = TrainingSetup.Options with { OutputFolder = folder.Path, Resume = true };
        Assert.That(() => TrainUntil(3, options), Throws.InstanceOf<OperationCanceledException>());
        using ActionModel model = TrainingSetup.Model();
        using ClipLoader training = TrainingSetup.Loader(model, workers: 5);
        new Trainer(options).Fit(model, training);
        Assert.That(model.ComputeHash(), Is.EqualTo(hash));
    }

    [Test]
    public void Fit_ResumeWithoutACheckpoint_Begins()
    {
        using var folder = new TemporaryFolder();
        (TrainingResult result, _) = TrainingSetup.Train(TrainingSetup.Options with { OutputFolder = folder.Path, Resume = true });
        Assert.That(result.Steps, Is.EqualTo(6));
    }

    [Test]
    public void Fit_ResumedWithOtherSettings_SaysWhichAndChangesNothing()
    {
        using var folder = new TemporaryFolder();
        TrainerOptions options = TrainingSetup.Options with { OutputFolder = folder.Path, Epochs = 1 };
        TrainingSetup.Train(options);
        byte[] before = File.ReadAllBytes(folder[Trainer.LastCheckpoint]);
        using ActionModel model = TrainingSetup.Model();
        string hash = model.ComputeHash();
        using ClipLoader loader = TrainingSetup.Loader(model, batchSize: 4);
        var trainer = new Trainer(options with { Resume = true, LearningRate = 0.5, Optimizer = new AdamOptions() });
        Assert.Multiple(() =>
        {
            Assert.That(() => trainer.Fit(model, loader), Throws.TypeOf<CheckpointException>().With.Message.Contains("is of another training: ")
                .And.Message.Contains("learningRate was 0.02 and is 0.5").And.Message.Contains("batchSize was 3 and is 4")
                .And.Message.Contains("optimizer was {\"$type\":\"sgd\"").And.Message.EndWith("begin anew without Resume."));
            Assert.That(model.ComputeHash(), Is.EqualTo(hash));
            Assert.That(File.ReadAllBytes(folder[Trainer.LastCheckpoint]), Is.EqualTo(before));
        });
    }

    [Test]
    public void Fit_ResumedOnOtherVideos_Throws()
    {
        using var folder = new TemporaryFolder();
        TrainerOptions options = TrainingSetup.Options with { OutputFolder = folder.Path, Epochs = 1 };
        TrainingSetup.Train(options);
        using ActionModel model = TrainingSetup.Model();
        using var loader = new ClipLoader(
            FormulaVideos.Videos(11), new FormulaVideos(), new RandomClip(1), AugmentationPipeline.Create().Resize(32), new ClipLoaderOptions { BatchSize = 3 });
        Assert.That(() => new Trainer(options with { Resume = true }).Fit(model, loader),
            Throws.TypeOf<CheckpointException>().With.Message.Contains("videos was 12, ").And.Message.Contains("and is 11, "));
    }

    [Test]
    public void Fit_ResumeOfAModelWithoutATraining_Throws()
    {
        using var folder = new TemporaryFolder();
        using ActionModel model = TrainingSetup.Model();
        ModelCheckpoint.Save(folder[Trainer.LastCheckpoint], model);
        Assert.That(() => TrainingSetup.Train(TrainingSetup.Options with { OutputFolder = folder.Path, Resume = true }),
            Throws.TypeOf<CheckpointException>().With.Message.Contains("holds a model but no state of a training"));
    }

    [TestCase("training.optimizer.fc.weight.velocity")]
    [TestCase("training.generator")]
    [TestCase("fc.weight")]
    public void Fit_ResumeOfADamagedCheckpoint_ThrowsAndChangesNothing(string tensor)
    {
        using var folder = new TemporaryFolder();
        TrainerOptions options = TrainingSetup.Options with { OutputFolder = folder.Path, Epochs = 1 };
        TrainingSetup.Train(options);
        Damage(folder[Trainer.LastCheckpoint], tensor);
        using ActionModel model = TrainingSetup.Model();
        string hash = model.ComputeHash();
        using ClipLoader loader = TrainingSetup.Loader(model);
        Assert.Multiple(() =>
        {
            Assert.That(() => new Trainer(options with { Resume = true }).Fit(model, loader),
                Throws.TypeOf<CheckpointException>().With.Message.Contains("damaged or changed"));
            Assert.That(model.ComputeHash(), Is.EqualTo(hash));
        });
    }

    [Test]
    public void TrainingCheckpoint_OfThousandsOfUnreadableVideos_CanBeReadAndNamesThem()
    {
        using var folder = new TemporaryFolder();
        using TinyModel model = TrainingSetup.Model();
        using Optimizer optimizer = new SgdOptions().Create([]);
        VideoFailure[] failures = [.. Enumerable.Range(0, 100_000).Select(i => new VideoFailure($"Class/{i}", new string('x', 200)))];
        var run = new Dictionary<string, string>();
        TrainingCheckpoint.Save(folder["f"], model, optimizer, new TrainingState { Run = run, BatchSize = 3, Failures = failures }, run);
        TrainingState state = TrainingCheckpoint.Load(folder["f"], model, optimizer, run).State;
        Assert.That(state.Failures.Select(failure => failure.Video), Is.EqualTo(failures.Select(failure => failure.Video)));
    }

    [Test]
    public void TrainingCheckpoint_IsAModelForAllOtherReaders()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D model = Models.TestModels.Small(3);
        model.FineTune(FineTuneScope.Head, BatchNormMode.Frozen);
        using ClipLoader loader = TrainingSetup.Loader(model);
        new Trainer(new TrainerOptions { Epochs = 1, OutputFolder = folder.Path }).Fit(model, loader);
        using ActionModel loaded = ActionModels.FromCheckpoint(folder[Trainer.LastCheckpoint]);
        using ResNet2D other = ActionModels.ResNet18(model.Classes, PretrainedWeights.FromFile(folder[Trainer.LastCheckpoint]), new ResNet2DOptions { Size = 32 });
        Assert.Multiple(() =>
        {
            Assert.That(loaded.ComputeHash(), Is.EqualTo(model.ComputeHash()));
            Assert.That(other.ComputeHash(), Is.EqualTo(model.ComputeHash()));
            Assert.That(ModelCheckpoint.ReadInfo(folder[Trainer.LastCheckpoint]).Metadata.Keys, Is.EquivalentTo(new[] { "epoch", "torch_threads" }));
        });
    }

    private static void TrainUntil(int step, TrainerOptions options)
    {
        using var cancel = new CancellationTokenSource();
        int steps = 0;
        TrainingSetup.Train(
            options,
            _ =>
            {
                if (++steps == step)
                {
                    cancel.Cancel();
                }
            },
            cancel.Token);
    }

    // Without the seconds.
    private static string[] Rows(string folder) =>
        [.. File.ReadLines(Path.Combine(folder, "metrics.csv")).Select(line => string.Join(',', line.Split(',').Where((_, column) => column != 10)))];

    private static void Damage(string path, string name)
    {
        long offset;
        using (SafetensorsFile file = SafetensorsFile.Open(path))
        {
            using torch.Tensor tensor = file.Read(name);
            offset = File.ReadAllBytes(path).AsSpan().IndexOf(tensor.bytes);
        }

        using FileStream stream = File.OpenWrite(path);
        stream.Position = offset;
        stream.WriteByte(0x41);
    }
}
