using System.Text;
using Microsoft.Extensions.Logging;
using TorchSharp;

namespace UcfActionRecognition.Tests.Evaluation;

public class EvaluatorTests
{
    private static readonly string[] Classes = ["Class0", "Class1", "Class2"];

    [Test]
    public void Evaluate_AnyChunkSize_GivesTheSameScoresAsTheFramesByHand()
    {
        using ActionModel model = Model();
        LabeledVideo[] videos = FormulaVideos.Videos(4);
        EvaluationResult small = new Evaluator(new EvaluatorOptions { FramesPerChunk = 7 }).Evaluate(model, videos, new FormulaVideos());
        EvaluationResult exact = new Evaluator(new EvaluatorOptions { FramesPerChunk = 20 }).Evaluate(model, videos, new FormulaVideos());
        double[] byHand = MeanLogSoftmax(model, videos[2]);
        Assert.Multiple(() =>
        {
            Assert.That(small.Scores[2].LogProbabilities, Is.EqualTo(byHand).Within(1e-4));
            Assert.That(exact.Scores[2].LogProbabilities, Is.EqualTo(byHand).Within(1e-4));
            Assert.That(small.Scores.Select(score => score.Clips), Is.All.EqualTo(20));
            Assert.That(small.Frames, Is.EqualTo(80));
            Assert.That(small.ClipAccuracy.Top1.Total, Is.EqualTo(80));
            Assert.That(small.Report.Accuracy.Top5, Is.EqualTo(new Accuracy(4, 4)), "three classes are always among the best five");
        });
    }

    [Test]
    public void Evaluate_AnUnreadableVideo_CountsAsWrongAndIsListed()
    {
        using ActionModel model = Model();
        EvaluationResult result = new Evaluator().Evaluate(model, FormulaVideos.Videos(4), new FormulaVideos { Broken = ["Class1/1"] });
        Assert.Multiple(() =>
        {
            Assert.That(result.Failures, Is.EqualTo(new[] { new VideoFailure("Class1/1", "'Class1/1' is broken on purpose.") }));
            Assert.That(result.Report.Accuracy.Top10, Is.EqualTo(new Accuracy(3, 4)));
            Assert.That(result.Report.PerClass.Single(entry => entry.Class == "Class1").Top1, Is.EqualTo(new Accuracy(0, 1)));
            Assert.That(result.Scores, Has.Count.EqualTo(3));
        });
    }

    [Test]
    public void Evaluate_AVideoWithoutAFrame_CountsAsWrongAndIsListed()
    {
        using ActionModel model = Model();
        EvaluationResult result = new Evaluator().Evaluate(model, FormulaVideos.Videos(2), new FormulaVideos(frames: 0));
        Assert.Multiple(() =>
        {
            Assert.That(result.Report.Accuracy.Top10, Is.EqualTo(new Accuracy(0, 2)));
            Assert.That(result.Failures[0], Is.EqualTo(new VideoFailure("Class0/0", "'Class0/0' gave no frame; expected at least one. Check its source.")));
        });
    }

    [Test]
    public void Evaluate_LeavesTheModelInItsMode([Values] bool training)
    {
        using ActionModel model = Model();
        model.train(training);
        new Evaluator().Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos());
        Assert.That(model.training, Is.EqualTo(training));
    }

    [Test]
    public void Evaluate_LeavesNoTensorAndNoReaderBehind()
    {
        using ActionModel model = Model();
        var source = new FormulaVideos();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        new Evaluator().Evaluate(model, FormulaVideos.Videos(3), source);
        Assert.Multiple(() =>
        {
            Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
            Assert.That(source.OpenReaders, Is.Zero);
        });
    }

    [Test]
    public void Evaluate_ReportsEachVideosScores_AndNoneOfOneThatCannotBeRead()
    {
        using ActionModel model = Model();
        var reported = new List<VideoScore?>();
        var logger = new RecordingLogger();
        EvaluationResult result = new Evaluator(logger: logger)
            .Evaluate(model, FormulaVideos.Videos(3), new FormulaVideos { Broken = ["Class1/1"] }, new Reported<EvaluationProgress>(progress => reported.Add(progress.Video)));
        Assert.That(reported, Is.EqualTo(new[] { result.Scores[0], null, result.Scores[1] }));
        Assert.That(logger.Entries, Is.EqualTo(new[] { (31, LogLevel.Warning, "'Class1/1' cannot be read and counts as wrong: 'Class1/1' is broken on purpose.") }));
    }

    [Test]
    public void Evaluate_Cancelled_StopsAndClosesTheReaders()
    {
        using ActionModel model = Model();
        var source = new FormulaVideos();
        using var cancel = new CancellationTokenSource();
        var progress = new Reported<EvaluationProgress>(_ => cancel.Cancel());
        Assert.That(() => new Evaluator().Evaluate(model, FormulaVideos.Videos(50), source, progress, cancel.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(source.OpenReaders, Is.Zero);
    }

    [Test]
    public void Evaluate_WritesEachVideosLogits_AndH5pyReadsThem()
    {
        ExternalProgram.Require("python3 with h5py", "/usr/bin/python3", "-c", "import h5py");
        using var folder = new TemporaryFolder();
        using ActionModel model = Model();
        EvaluationResult result = new Evaluator(new EvaluatorOptions { PredictionsFolder = folder.Path })
            .Evaluate(model, FormulaVideos.Videos(2), new FormulaVideos());
        Assert.That(folder.Files(), Is.EqualTo(new[] { "Class0/0.hdf5", "Class1/1.hdf5" }));
        const string Script = """
            import h5py, sys, numpy as np
            d = h5py.File(sys.argv[1])["predictions"]
            a = np.asarray(d, dtype=np.float64)
            m = a.max(axis=1, keepdims=True)
            score = (a - m - np.log(np.exp(a - m).sum(axis=1, keepdims=True))).mean(axis=0)
            text = lambda v: v.decode() if isinstance(v, bytes) else str(v)
            print(d.dtype, d.shape, text(d.attrs["kind"]), text(d.attrs["model_hash"]), int(d.attrs["frame_stride"]), [text(c) for c in d.attrs["classes"]])
            print(*score)
            """;
        string[] lines = Encoding.UTF8.GetString(ExternalProgram.Run("/usr/bin/python3", "-c", Script, folder["Class1/1.hdf5"])).Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Is.EqualTo($"float32 (20, 3) frame_logits {model.ComputeHash()} 1 ['Class0', 'Class1', 'Class2']"));
            Assert.That(
                lines[1].Split(' ').Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)),
                Is.EqualTo(result.Scores[1].LogProbabilities).Within(1e-9));
        });
    }

    [Test]
    public void EvaluateClips_ScoresEveryClipInEvaluationMode()
    {
        using ActionModel model = Model();
        using var loader = new ClipLoader(
            FormulaVideos.Videos(7), new FormulaVideos(), new RandomClip(1), AugmentationPipeline.Create().Resize(model.Input.Size), new ClipLoaderOptions { BatchSize = 3 });
        string before = model.ComputeHash();
        ClipMetrics metrics = Evaluator.EvaluateClips(model, loader);
        ClipMetrics again = Evaluator.EvaluateClips(model, loader);
        Assert.Multiple(() =>
        {
            Assert.That(metrics.Accuracy.Top1.Total, Is.EqualTo(7));
            Assert.That(metrics.Loss, Is.GreaterThan(0).And.LessThan(10));
            Assert.That(again, Is.EqualTo(metrics));
            Assert.That(model.ComputeHash(), Is.EqualTo(before), "neither weights nor BatchNorm statistics move");
            Assert.That(model.training, Is.True);
        });
    }

    [Test]
    public void EvaluateClips_AnUnreadableVideo_CountsAsWrongAndIsListed()
    {
        using ActionModel model = Model();
        ClipMetrics metrics = Evaluator.EvaluateClips(model, TestLoader(model, 7, "Class1/1", "Class0/6"));
        Assert.Multiple(() =>
        {
            Assert.That(metrics.Accuracy.Top5, Is.EqualTo(new Accuracy(5, 7)), "three classes are always among the best five");
            Assert.That(metrics.Failures.Select(failure => failure.Video), Is.EqualTo(new[] { "Class1/1", "Class0/6" }));
            Assert.That(metrics.Loss, Is.GreaterThan(0).And.LessThan(10));
        });
    }

    [Test]
    public void EvaluateClips_NoVideoCanBeRead_GivesNoneRight()
    {
        using ActionModel model = Model();
        ClipMetrics metrics = Evaluator.EvaluateClips(model, TestLoader(model, 3, "Class0/0", "Class1/1", "Class2/2"));
        Assert.That(metrics.Accuracy.Top10, Is.EqualTo(new Accuracy(0, 3)));
    }

    [Test]
    public void Evaluate_ALabelThatTheModelDoesNotHave_NamesTheVideo()
    {
        using ActionModel model = Model();
        LabeledVideo[] videos = [new("Class0/0", 0, "g"), new("Class9/1", 9, "g")];
        using var loader = new ClipLoader(videos, new FormulaVideos(), new RandomClip(1), AugmentationPipeline.Create().Resize(model.Input.Size));
        const string Message = "'Class9/1' has the label 9; the model has 3 classes, 0 to 2.";
        Assert.Multiple(() =>
        {
            Assert.That(() => new Evaluator().Evaluate(model, videos, new FormulaVideos()), Throws.ArgumentException.With.Message.StartsWith(Message));
            Assert.That(() => Evaluator.EvaluateClips(model, loader), Throws.ArgumentException.With.Message.StartsWith(Message));
            Assert.That(() => new Trainer().Fit(model, loader), Throws.ArgumentException.With.Message.StartsWith(Message));
        });
    }

    [Test]
    public void EvaluateClips_AModelOfClips_GoesThroughTheSameLoader()
    {
        using ResNet3D model = ActionModels.ResNet3D10(Classes, options: new ResNet3DOptions { Size = FrameSize.Square(32), Seed = 1 });
        using var loader = new ClipLoader(
            FormulaVideos.Videos(4), new FormulaVideos(), new RandomClip(16), AugmentationPipeline.Create().Resize(model.Input.Size), new ClipLoaderOptions { BatchSize = 2 });
        Assert.That(Evaluator.EvaluateClips(model, loader).Accuracy.Top5, Is.EqualTo(new Accuracy(4, 4)));
    }

    [Test]
    public void Evaluate_LogitsThatAreNoNumbers_Throws()
    {
        using ActionModel model = Model();
        using (torch.no_grad())
        {
            model.get_parameter("fc.bias")!.fill_(float.NaN);
        }

        Assert.That(() => new Evaluator().Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos()),
            Throws.TypeOf<ActionRecognitionException>().With.Message.StartsWith("The model's logits for 'Class0/0' are not all finite numbers."));
    }

    [Test]
    public void Evaluate_AVideoThatIsUnreadableNow_LosesItsEarlierPredictions()
    {
        using var folder = new TemporaryFolder();
        using ActionModel model = Model();
        var evaluator = new Evaluator(new EvaluatorOptions { PredictionsFolder = folder.Path });
        evaluator.Evaluate(model, FormulaVideos.Videos(2), new FormulaVideos());
        evaluator.Evaluate(model, FormulaVideos.Videos(2), new FormulaVideos { Broken = ["Class1/1"] });
        Assert.That(folder.Files(), Is.EqualTo(new[] { "Class0/0.hdf5" }));
    }

    [Test]
    public void Evaluate_AnUnreadableVideo_WhereThereWereNoPredictions_IsListed()
    {
        using var folder = new TemporaryFolder();
        using ActionModel model = Model();
        var evaluator = new Evaluator(new EvaluatorOptions { PredictionsFolder = folder["not-there-yet"] });
        EvaluationResult result = evaluator.Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos { Broken = ["Class0/0"] });
        Assert.That(result.Failures, Has.Count.EqualTo(1));
    }

    [Test]
    public void Evaluate_AnyNumberOfFramesPerChunk_IsFine()
    {
        using ActionModel model = Model();
        EvaluationResult result = new Evaluator(new EvaluatorOptions { FramesPerChunk = int.MaxValue }).Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos());
        Assert.That(result.Frames, Is.EqualTo(20));
    }

    [Test]
    public void Evaluate_AFrameOfMoreThan2GiB_SaysSo()
    {
        using ActionModel model = ActionModels.ResNet18(Classes, options: new ResNet2DOptions { Size = 30_000, Seed = 1 });
        Assert.That(() => new Evaluator().Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos()),
            Throws.ArgumentException.With.Message.StartsWith("A frame of 30000x30000 takes more than 2 GiB."));
    }

    private static ClipLoader TestLoader(ActionModel model, int videos, params string[] broken) => new(
        FormulaVideos.Videos(videos), new FormulaVideos { Broken = [.. broken] }, new RandomClip(1), AugmentationPipeline.Create().Resize(model.Input.Size),
        new ClipLoaderOptions { BatchSize = 3, Shuffle = false });

    private static ResNet2D Model() => ActionModels.ResNet18(Classes, options: new ResNet2DOptions { Size = FrameSize.Square(32), Seed = 1 });

    private static double[] MeanLogSoftmax(ActionModel model, LabeledVideo video) =>
        ClipScores.MeanLogSoftmax(model, new FormulaVideos(), video, [.. Enumerable.Range(0, 20).Select(frame => new[] { frame })]);
}
