using TorchSharp;

namespace UcfActionRecognition.Tests.Training;

public class TrainerTests
{
    private static readonly string[] Classes = ["Class0", "Class1", "Class2"];

    [Test]
    public void Fit_OnVideosThatLookDifferent_LearnsThem()
    {
        using ActionModel model = Model();
        model.FineTune(FineTuneScope.Head, BatchNormMode.Frozen);
        using ClipLoader loader = Loader(model, colours: true);
        TrainingResult result = new Trainer(new TrainerOptions { Epochs = 10, LearningRate = 1e-2, AllowSharedGroups = true }).Fit(model, loader, loader);
        Assert.Multiple(() =>
        {
            Assert.That(result.Epochs, Has.Count.EqualTo(10));
            Assert.That(result.Epochs[^1].Train.Loss, Is.LessThan(result.Epochs[0].Train.Loss / 2));
            Assert.That(result.Epochs[^1].Validation!.Accuracy.Top1, Is.EqualTo(new Accuracy(12, 12)));
            Assert.That(result.Epochs.Select(epoch => epoch.Clips), Is.All.EqualTo(12));
        });
    }

    [Test]
    public void Fit_SameSeed_AnyNumberOfWorkers_GivesTheSameModelToTheBit()
    {
        string Run(int workers)
        {
            using ActionModel model = Model();
            new Trainer(new TrainerOptions { Epochs = 2 }).Fit(model, Loader(model, workers: workers));
            return model.ComputeHash();
        }

        string one = Run(1);
        Assert.Multiple(() =>
        {
            Assert.That(Run(1), Is.EqualTo(one));
            Assert.That(Run(4), Is.EqualTo(one));
        });
    }

    [Test]
    public void Fit_OfTheLastBlock_LeavesTheRestAsItWas()
    {
        using ActionModel model = Model();
        model.FineTune(FineTuneScope.LastBlock, BatchNormMode.Frozen);
        Dictionary<string, byte[]> before = Values(model);
        new Trainer(new TrainerOptions { Epochs = 1 }).Fit(model, Loader(model));
        Dictionary<string, byte[]> after = Values(model);
        string[] changed = [.. after.Keys.Where(key => !after[key].AsSpan().SequenceEqual(before[key])).Order()];
        Assert.That(changed, Is.EquivalentTo(model.TrainableParameters().Select(named => named.Name)));
    }

    [Test]
    public void Fit_AdamStep_IsThatOfTheFormula()
    {
        // The first step of Adam moves every parameter by lr * g / (|g| + eps): by lr, against the gradient's sign, where |g| >> eps.
        using ActionModel model = Model();
        model.FineTune(FineTuneScope.Head, BatchNormMode.Frozen);
        byte[] before = Values(model)["fc.bias"];
        new Trainer(new TrainerOptions { Epochs = 1, LearningRate = 1e-3 }).Fit(model, Loader(model, batchSize: 12));
        float[] moved = [.. Floats(Values(model)["fc.bias"]).Zip(Floats(before), (a, b) => a - b)];
        Assert.That(moved.Select(Math.Abs), Is.All.EqualTo(1e-3f).Within(1e-6));
    }

    [Test]
    public void Fit_WritesCheckpointAndMetricsAfterEachEpoch()
    {
        using var folder = new TemporaryFolder();
        using ActionModel model = Model();
        using ClipLoader loader = Loader(model);
        var options = new TrainerOptions
        {
            Epochs = 2,
            OutputFolder = folder.Path,
            AllowSharedGroups = true,
            CheckpointMetadata = new Dictionary<string, string> { ["recipe"] = "test" },
        };
        TrainingResult result = new Trainer(options).Fit(model, loader, loader);
        using ActionModel loaded = ActionModels.FromCheckpoint(folder[Trainer.LastCheckpoint]);
        string[] rows = File.ReadAllLines(folder["metrics.csv"]);
        Assert.Multiple(() =>
        {
            Assert.That(folder.Files(), Is.EqualTo(new[] { "checkpoint-last.safetensors", "metrics.csv" }));
            Assert.That(loaded.ComputeHash(), Is.EqualTo(model.ComputeHash()));
            Assert.That(ModelCheckpoint.ReadInfo(folder[Trainer.LastCheckpoint]).Metadata, Does.Contain(new KeyValuePair<string, string>("epoch", "2"))
                .And.Contain(new KeyValuePair<string, string>("recipe", "test")));
            Assert.That(rows, Has.Length.EqualTo(3));
            Assert.That(rows[0], Does.StartWith("epoch,train_loss,train_top1,"));
            Assert.That(rows[2].Split(',')[1], Is.EqualTo(result.Epochs[1].Train.Loss.ToString("R", System.Globalization.CultureInfo.InvariantCulture)));
        });
    }

    [Test]
    public void RecipeCreateTrainer_ItsCheckpointSaysRecipeDataAndEpoch()
    {
        using var folder = new TemporaryFolder();
        using ActionModel model = Model();
        Recipe recipe = Recipe.SingleFrame.Assignment with { Training = new TrainerOptions { Epochs = 1, OutputFolder = folder.Path } };
        var data = new ActionDataset("UCF-101 split 3", model.Classes, FormulaVideos.Videos(3), []);
        recipe.CreateTrainer(data).Fit(model, Loader(model));
        Assert.That(ModelCheckpoint.ReadInfo(folder[Trainer.LastCheckpoint]).Metadata, Is.EquivalentTo(new Dictionary<string, string>
        {
            ["recipe"] = "assignment",
            ["data"] = "UCF-101 split 3",
            ["epoch"] = "1",
            ["torch_threads"] = $"{TorchRuntime.Threads}",
            ["test_crops"] = "WholeFrame",
        }));
    }

    [TestCase("classes")]
    [TestCase("epoch")]
    [TestCase("torch_threads")]
    [TestCase("training")]
    public void Constructor_MetadataUnderANameOfTheCheckpoint_Throws(string name) =>
        Assert.That(() => new Trainer(new TrainerOptions { CheckpointMetadata = new Dictionary<string, string> { [name] = "x" } }),
            Throws.ArgumentException.With.Message.StartsWith($"The name '{name}' is the checkpoint's own."));

    [Test]
    public void Fit_ReportsEveryStep()
    {
        using ActionModel model = Model();
        var reports = new List<TrainingProgress>();
        new Trainer(new TrainerOptions { Epochs = 2 }).Fit(model, Loader(model), progress: new Reported<TrainingProgress>(reports.Add));
        Assert.Multiple(() =>
        {
            Assert.That(reports.Select(report => (report.Epoch, report.Batch, report.Batches, report.Clips)),
                Is.EqualTo(new[] { (1, 1, 3, 4L), (1, 2, 3, 8L), (1, 3, 3, 12L), (2, 1, 3, 4L), (2, 2, 3, 8L), (2, 3, 3, 12L) }));
            Assert.That(reports[^1].Remaining, Is.EqualTo(TimeSpan.Zero));
            Assert.That(reports.Select(report => report.ClipsPerSecond), Is.All.Positive);
        });
    }

    [Test]
    public void Fit_Cancelled_StopsAfterTheStep()
    {
        using ActionModel model = Model();
        using var cancel = new CancellationTokenSource();
        int steps = 0;
        var progress = new Reported<TrainingProgress>(_ => { steps++; cancel.Cancel(); });
        Assert.That(() => new Trainer().Fit(model, Loader(model), progress: progress, cancel: cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(steps, Is.EqualTo(1));
    }

    [Test]
    public void Fit_LossIsNoNumber_SaysWhereAndWhatToDo()
    {
        using ActionModel model = Model();
        Assert.That(() => new Trainer(new TrainerOptions { LearningRate = 1e30 }).Fit(model, Loader(model)),
            Throws.TypeOf<ActionRecognitionException>().With.Message.Match(@"^In step \d \(epoch 1, batch \d\) the loss became \S+\. Lower the learning rate.*There is no checkpoint yet"));
    }

    [Test]
    public void Fit_TheTensorsOfAStep_AreGoneAfterIt()
    {
        using ActionModel model = Model();
        using ClipLoader loader = Loader(model);
        var counts = new List<long>();
        var progress = new Reported<TrainingProgress>(_ => counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount));
        new Trainer(new TrainerOptions { Epochs = 4 }).Fit(model, loader, progress: progress);
        Assert.That(counts.Skip(3).Max(), Is.LessThanOrEqualTo(counts.Skip(3).First()), "no growth after the first epoch");
    }

    [Test]
    public void Fit_AVideoThatCannotBeRead_IsInTheResult()
    {
        using ActionModel model = Model();
        using var loader = new ClipLoader(
            FormulaVideos.Videos(12), new FormulaVideos { Broken = ["Class1/4"] }, new RandomClip(1), AugmentationPipeline.Create().Resize(model.Input.Size),
            new ClipLoaderOptions { BatchSize = 4, MaxFailureShare = 0.1 });
        TrainingResult result = new Trainer(new TrainerOptions { Epochs = 2 }).Fit(model, loader);
        Assert.That(result.Epochs.Select(epoch => epoch.Failures.Select(failure => failure.Video)), Is.All.EqualTo(new[] { "Class1/4" }));
    }

    [Test]
    public void Fit_ATestVideoThatCannotBeRead_CostsNoEpoch()
    {
        using var folder = new TemporaryFolder();
        using ActionModel model = Model();
        model.FineTune(FineTuneScope.Head, BatchNormMode.Frozen);
        Recipe recipe = Recipe.SingleFrame.Assignment with { Network = new ResNet2DOptions { Size = model.Input.Size } };
        using ClipLoader test = recipe.CreateTestLoader(FormulaVideos.Videos(3), new FormulaVideos { Broken = ["Class1/1"] });
        TrainingResult result = new Trainer(new TrainerOptions { Epochs = 1, OutputFolder = folder.Path, AllowSharedGroups = true }).Fit(model, Loader(model), test);
        Assert.Multiple(() =>
        {
            Assert.That(result.Epochs[0].Validation!.Accuracy.Top10, Is.EqualTo(new Accuracy(2, 3)));
            Assert.That(result.Epochs[0].Validation!.Failures.Select(failure => failure.Video), Is.EqualTo(new[] { "Class1/1" }));
            Assert.That(folder.Files(), Is.EqualTo(new[] { "checkpoint-last.safetensors", "metrics.csv" }));
        });
    }

    [TestCase(0, 1e-4)]
    [TestCase(1, 0)]
    [TestCase(1, double.NaN)]
    public void Constructor_OptionOutOfRange_Throws(int epochs, double learningRate) =>
        Assert.That(() => new Trainer(new TrainerOptions { Epochs = epochs, LearningRate = learningRate }), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static ResNet2D Model() => ActionModels.ResNet18(Classes, options: new ResNet2DOptions { Size = FrameSize.Square(32), Seed = 1 });

    private static ClipLoader Loader(ActionModel model, int workers = 2, int batchSize = 4, bool colours = false) => new(
        FormulaVideos.Videos(12), colours ? new ColouredVideos() : new FormulaVideos(), new RandomClip(1),
        AugmentationPipeline.Create().RandomCrop(0.7, 0.5).Resize(model.Input.Size).RandomBrightness(15),
        new ClipLoaderOptions { BatchSize = batchSize, Workers = workers });

    private static Dictionary<string, byte[]> Values(ActionModel model) =>
        model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.bytes.ToArray());

    private static float[] Floats(byte[] bytes) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(bytes).ToArray();

    /// <summary>Videos of one colour for each class.</summary>
    private sealed class ColouredVideos : IVideoClipSource
    {
        public VideoReader Open(string video, CancellationToken cancel = default) => new Reader(video[5] - '0');

        public void Dispose()
        {
        }

        private sealed class Reader(int label) : VideoReader
        {
            public override VideoInfo Info { get; } = new(32, 32, 5);

            public override void ReadFrames(ReadOnlySpan<int> frames, Span<byte> rgb)
            {
                for (int i = 0; i < rgb.Length; i++)
                {
                    rgb[i] = (byte)(i % 3 == label ? 200 : 40);
                }
            }

            public override bool ReadNext(Span<byte> rgb) => throw new NotSupportedException();
        }
    }
}
