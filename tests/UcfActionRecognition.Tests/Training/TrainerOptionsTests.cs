using Tensorboard;
using TorchSharp;
using UcfActionRecognition.Tests.Models;
using static UcfActionRecognition.Tests.Models.TestModels;

namespace UcfActionRecognition.Tests.Training;

/// <summary>What each option of a training does.</summary>
public sealed class TrainerOptionsTests : TensorFixture
{
    private static readonly AugmentationPipeline Plain = AugmentationPipeline.Create().Resize(32);

    [Test]
    public void AccumulateBatches_WithFrozenBatchNorms_IsAsOneLargeBatch()
    {
        double[] Trained(int batchSize, int accumulate)
        {
            using ActionModel model = TrainingSetup.Model();
            model.FineTune(FineTuneScope.LastBlock, BatchNormMode.Frozen);
            using ClipLoader loader = TrainingSetup.Loader(model, batchSize, augmentation: Plain);
            var options = new TrainerOptions { Epochs = 2, LearningRate = 0.01, Optimizer = new SgdOptions(), AccumulateBatches = accumulate };
            TrainingResult result = new Trainer(options).Fit(model, loader);
            Assert.That(result.Steps, Is.EqualTo(4), "two steps an epoch");
            return Values(model.state_dict()["fc.weight"]);
        }

        // 12 videos: batches of 6, or of 3 and 3; of 2, 2 and 2.
        double[] large = Trained(6, 1);
        Assert.Multiple(() =>
        {
            Assert.That(RelativeDifference(Trained(3, 2), large), Is.LessThan(1e-5));
            Assert.That(RelativeDifference(Trained(2, 3), large), Is.LessThan(1e-5));
        });
    }

    [Test]
    public void AccumulateBatches_WithClassWeights_IsAsOneLargeBatch()
    {
        double[] Trained(int batchSize, int accumulate)
        {
            using ActionModel model = TrainingSetup.Model();
            model.FineTune(FineTuneScope.LastBlock, BatchNormMode.Frozen);
            using ClipLoader loader = TrainingSetup.Loader(model, batchSize, augmentation: Plain);
            new Trainer(new TrainerOptions
            {
                Epochs = 2,
                LearningRate = 0.01,
                Optimizer = new SgdOptions(),
                AccumulateBatches = accumulate,
                ClassWeights = [1, 0.1, 5],
                LabelSmoothing = 0.1,
                MaxGradientNorm = 0.5,
            }).Fit(model, loader);
            return Values(model.state_dict()["fc.weight"]);
        }

        Assert.That(RelativeDifference(Trained(3, 2), Trained(6, 1)), Is.LessThan(1e-5));
    }

    [Test]
    public void AccumulateBatches_CancelledWithinAStep_PutsTheStatisticsBack()
    {
        using var folder = new TemporaryFolder();
        TrainerOptions options = TrainingSetup.Options with { OutputFolder = folder.Path, Resume = true, AccumulateBatches = 4, Epochs = 2 };
        (TrainingResult whole, string hash) = TrainingSetup.Train(options with { OutputFolder = null, Resume = false });
        using var cancel = new CancellationTokenSource();
        using (ActionModel model = TrainingSetup.Model())
        {
            string before = model.ComputeHash();
            int opened = 0;
            using var loader = new ClipLoader(
                FormulaVideos.Videos(12), new FormulaVideos { Broken = ["Class1/4"], Opening = _ => { if (++opened == 11) { cancel.Cancel(); } } }, new RandomClip(1),
                TrainingSetup.Augmentation(model), new ClipLoaderOptions { BatchSize = 3, Workers = 1, PrefetchBatches = 1, MaxFailureShare = 0.5 });
            Assert.That(() => new Trainer(options).Fit(model, loader, cancel: cancel.Token), Throws.InstanceOf<OperationCanceledException>());
            Assert.That(model.ComputeHash(), Is.EqualTo(before), "no whole step was made");
        }

        (TrainingResult resumed, string resumedHash) = TrainingSetup.Train(options);
        Assert.That((resumedHash, TrainingSetup.Describe(resumed)), Is.EqualTo((hash, TrainingSetup.Describe(whole))));
    }

    [Test]
    public void AccumulateBatches_ThatDoNotGoIntoTheEpoch_TheLastStepTakesTheRest()
    {
        var clips = new List<long>();
        TrainOnce(new TrainerOptions { Epochs = 1, AccumulateBatches = 3 }, progress: report => clips.Add(report.Clips));
        Assert.That(clips, Is.EqualTo(new[] { 9L, 12L }));
    }

    [Test]
    public void BackboneLearningRateFactor_Zero_MovesTheClassifierAlone()
    {
        using ActionModel model = TrainingSetup.Model();
        model.FineTune(FineTuneScope.All, BatchNormMode.Frozen);
        Dictionary<string, double[]> before = AllValues(model);
        using ClipLoader loader = TrainingSetup.Loader(model);
        new Trainer(new TrainerOptions { Epochs = 1, BackboneLearningRateFactor = 0 }).Fit(model, loader);
        Dictionary<string, double[]> after = AllValues(model);
        Assert.That(after.Keys.Where(key => !after[key].SequenceEqual(before[key])), Is.EquivalentTo(new[] { "fc.weight", "fc.bias" }));
    }

    [Test]
    public void MaxGradientNorm_ShortensTheStepToIt()
    {
        double Moved(double? norm)
        {
            using ActionModel model = TrainingSetup.Model();
            model.FineTune(FineTuneScope.Head, BatchNormMode.Frozen);
            double[] before = [.. Values(model.state_dict()["fc.weight"]), .. Values(model.state_dict()["fc.bias"])];
            using ClipLoader loader = TrainingSetup.Loader(model, batchSize: 12);
            new Trainer(new TrainerOptions { Epochs = 1, LearningRate = 1, Optimizer = new SgdOptions { Momentum = 0 }, MaxGradientNorm = norm }).Fit(model, loader);
            double[] after = [.. Values(model.state_dict()["fc.weight"]), .. Values(model.state_dict()["fc.bias"])];
            return Math.Sqrt(after.Zip(before, (a, b) => (a - b) * (a - b)).Sum());
        }

        double free = Moved(null);
        Assert.Multiple(() =>
        {
            Assert.That(Moved(free / 10), Is.EqualTo(free / 10).Within(free * 1e-5));
            Assert.That(Moved(free * 2), Is.EqualTo(free).Within(free * 1e-6));
        });
    }

    [TestCase("plain", 0, false)]
    [TestCase("smoothing", 0.1, false)]
    [TestCase("weights", 0, true)]
    [TestCase("both", 0.2, true)]
    public void Loss_WithSmoothingAndWeights_AndItsGradient_ArePyTorchs(string name, double smoothing, bool weighted)
    {
        var expected = System.Text.Json.JsonDocument.Parse(File.ReadAllText(Fixture("training", "losses.json"))).RootElement.GetProperty(name);
        using var model = new GivenLogits(torch.tensor([.. Enumerable.Range(0, 24).Select(i => 3 * Math.Sin(0.7 * i))]).reshape(6, 4));
        using torch.Tensor weights = torch.tensor([1.0, 0.5, 2.0, 0.0]);
        ClipLoss loss = Compute(model, new LossSettings(weighted ? weights : null, smoothing, AverageViews: false), [0, 1, 2, 3, 1, 1], views: 1);
        loss.Loss.backward();
        Assert.Multiple(() =>
        {
            Assert.That(loss.Loss.item<double>(), Is.EqualTo(expected.GetProperty("loss").GetDouble()).Within(1e-12));
            Assert.That(Values(model.Given.grad!), Is.EqualTo(expected.GetProperty("gradient").EnumerateArray().Select(value => value.GetDouble())).Within(1e-12));
        });
    }

    [Test]
    public void SegmentConsensus_AveragesTheLogitsOfAVideosViews()
    {
        double[] rows = [.. Enumerable.Range(0, 24).Select(i => 3 * Math.Sin(0.7 * i))];
        using var model = new GivenLogits(torch.tensor(rows).reshape(6, 4));
        ClipLoss loss = Compute(model, new LossSettings(null, 0, AverageViews: true), [2, 0, 1], views: 2);
        double[] means = [.. Enumerable.Range(0, 12).Select(i => (rows[(i / 4 * 8) + (i % 4)] + rows[(i / 4 * 8) + 4 + (i % 4)]) / 2)];
        using torch.Tensor direct = torch.nn.functional.cross_entropy(torch.tensor(means).reshape(3, 4), torch.tensor(new long[] { 2, 0, 1 }));
        Assert.Multiple(() =>
        {
            Assert.That(Values(loss.Logits), Is.EqualTo(means).Within(1e-12));
            Assert.That(loss.Labels, Is.EqualTo(new long[] { 2, 0, 1 }));
            Assert.That(loss.Loss.item<double>(), Is.EqualTo(direct.item<double>()).Within(1e-12));
        });
    }

    [TestCase(2, TrainingEnd.MaxSteps)]
    [TestCase(100, TrainingEnd.Epochs)]
    public void MaxSteps_EndsTheTraining_ItsCheckpointGoesOn(int steps, TrainingEnd end)
    {
        using var folder = new TemporaryFolder();
        var options = new TrainerOptions { Epochs = 2, OutputFolder = folder.Path, Resume = true };
        TrainingResult result = TrainOnce(options with { MaxSteps = steps });
        TrainingResult rest = TrainOnce(options);
        Assert.Multiple(() =>
        {
            Assert.That((result.Steps, result.End), Is.EqualTo((Math.Min(steps, 8L), end)));
            Assert.That(result.Epochs.Select(epoch => epoch.Clips), steps == 2 ? Is.EqualTo(new[] { 6L }) : Is.EqualTo(new[] { 12L, 12L }));
            Assert.That((rest.Steps, rest.End), Is.EqualTo((8L, TrainingEnd.Epochs)));
        });
    }

    [Test]
    public void MaxTime_EndsTheTrainingWithTheStepUnderWay()
    {
        TrainingResult result = TrainOnce(new TrainerOptions { Epochs = 100, MaxTime = TimeSpan.FromTicks(1) });
        Assert.That((result.End, result.Steps), Is.EqualTo((TrainingEnd.MaxTime, 0L)), "the time was over before the first step");
    }

    [Test]
    public void LimitBatches_TrainsAndValidatesOnThoseAlone()
    {
        using ActionModel model = TrainingSetup.Model();
        using ClipLoader loader = TrainingSetup.Loader(model);
        var options = new TrainerOptions { Epochs = 2, LimitBatches = 2, LimitValidationBatches = 1, AllowSharedGroups = true };
        TrainingResult result = new Trainer(options).Fit(model, loader, loader);
        Assert.Multiple(() =>
        {
            Assert.That(result.Epochs.Select(epoch => epoch.Clips), Is.All.EqualTo(6));
            Assert.That(result.Epochs.Select(epoch => epoch.Validation!.Accuracy.Top1.Total), Is.All.EqualTo(3));
        });
    }

    [Test]
    public void ValidateEverySteps_ScoresWithinEpochsAndAfterThem()
    {
        using var folder = new TemporaryFolder();
        (TrainingResult result, _) = TrainingSetup.Train(TrainingSetup.Options with { AccumulateBatches = 1, ValidateEverySteps = 3, OutputFolder = folder.Path });
        Assert.Multiple(() =>
        {
            Assert.That(result.Validations.Select(validation => (validation.Step, validation.Epoch)),
                Is.EqualTo(new[] { (3L, 1), (4L, 1), (6L, 2), (8L, 2), (9L, 3), (12L, 3) }));
            Assert.That(result.Epochs.Select(epoch => epoch.Validation), Is.EqualTo(new[] { 1, 3, 5 }.Select(i => result.Validations[i].Metrics)));
            Assert.That(File.ReadAllLines(folder["validations.csv"]), Has.Length.EqualTo(7));
        });
    }

    [Test]
    public void EarlyStopping_EndsAfterSoManyValidationsWithoutABetterOne()
    {
        // A learning rate that moves nothing: the first validation stays the best.
        TrainerOptions options = TrainingSetup.Options with
        {
            Epochs = 10,
            LearningRate = 1e-30,
            Schedule = new ConstantSchedule(),
            ValidateEverySteps = null,
            EarlyStoppingPatience = 2,
            Monitor = MonitoredMetric.Top1,
        };
        using ActionModel model = TrainingSetup.Model();
        model.FineTune(FineTuneScope.Head, BatchNormMode.Frozen);
        using ClipLoader training = TrainingSetup.Loader(model);
        using var validation = new ClipLoader(FormulaVideos.Videos(6), new FormulaVideos(), new CenterClip(1), Plain);
        TrainingResult result = new Trainer(options).Fit(model, training, validation);
        Assert.That((result.End, result.Epochs.Count, result.Best!.Epoch), Is.EqualTo((TrainingEnd.EarlyStopping, 3, 1)));
    }

    [Test]
    public void KeepLastAndKeepBest_KeepTheNewestAndTheBest()
    {
        using var folder = new TemporaryFolder();
        (TrainingResult result, string hash) = TrainingSetup.Train(TrainingSetup.Options with
        {
            OutputFolder = folder.Path,
            CheckpointEverySteps = 2,
            KeepLast = 2,
            KeepBest = true,
            Monitor = MonitoredMetric.Loss,
        });
        ValidationResult best = result.Validations.MinBy(validation => validation.Metrics.Loss)!;
        using ActionModel kept = TrainingSetup.Load(folder[Trainer.BestCheckpoint]);
        using ClipLoader loader = TrainingSetup.Loader(kept);
        Assert.Multiple(() =>
        {
            Assert.That(folder.Files(), Is.EqualTo(new[]
            {
                "checkpoint-best.safetensors", "checkpoint-last.safetensors", "checkpoint-step-000004.safetensors", "checkpoint-step-000006.safetensors",
                "metrics.csv", "validations.csv",
            }));
            Assert.That(result.Best, Is.EqualTo(best));
            Assert.That(Evaluator.EvaluateClips(kept, loader, allowTrainingVideos: true, best.Epoch - 1).Loss, Is.EqualTo(best.Metrics.Loss));
            Assert.That(ModelCheckpoint.ReadInfo(folder[Trainer.LastCheckpoint]).ModelHash, Is.EqualTo(hash));
            Assert.That(File.ReadAllBytes(folder["checkpoint-step-000006.safetensors"]), Is.EqualTo(File.ReadAllBytes(folder[Trainer.LastCheckpoint])));
        });
    }

    [Test]
    public void Fit_AnewInTheFolderOfAnEarlierTraining_LeavesNothingOfIt()
    {
        using var folder = new TemporaryFolder();
        TrainingSetup.Train(TrainingSetup.Options with { OutputFolder = folder.Path, CheckpointEverySteps = 1, KeepLast = 5, KeepBest = true, TensorBoard = true });
        TrainOnce(new TrainerOptions { Epochs = 1, OutputFolder = folder.Path });
        Assert.That(folder.Files(), Is.EqualTo(new[] { "checkpoint-last.safetensors", "metrics.csv" }));
    }

    [Test]
    public void TensorBoard_ItsEventsHoldTheCurves()
    {
        using var folder = new TemporaryFolder();
        (TrainingResult result, _) = TrainingSetup.Train(TrainingSetup.Options with { OutputFolder = folder.Path, TensorBoard = true });
        Event[] events = [.. ReadEvents(Directory.GetFiles(folder.Path, "events.out.tfevents.*").Single())];
        ILookup<string, (long Step, float Value)> values = events.SelectMany(e => e.Summary?.Value.Select(v => (v.Tag, e.Step, v.SimpleValue)) ?? [])
            .ToLookup(v => v.Tag, v => (v.Step, v.SimpleValue));
        Assert.Multiple(() =>
        {
            Assert.That(events[0].FileVersion, Is.EqualTo("brain.Event:2"));
            Assert.That(events.Skip(1).Select(e => e.WallTime), Is.All.GreaterThan(1.7e9).And.All.LessThan(1e10));
            Assert.That(values["train/loss"].Select(v => v.Step), Is.EqualTo(new long[] { 1, 2, 3, 4, 5, 6 }));
            Assert.That(values["train/learning_rate"].Select(v => v.Value).First(), Is.EqualTo(0.01f));
            Assert.That(values["train/gradient_norm"].Count(), Is.EqualTo(6));
            Assert.That(values["train_epoch/top1"], Is.EqualTo(result.Epochs.Select(epoch => (epoch.Step, (float)epoch.Train.Accuracy.Top1.Value))));
            Assert.That(values["validation/loss"], Is.EqualTo(result.Validations.Select(v => (v.Step, (float)v.Metrics.Loss))));
        });
    }

    [Test]
    public void Callbacks_AreCalledInOrder_AndCanStop()
    {
        var calls = new List<string>();
        using ActionModel model = TrainingSetup.Model();
        using ClipLoader loader = TrainingSetup.Loader(model);
        var stopping = new NotingCallback("b", calls, stopAt: 6);
        TrainingResult result = new Trainer(new TrainerOptions { Epochs = 5, Callbacks = [new NotingCallback("a", calls), stopping] }).Fit(model, loader);
        Assert.Multiple(() =>
        {
            Assert.That(calls, Is.EqualTo(new[] { "a1", "b1", "a2", "b2", "a3", "b3", "a4", "b4", "a epoch 1", "b epoch 1", "a5", "b5", "a6", "b6" }));
            Assert.That((result.End, result.Steps), Is.EqualTo((TrainingEnd.Callback, 6L)));
        });
    }

    [Test]
    public void Callbacks_WhatTheyDoToTheStatisticsOfBatchNorms_Stays()
    {
        using TinyModel model = TrainingSetup.Model();
        using ClipLoader loader = TrainingSetup.Loader(model);
        var callback = new NotingCallback("", [], stepEnd: step => step.Model.state_dict()["bn1.running_mean"].fill_(5));
        new Trainer(new TrainerOptions { Epochs = 1, AccumulateBatches = 2, Callbacks = [callback] }).Fit(model, loader);
        Assert.That(model.state_dict()["bn1.running_mean"].data<float>().ToArray(), Is.All.EqualTo(5));
    }

    private static IEnumerable<TestCaseData> Wrong()
    {
        yield return new TestCaseData(new TrainerOptions { MaxSteps = 0 }, "MaxSteps");
        yield return new TestCaseData(new TrainerOptions { MaxTime = TimeSpan.Zero }, "MaxTime");
        yield return new TestCaseData(new TrainerOptions { LimitBatches = 0 }, "LimitBatches");
        yield return new TestCaseData(new TrainerOptions { LimitValidationBatches = 0 }, "LimitValidationBatches");
        yield return new TestCaseData(new TrainerOptions { Optimizer = new AdamOptions { Beta1 = 1 } }, "Beta1");
        yield return new TestCaseData(new TrainerOptions { Optimizer = new AdamWOptions { Epsilon = 0 } }, "Epsilon");
        yield return new TestCaseData(new TrainerOptions { Optimizer = new SgdOptions { Momentum = -0.1 } }, "Momentum");
        yield return new TestCaseData(new TrainerOptions { Optimizer = new SgdOptions { WeightDecay = double.NaN } }, "WeightDecay");
        yield return new TestCaseData(new TrainerOptions { BackboneLearningRateFactor = -1 }, "BackboneLearningRateFactor");
        yield return new TestCaseData(new TrainerOptions { Schedule = new StepSchedule { EveryEpochs = 0 } }, "EveryEpochs");
        yield return new TestCaseData(new TrainerOptions { Schedule = new CosineSchedule { EndFactor = 1.1 } }, "EndFactor");
        yield return new TestCaseData(new TrainerOptions { Schedule = new ConstantSchedule { WarmupEpochs = -1 } }, "WarmupEpochs");
        yield return new TestCaseData(new TrainerOptions { AccumulateBatches = 0 }, "AccumulateBatches");
        yield return new TestCaseData(new TrainerOptions { MaxGradientNorm = 0 }, "MaxGradientNorm");
        yield return new TestCaseData(new TrainerOptions { LabelSmoothing = 1 }, "LabelSmoothing");
        yield return new TestCaseData(new TrainerOptions { ClassWeights = [1, 0, 1] }, "ClassWeights");
        yield return new TestCaseData(new TrainerOptions { ValidateEverySteps = 0 }, "ValidateEverySteps");
        yield return new TestCaseData(new TrainerOptions { Monitor = (MonitoredMetric)9 }, "Monitor");
        yield return new TestCaseData(new TrainerOptions { EarlyStoppingPatience = 0 }, "EarlyStoppingPatience");
        yield return new TestCaseData(new TrainerOptions { CheckpointEveryEpochs = 0 }, "CheckpointEveryEpochs");
        yield return new TestCaseData(new TrainerOptions { CheckpointEverySteps = 0 }, "CheckpointEverySteps");
        yield return new TestCaseData(new TrainerOptions { KeepLast = 0 }, "KeepLast");
        yield return new TestCaseData(new TrainerOptions { MaxLoss = 0 }, "MaxLoss");
        yield return new TestCaseData(new TrainerOptions { Resume = true }, "Resume");
        yield return new TestCaseData(new TrainerOptions { TensorBoard = true }, "TensorBoard");
    }

    [TestCaseSource(nameof(Wrong))]
    public void Constructor_OptionOutOfRange_NamesIt(TrainerOptions options, string name) =>
        Assert.That(() => new Trainer(options), Throws.InstanceOf<ArgumentException>().With.Property("ParamName").EqualTo(name));

    [Test]
    public void Fit_ClassWeightsOfAnotherNumberOfClasses_Throws() =>
        Assert.That(() => TrainOnce(new TrainerOptions { ClassWeights = [1, 2] }),
            Throws.ArgumentException.With.Message.StartsWith("There are 2 class weights for 3 classes; expected one for each."));

    private static TrainingResult TrainOnce(TrainerOptions options, Action<TrainingProgress>? progress = null)
    {
        using ActionModel model = TrainingSetup.Model();
        using ClipLoader loader = TrainingSetup.Loader(model);
        return new Trainer(options).Fit(model, loader, progress: progress is null ? null : new Reported<TrainingProgress>(progress));
    }

    private static Dictionary<string, double[]> AllValues(ActionModel model) => model.state_dict().ToDictionary(entry => entry.Key, entry => Values(entry.Value));

    private static ClipLoss Compute(GivenLogits model, LossSettings settings, int[] labels, int views)
    {
        LabeledVideo[] videos = [.. labels.Select((label, i) => new LabeledVideo($"Class{label % 3}/{i}", label, ""))];
        using torch.Tensor buffer = torch.zeros([labels.Length, views, 1, 2, 2, 3], torch.ScalarType.Byte);
        using var batch = new ClipBatch(buffer, videos, [], _ => { });
        using var input = new ModelInput(model);
        return ClipLoss.Compute(model, input, batch, settings);
    }

    // The framing of TensorFlow's records: length, its checksum, the event, its checksum.
    private static IEnumerable<Event> ReadEvents(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        for (int at = 0; at < bytes.Length;)
        {
            int length = (int)BitConverter.ToInt64(bytes, at);
            yield return Event.Parser.ParseFrom(bytes, at + 12, length);
            at += length + 16;
        }
    }

    /// <summary>Gives the logits that it was given, whatever it sees.</summary>
    private sealed class GivenLogits : ActionModel
    {
        [TorchSharp.Utils.ComponentName(Name = "given")]
        private readonly TorchSharp.Modules.Parameter _given;

        public GivenLogits(torch.Tensor logits)
            : base("given", ["a", "b", "c", "d"], new InputSpec { Size = 2, Normalization = Normalization.ImageNet })
        {
            _given = new TorchSharp.Modules.Parameter(logits);
            RegisterComponents();
        }

        public TorchSharp.Modules.Parameter Given => _given;

        internal override torch.ScalarType InputType => torch.ScalarType.Float32;

        protected override IReadOnlyList<string> TrainedPrefixes(FineTuneScope scope) => [""];

        protected override torch.Tensor Logits(torch.Tensor input) => _given.alias();
    }
}
