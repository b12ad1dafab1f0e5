using TorchSharp;
using UcfActionRecognition.Tests.Models;
using UcfActionRecognition.Tests.Sources;

namespace UcfActionRecognition.Tests.Evaluation;

/// <summary>One pass over a video against the evaluator, which knows its length.</summary>
public class VideoClassifierTests
{
    private static readonly LabeledVideo Video = FormulaVideos.Videos(2)[1];

    private static readonly TestCrops[] AllCrops = [TestCrops.WholeFrame, TestCrops.Center(0.875), TestCrops.Three, TestCrops.Ten(0.875)];

    [TestCase(1, null)]
    [TestCase(5, 2)]
    [TestCase(16, null)]
    [TestCase(17, null)]
    [TestCase(17, 5)]
    [TestCase(45, 20)]
    [TestCase(48, null)]
    public void Classify_AModelOfClips_GivesTheEvaluatorsScore(int frames, int? stride)
    {
        using ResNet3D model = TestModels.SmallClips(new() { ClipLength = 16 });
        var source = new FormulaVideos(frames: frames) { LengthIsKnown = false };
        VideoScore expected = Evaluate(model, source, new EvaluatorOptions { Sampler = new SlidingWindow(16, stride ?? 16) });
        var windows = new List<WindowClassification>();
        VideoClassification result = Classify(model, source, new VideoClassifierOptions { WindowStride = stride }, windows);
        Assert.Multiple(() =>
        {
            AssertIs(result, expected, frames);
            Assert.That(windows, Has.Count.EqualTo(expected.Clips));
            Assert.That(windows.Select(window => window.EndFrame - window.FirstFrame), Is.All.EqualTo(Math.Min(frames, 16)));
            Assert.That(windows[^1].EndFrame, Is.EqualTo(frames));
        });
    }

    [TestCaseSource(nameof(AllCrops))]
    public void Classify_AnyCrops_GivesTheEvaluatorsScore(TestCrops crops) => Assert.Multiple(() =>
    {
        var source = new FormulaVideos(frames: 23);
        foreach (int framesPerChunk in new[] { 1, 7, 64 })
        {
            using ActionModel frames = TestModels.Small();
            AssertIs(
                Classify(frames, source, new VideoClassifierOptions { Crops = crops, FramesPerChunk = framesPerChunk }),
                Evaluate(frames, source, new EvaluatorOptions { Crops = crops }), 23);
            using var clips = new RecordingModel(clipLength: 4);
            AssertIs(
                Classify(clips, source, new VideoClassifierOptions { Crops = crops, FramesPerChunk = framesPerChunk, WindowStride = 3 }),
                Evaluate(clips, source, new EvaluatorOptions { Crops = crops, Sampler = new SlidingWindow(4, 3) }), 23);
        }
    });

    [Test]
    public void Classify_FillsTheChunks()
    {
        using var model = new RecordingModel(clipLength: 4);
        Classify(model, new FormulaVideos(frames: 23), new VideoClassifierOptions { Crops = TestCrops.Three, FramesPerChunk = 21 });
        Assert.That(model.Calls, Is.EqualTo(new[] { "5x4", "5x4", "5x4", "3x4" }), "six windows in three crops");
    }

    [Test]
    public void Classify_ProbabilitiesSumTo1_AndTheBestComeFirst()
    {
        using ActionModel model = TestModels.Small();
        ClassProbabilities probabilities = Classify(model, new FormulaVideos()).Probabilities;
        IReadOnlyList<ClassProbability> top = probabilities.Top(3);
        Assert.Multiple(() =>
        {
            Assert.That(probabilities.Values.Sum(), Is.EqualTo(1).Within(1e-12));
            Assert.That(top, Has.Count.EqualTo(3));
            Assert.That(top, Is.Ordered.Descending.By(nameof(ClassProbability.Probability)));
            Assert.That(top[0], Is.EqualTo(probabilities.Best));
            Assert.That(top[0].Probability, Is.EqualTo(probabilities.Values.Max()));
            Assert.That(top[0].Class, Is.EqualTo(model.Classes[top[0].Label]));
            Assert.That(probabilities.Top(100), Has.Count.EqualTo(4));
            Assert.That(() => probabilities.Top(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void ReadTimeline_AModelOfFrames_GivesTheMeanOfEachWindowsFrames()
    {
        using ActionModel model = TestModels.Small();
        var source = new FormulaVideos(frames: 23);
        IReadOnlyList<WindowClassification> frames = ReadTimeline(model, source, new VideoClassifierOptions { WindowLength = 1 });
        IReadOnlyList<WindowClassification> windows = ReadTimeline(model, source, new VideoClassifierOptions { WindowLength = 10, WindowStride = 4 });
        Assert.That(frames.Select(frame => (frame.FirstFrame, frame.EndFrame)), Is.EqualTo(Enumerable.Range(0, 23).Select(i => (i, i + 1))));
        Assert.That(windows.Select(window => (window.FirstFrame, window.EndFrame)), Is.EqualTo(new[] { (0, 10), (4, 14), (8, 18), (12, 22), (13, 23) }));
        foreach (WindowClassification window in windows)
        {
            double[] mean = [.. Enumerable.Range(0, 4).Select(label =>
                frames.Take(window.FirstFrame..window.EndFrame).Average(frame => frame.Probabilities.LogProbabilities[label]))];
            Assert.That(window.Probabilities.LogProbabilities, Is.EqualTo(mean).Within(1e-5), $"{window.FirstFrame}");
        }
    }

    [Test]
    public void ReadTimeline_AVideoShorterThanAWindow_IsOneWindow()
    {
        using ActionModel model = TestModels.Small();
        var source = new FormulaVideos(frames: 3);
        WindowClassification window = ReadTimeline(model, source).Single();
        Assert.That((window.FirstFrame, window.EndFrame, window.StartSeconds), Is.EqualTo((0, 3, (double?)null)));
        Assert.That(window.Probabilities.LogProbabilities, Is.EqualTo(Evaluate(model, source, new EvaluatorOptions()).LogProbabilities).Within(1e-5));
    }

    [Test]
    public void ReadTimeline_ReadsNoFurtherThanItsChunk()
    {
        using var model = new RecordingModel(clipLength: 4);
        using var classifier = new VideoClassifier(model, new VideoClassifierOptions { FramesPerChunk = 8 });
        var source = new FormulaVideos(frames: int.MaxValue) { LengthIsKnown = false };
        using VideoReader reader = source.Open(Video.Name);
        foreach (WindowClassification window in classifier.ReadTimeline(reader, "endless").Take(5))
        {
            Assert.That(source.FramesRead - window.EndFrame, Is.InRange(0, 4), "one more window at most");
        }

        Assert.That(source.FramesRead, Is.EqualTo(24));
    }

    [NonParallelizable]
    [Test]
    public void ReadTimeline_OfAnEndlessVideo_HoldsNoMoreInItsCourse()
    {
        using var model = new RecordingModel(clipLength: 1);
        using var classifier = new VideoClassifier(model, new VideoClassifierOptions { WindowLength = 4, WindowStride = 1 });
        var source = new FormulaVideos(height: 8, width: 8, frames: int.MaxValue) { LengthIsKnown = false };
        using VideoReader reader = source.Open(Video.Name);
        long early = 0;
        int count = 0;
        foreach (WindowClassification window in classifier.ReadTimeline(reader, "endless").Take(40_000))
        {
            count++;
            early = count == 4_000 ? GC.GetTotalMemory(forceFullCollection: true) : early;
        }

        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - early, Is.LessThan(500_000), "less than 14 bytes for each of 36,000 windows");
    }

    [Test]
    public void Classify_Cancelled_Stops()
    {
        using var model = new RecordingModel(clipLength: 4);
        using var classifier = new VideoClassifier(model);
        using var cancel = new CancellationTokenSource();
        using VideoReader reader = new FormulaVideos(frames: int.MaxValue).Open(Video.Name);
        var stop = new Reported<WindowClassification>(window => { if (window.FirstFrame == 400) { cancel.Cancel(); } });
        Assert.That(() => classifier.Classify(reader, "endless", stop, cancel.Token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Classify_AVideoThatBreaksInTheMiddle_ThrowsAndSpoilsNoOther()
    {
        using ActionModel model = TestModels.Small();
        using var classifier = new VideoClassifier(model, new VideoClassifierOptions { FramesPerChunk = 8 });
        double[] before = Scored();
        using var broken = new MemoryVideo(24, 32, new byte[20 * 24 * 32 * 3], claimed: null)
        {
            BeforeFrame = frame => { if (frame == 13) { throw new VideoReadException("broken", "It breaks here."); } },
        };
        Assert.That(() => classifier.Classify(broken, "broken"), Throws.TypeOf<VideoReadException>().With.Message.EqualTo("It breaks here."));
        Assert.That(Scored(), Is.EqualTo(before));

        double[] Scored()
        {
            using VideoReader reader = new FormulaVideos().Open(Video.Name);
            return [.. classifier.Classify(reader, "whole").Probabilities.Values];
        }
    }

    [Test]
    public void Classify_NoFrame_Throws()
    {
        using var model = new RecordingModel(clipLength: 1);
        Assert.That(
            () => Classify(model, new FormulaVideos(frames: 0)),
            Throws.TypeOf<VideoReadException>().With.Message.EqualTo("'Class1/1' gave no frame; expected at least one. Check its source."));
    }

    [Test]
    public void Classify_LogitsThatAreNoNumbers_Throws()
    {
        using var model = new RecordingModel(clipLength: 1) { BrokenRow = 13 };
        Assert.That(
            () => Classify(model, new FormulaVideos()),
            Throws.TypeOf<ActionRecognitionException>().With.Message.StartsWith("The model's logits for 'Class1/1' are not all finite numbers."));
    }

    [Test]
    public void Classify_LeavesTheModelInItsMode_AndNoTensorBehind([Values] bool training)
    {
        using ActionModel model = TestModels.Small();
        model.train(training);
        string hash = model.ComputeHash();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Classify(model, new FormulaVideos());
        Assert.Multiple(() =>
        {
            Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
            Assert.That(model.training, Is.EqualTo(training));
            Assert.That(model.ComputeHash(), Is.EqualTo(hash), "neither weights nor BatchNorm statistics move");
        });
    }

    [Test]
    public void FromCheckpoint_ClassifiesAFileAsTheEvaluatorDoes()
    {
        using var folder = new TemporaryFolder();
        FFmpegVideos.Make(folder["a.avi"], frames: 40);
        using ActionModel model = TestModels.Small();
        ModelCheckpoint.Save(folder["checkpoint.safetensors"], model);
        using var source = new FFmpegVideoClipSource(folder.Path);
        VideoScore expected = new Evaluator().Evaluate(model, [new LabeledVideo("a", 0, "g")], source).Scores.Single();
        using var classifier = VideoClassifier.FromCheckpoint(folder["checkpoint.safetensors"]);
        VideoClassification result = classifier.Classify(folder["a.avi"]);
        AssertIs(result, expected, 40);
        WindowClassification[] windows = [.. classifier.ReadTimeline(folder["a.avi"])];
        VideoClassification? whole = null;
        using FileStream stream = File.OpenRead(folder["a.avi"]);
        using VideoReader reader = new FFmpegStreams().Open(stream, "stream");
        int streamed = classifier.ReadTimeline(reader, "stream", new Reported<VideoClassification>(result => whole = result)).Count();
        Assert.Multiple(() =>
        {
            Assert.That(result.Info.FramesPerSecond, Is.EqualTo(25));
            Assert.That(windows.Select(window => (window.StartSeconds, window.EndSeconds)), Is.EqualTo(new[] { (0, 0.64), (0.64, 1.28), (0.96, 1.6) }));
            Assert.That(streamed, Is.EqualTo(3));
            Assert.That(whole!.Probabilities.Values, Is.EqualTo(result.Probabilities.Values));
        });
    }

    [Test]
    public void FromCheckpoint_TakesTheCropsOfTheTrainingsRecipe_UnlessTold()
    {
        using var folder = new TemporaryFolder();
        FFmpegVideos.Make(folder["a.avi"], frames: 20);
        using ActionModel model = TestModels.Small();
        ModelCheckpoint.Save(folder["center.safetensors"], model, new Dictionary<string, string> { ["test_crops"] = "Center(0.5)" });
        ModelCheckpoint.Save(folder["unknown.safetensors"], model, new Dictionary<string, string> { ["test_crops"] = "Spiral" });
        using var source = new FFmpegVideoClipSource(folder.Path);
        using var asTrained = VideoClassifier.FromCheckpoint(folder["center.safetensors"]);
        using var asTold = VideoClassifier.FromCheckpoint(folder["center.safetensors"], new() { Crops = TestCrops.WholeFrame });
        Assert.Multiple(() =>
        {
            AssertIs(asTrained.Classify(folder["a.avi"]), Score(TestCrops.Center(0.5)), 20);
            AssertIs(asTold.Classify(folder["a.avi"]), Score(TestCrops.WholeFrame), 20);
            Assert.That(Score(TestCrops.Center(0.5)).LogProbabilities, Is.Not.EqualTo(Score(TestCrops.WholeFrame).LogProbabilities).Within(1e-4));
            Assert.That(
                () => VideoClassifier.FromCheckpoint(folder["unknown.safetensors"]),
                Throws.TypeOf<CheckpointException>().With.Message.Contains("unknown.safetensors: its recipe tests on the crops 'Spiral'"));
        });

        VideoScore Score(TestCrops crops) =>
            new Evaluator(new EvaluatorOptions { Crops = crops }).Evaluate(model, [new LabeledVideo("a", 0, "g")], source).Scores.Single();
    }

    [Test]
    public void Create_WithOptionsThatDoNotFit_SaysWhich()
    {
        using var frames = new RecordingModel(clipLength: 1);
        using var clips = new RecordingModel(clipLength: 4);
        Assert.Multiple(() =>
        {
            Assert.That(() => new VideoClassifier(clips, new VideoClassifierOptions { WindowLength = 8 }),
                Throws.ArgumentException.With.Message.StartsWith("The model takes clips of 4 frames, and its windows are clips; WindowLength is 8. Leave it out."));
            Assert.That(() => new VideoClassifier(frames, new VideoClassifierOptions { WindowLength = 0 }), ThrowsFor(nameof(VideoClassifierOptions.WindowLength)));
            Assert.That(() => new VideoClassifier(frames, new VideoClassifierOptions { WindowStride = 0 }), ThrowsFor(nameof(VideoClassifierOptions.WindowStride)));
            Assert.That(() => new VideoClassifier(frames, new VideoClassifierOptions { FramesPerChunk = 0 }), ThrowsFor(nameof(VideoClassifierOptions.FramesPerChunk)));
        });

        static NUnit.Framework.Constraints.IResolveConstraint ThrowsFor(string option) =>
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property(nameof(ArgumentException.ParamName)).EqualTo(option);
    }

    private static VideoScore Evaluate(ActionModel model, IVideoClipSource source, EvaluatorOptions options) =>
        new Evaluator(options).Evaluate(model, [Video], source).Scores.Single();

    private static VideoClassification Classify(
        ActionModel model, FormulaVideos source, VideoClassifierOptions? options = null, List<WindowClassification>? windows = null)
    {
        using var classifier = new VideoClassifier(model, options);
        using VideoReader reader = source.Open(Video.Name);
        return classifier.Classify(reader, Video.Name, windows is null ? null : new Reported<WindowClassification>(windows.Add));
    }

    private static IReadOnlyList<WindowClassification> ReadTimeline(ActionModel model, FormulaVideos source, VideoClassifierOptions? options = null)
    {
        using var classifier = new VideoClassifier(model, options);
        using VideoReader reader = source.Open(Video.Name);
        return [.. classifier.ReadTimeline(reader, Video.Name)];
    }

    private static void AssertIs(VideoClassification result, VideoScore expected, int frames)
    {
        Assert.That(result.Clips, Is.EqualTo(expected.Clips));
        Assert.That(result.Info.FrameCount, Is.EqualTo(frames));
        Assert.That(result.Probabilities.LogProbabilities, Is.EqualTo(expected.LogProbabilities).Within(1e-5));
    }
}
