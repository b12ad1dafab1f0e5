using System.Text;
using TorchSharp;

namespace UcfActionRecognition.Tests.Evaluation;

/// <summary>Whole videos and models of clips.</summary>
public class ClipEvaluationTests
{
    public const string MemoryAction = "memory of parts";

    private static readonly string[] Classes = ["Class0", "Class1", "Class2"];

    [Test]
    public void Evaluate_WithoutASampler_AveragesWindowsSideBySide()
    {
        using ResNet3D model = Model();
        var source = new FormulaVideos(frames: 40);
        EvaluationResult result = new Evaluator().Evaluate(model, FormulaVideos.Videos(3), source);
        Assert.Multiple(() =>
        {
            Assert.That(result.Scores[1].LogProbabilities, Is.EqualTo(ByHand(model, source, 1, Windows(0, 16, 24))).Within(1e-4));
            Assert.That(result.Scores.Select(score => score.Clips), Is.All.EqualTo(3));
            Assert.That(result.ClipAccuracy.Top1.Total, Is.EqualTo(9));
            Assert.That(result.Frames, Is.EqualTo(3 * 48));
            Assert.That(source.FramesRead, Is.EqualTo(3 * 40));
            Assert.That(source.OpenReaders, Is.Zero);
        });
    }

    [Test]
    public void Evaluate_EverySubsequence_ReadsEachFrameOnce([Values(1, 50, 200)] int framesPerChunk)
    {
        using ResNet3D model = Model();
        var source = new FormulaVideos(frames: 25);
        var options = new EvaluatorOptions { Sampler = new SlidingWindow(16, 1), FramesPerChunk = framesPerChunk };
        EvaluationResult result = new Evaluator(options).Evaluate(model, FormulaVideos.Videos(2), source);
        Assert.Multiple(() =>
        {
            Assert.That(source.FramesRead, Is.EqualTo(2 * 25));
            Assert.That(result.Scores[1].LogProbabilities, Is.EqualTo(ByHand(model, source, 1, Windows([.. Enumerable.Range(0, 10)]))).Within(1e-4));
        });
    }

    [Test]
    public void Evaluate_AVideoShorterThanAWindow_LoopsIt()
    {
        using ResNet3D model = Model();
        var source = new FormulaVideos(frames: 7);
        EvaluationResult result = new Evaluator().Evaluate(model, FormulaVideos.Videos(1), source);
        int[] looped = [0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 0, 1];
        Assert.That(result.Scores[0].LogProbabilities, Is.EqualTo(ByHand(model, source, 0, [looped])).Within(1e-4));
    }

    [Test]
    public void Evaluate_FullSequence_GivesTheSameAtOnceAndInParts([Values(150, 160, 203)] int frames)
    {
        using ResNet3D model = Model();
        var source = new FormulaVideos(frames: frames);
        var atOnce = new EvaluatorOptions { Sampler = new FullSequence(16) };
        EvaluatorOptions inParts = atOnce with { MaxActivationBytes = model.ActivationBytesPerFrame * 130 };
        double[] byHand = ByHand(model, source, 1, [[.. Enumerable.Range(0, frames)]]);
        EvaluationResult whole = new Evaluator(atOnce).Evaluate(model, FormulaVideos.Videos(2), source);
        EvaluationResult parts = new Evaluator(inParts).Evaluate(model, FormulaVideos.Videos(2), source);
        Assert.Multiple(() =>
        {
            Assert.That(whole.Scores[1].LogProbabilities, Is.EqualTo(byHand).Within(1e-5));
            Assert.That(parts.Scores[1].LogProbabilities, Is.EqualTo(byHand).Within(1e-5));
            Assert.That(whole.Frames, Is.EqualTo(2 * frames), "what fits goes through once");
            Assert.That(parts.Frames, Is.GreaterThan(2 * frames), "parts overlap");
            Assert.That(parts.Scores.Select(score => score.Clips), Is.All.EqualTo(1));
            Assert.That(source.FramesRead, Is.EqualTo(4 * frames));
        });
    }

    // In a process of its own: what a heap has kept of other tests moves its peak.
    [Test]
    [Platform("Linux")]
    public void Evaluate_InParts_TakesNoMoreMemoryForALongerVideo()
    {
        (int exitCode, string output) = FreshProcess.RunAction(MemoryAction, AppContext.BaseDirectory);
        Assert.That(exitCode, Is.Zero, output);
        PeakMemory[] peaks = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(PeakMemory.Parse)];
        (PeakMemory shorter, PeakMemory longer, PeakMemory whole) = (peaks[0], peaks[1], peaks[2]);
        TestContext.Out.WriteLine($"Rises: {shorter.Rise >> 20}, {longer.Rise >> 20} and {whole.Rise >> 20} MiB.");
        Assert.Multiple(() =>
        {
            Assert.That(longer.Peak, Is.LessThan(1.1 * shorter.Peak));

            // Without what the process held before; bytes of frames read ahead, which two parts do not fill, and the heap's mood come on top.
            Assert.That(longer.Rise, Is.LessThan(1.6 * shorter.Rise));
            Assert.That(whole.Rise, Is.GreaterThan(2.5 * shorter.Rise), "or the comparison shows nothing");
        });
    }

    /// <summary>What that process does: it prints the memory of a video in two parts, of one in seven, and of that one at once.</summary>
    public static void PrintMemory()
    {
        using ResNet3D model = ActionModels.ResNet3D10(Classes, options: new ResNet3DOptions { Size = 64, Seed = 1 });
        var atOnce = new EvaluatorOptions { Sampler = new FullSequence(16) };
        EvaluatorOptions inParts = atOnce with { MaxActivationBytes = model.ActivationBytesPerFrame * 270 };
        Peak(400, inParts);
        Console.WriteLine(Peak(400, inParts));
        Console.WriteLine(Peak(1700, inParts));
        Console.WriteLine(Peak(1700, atOnce));

        PeakMemory Peak(int frames, EvaluatorOptions options) => PeakMemory.Of(() =>
            new Evaluator(options).Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos(64, 64, frames)));
    }

    [Test]
    public void Evaluate_InParts_LeavesNoTensorBehind()
    {
        using ResNet3D model = Model();
        var options = new EvaluatorOptions { Sampler = new FullSequence(16), MaxActivationBytes = model.ActivationBytesPerFrame * 130 };
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        new Evaluator(options).Evaluate(model, FormulaVideos.Videos(2), new FormulaVideos(frames: 200));
        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    [Test]
    public void Evaluate_AVideoThatBreaksOffWithinParts_SpoilsNoOther()
    {
        using ResNet3D model = Model();
        var options = new EvaluatorOptions { Sampler = new FullSequence(16), MaxActivationBytes = model.ActivationBytesPerFrame * 130 };
        LabeledVideo[] videos = FormulaVideos.Videos(2);
        using var source = new OneShrinks(videos[0].Name);
        EvaluationResult result = new Evaluator(options).Evaluate(model, videos, source);
        double[] byHand = ByHand(model, new FormulaVideos(frames: 200), 1, [[.. Enumerable.Range(0, 200)]]);
        Assert.Multiple(() =>
        {
            Assert.That(result.Failures.Select(failure => failure.Video), Is.EqualTo(new[] { videos[0].Name }));
            Assert.That(result.Scores.Single().LogProbabilities, Is.EqualTo(byHand).Within(1e-5 * byHand.Max(Math.Abs)));
        });
    }

    [Test]
    public void Evaluate_AVideoThatShrinksAfterItWasOpened_CountsAsWrongAndSaysWhatWasFound()
    {
        using ResNet3D model = Model();
        EvaluationResult result = new Evaluator().Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos(frames: 40) { FramesThere = 33 });
        Assert.Multiple(() =>
        {
            Assert.That(result.Report.Accuracy.Top10, Is.EqualTo(new Accuracy(0, 1)));
            Assert.That(result.Failures[0].Reason, Does.StartWith("'Class0/0' ended after 33 frames; it had 40 when it was opened."));
        });
    }

    [Test]
    public void Evaluate_AVideoThatGrowsAfterItWasOpened_CountsAsWrongAndSaysWhatWasFound([Values] bool full)
    {
        using ResNet3D model = Model();
        var options = new EvaluatorOptions { Sampler = full ? new FullSequence(16) : new SlidingWindow(16, 1) };
        EvaluationResult result = new Evaluator(options).Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos(frames: 20) { FramesThere = 40 });
        Assert.Multiple(() =>
        {
            Assert.That(result.Report.Accuracy.Top10, Is.EqualTo(new Accuracy(0, 1)));
            Assert.That(result.Failures[0].Reason, Does.StartWith("'Class0/0' has more than the 20 frames that it had when it was opened."));
        });
    }

    [Test]
    public void Evaluate_BrokenOff_LeavesNoPredictionsOfAnEarlierTest()
    {
        using var folder = new TemporaryFolder();
        using ResNet3D model = Model();
        var windows = new EvaluatorOptions { PredictionsFolder = folder.Path };
        new Evaluator(windows).Evaluate(model, FormulaVideos.Videos(20), new FormulaVideos());
        using var cancel = new CancellationTokenSource();
        var progress = new Reported<EvaluationProgress>(_ => cancel.Cancel());
        Assert.That(
            () => new Evaluator(windows with { Sampler = new FullSequence(16) }).Evaluate(model, FormulaVideos.Videos(20), new FormulaVideos(), progress, cancel.Token),
            Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(cancel.Token));
        Assert.That(folder.Files(), Is.EqualTo(new[] { "Class0/0.hdf5" }));
    }

    [Test]
    public void Evaluate_AStreamOfUnknownLength_GivesWhatAVideoGives()
    {
        using ResNet3D model = Model();
        EvaluationResult video = new Evaluator().Evaluate(model, FormulaVideos.Videos(2), new FormulaVideos(frames: 40));
        FormulaVideos source = null!;
        source = new FormulaVideos(frames: 40) { LengthIsKnown = false, Opening = _ => Assert.That(source.OpenReaders, Is.Zero) };
        EvaluationResult stream = new Evaluator().Evaluate(model, FormulaVideos.Videos(2), source);
        Assert.That(stream.Scores.Select(score => score.LogProbabilities), Is.EqualTo(video.Scores.Select(score => score.LogProbabilities)));
    }

    [Test]
    public void Evaluate_ClipsOfSeveralFramesForAModelOfFrames_Throws() => Assert.Multiple(() =>
    {
        using ResNet2D model = ActionModels.ResNet18(Classes, options: new ResNet2DOptions { Size = 32, Seed = 1 });
        foreach (IClipSampler sampler in new IClipSampler[] { new SlidingWindow(16, 16), new FullSequence() })
        {
            Assert.That(() => new Evaluator(new EvaluatorOptions { Sampler = sampler }).Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos()),
                Throws.ArgumentException.With.Message.StartsWith("The model takes frames of 32x32"));
        }
    });

    [Test]
    public void Evaluate_TooFewBytesForAPart_SaysHowManyAreNeeded()
    {
        using ResNet3D model = Model();
        long needed = model.ActivationBytesPerFrame * TimeChunk.FewestFrames(model.TemporalField);
        EvaluatorOptions options = new() { Sampler = new FullSequence(16), MaxActivationBytes = needed - 1 };
        Assert.Multiple(() =>
        {
            Assert.That(() => new Evaluator(options).Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos()),
                Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains($"set MaxActivationBytes to {needed} or more"));
            Assert.That(() => new Evaluator(options with { MaxActivationBytes = needed }).Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos()), Throws.Nothing);
            Assert.That(() => new Evaluator(options with { Sampler = new SlidingWindow(16, 16) }).Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos()), Throws.Nothing);
            Assert.That(() => new Evaluator(options with { MaxActivationBytes = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
        });
    }

    [Test]
    public void Evaluate_ByDefault_LeavesRoomForThePartsOfEveryNetwork()
    {
        // 733 frames of 224x224 are more than 4 GiB.
        using ResNet3D model = ActionModels.ResNet3D152(Classes, options: new ResNet3DOptions { Seed = 1 });
        Assert.That(() => new ClipPlan(model, new EvaluatorOptions { Sampler = new FullSequence(16) }), Throws.Nothing);
    }

    [Test]
    public void Evaluate_ASamplerThatBreaksItsWord_NamesIt()
    {
        using ResNet3D model = Model();
        Assert.Multiple(() =>
        {
            AssertRefused(new Always(), "Always drew 0 clips of 'Class0/0'; it promises one or more.");
            AssertRefused(new Always([[]]), "Always drew a clip of 0 frames of 'Class0/0'; it promises one or more.");
            AssertRefused(new Always([19, 20]), "Always drew frames from 19 to 20 of 'Class0/0', which has 20.");
            AssertRefused(new Always([-1, 0]), "Always drew frames from -1 to 0 of 'Class0/0', which has 20.");
            AssertRefused(new Always([0, 1, 2]) { FramesPerClip = 16 }, "Always drew a clip of 3 frames of 'Class0/0'; it promises 16.");
            AssertRefused(new Always([0, 1]) { ViewsPerVideo = 2 }, "Always drew 1 clips of 'Class0/0'; it promises 2.");
        });

        void AssertRefused(IClipSampler sampler, string message) => Assert.That(
            () => new Evaluator(new EvaluatorOptions { Sampler = sampler }).Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos()),
            Throws.InvalidOperationException.With.Message.EqualTo(message));
    }

    [Test]
    public void Evaluate_AnySampler_ReadsForwardWhateverTheOrderOfItsFrames()
    {
        using ResNet3D model = Model();
        var source = new FormulaVideos(frames: 40);
        int[][] clips = [[30, 2, 31, 31], [5, 4, 3, 2, 1, 0, 39, 0], [20, 21, 22, 23]];
        EvaluationResult result = new Evaluator(new EvaluatorOptions { Sampler = new Always(clips) }).Evaluate(model, FormulaVideos.Videos(1), source);
        Assert.That(result.Scores[0].LogProbabilities, Is.EqualTo(ByHand(model, source, 0, clips)).Within(1e-4));
    }

    [TestCase("windows", "WholeFrame", "float32 (3, 3) window_logits 16 12 SlidingWindow { Length = 16, Stride = 12 } WholeFrame")]
    [TestCase("windows", "Center(0.875)", "float32 (3, 3) window_logits 16 12 SlidingWindow { Length = 16, Stride = 12 } Center(0.875)")]
    [TestCase("windows", "Three", "float32 (9, 3) clip_logits 16 - SlidingWindow { Length = 16, Stride = 12 } Three")]
    [TestCase("full", "WholeFrame", "float32 (1, 3) sequence_logits - - FullSequence { MinimumLength = 16 } WholeFrame")]
    [TestCase("full", "Three", "float32 (3, 3) clip_logits - - FullSequence { MinimumLength = 16 } Three")]
    [TestCase("clip", "WholeFrame", "float32 (1, 3) clip_logits 16 - CenterClip { Length = 16 } WholeFrame")]
    public void Evaluate_WritesWhatTheRowsAre(string sampler, string crops, string expected)
    {
        ExternalProgram.Require("python3 with h5py", "/usr/bin/python3", "-c", "import h5py");
        using var folder = new TemporaryFolder();
        using ResNet3D model = Model();
        var options = new EvaluatorOptions
        {
            PredictionsFolder = folder.Path,
            Sampler = sampler switch { "windows" => new SlidingWindow(16, 12), "full" => new FullSequence(16), _ => new CenterClip(16) },
            Crops = new[] { TestCrops.WholeFrame, TestCrops.Center(0.875), TestCrops.Three }.Single(named => named.ToString() == crops),
        };
        new Evaluator(options).Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos(frames: 35));
        const string Script = """
            import h5py, sys
            d = h5py.File(sys.argv[1])["predictions"]
            text = lambda v: v.decode() if isinstance(v, bytes) else str(v)
            print(d.dtype, d.shape, text(d.attrs["kind"]), d.attrs.get("clip_length", "-"), d.attrs.get("frame_stride", "-"), text(d.attrs["sampler"]), text(d.attrs["crops"]))
            """;
        string output = Encoding.UTF8.GetString(ExternalProgram.Run("/usr/bin/python3", "-c", Script, folder["Class0/0.hdf5"]));
        Assert.That(output.TrimEnd(), Is.EqualTo(expected));
    }

    private static ResNet3D Model() => ActionModels.ResNet3D10(Classes, options: new ResNet3DOptions { Size = 32, Seed = 1 });

    private static double[] ByHand(ActionModel model, IVideoClipSource source, int video, IReadOnlyList<int[]> clips) =>
        ClipScores.MeanLogSoftmax(model, source, FormulaVideos.Videos(video + 1)[video], clips);

    private static int[][] Windows(params int[] starts) => [.. starts.Select(start => Enumerable.Range(start, 16).ToArray())];

    /// <summary>The same clips of every video.</summary>
    private sealed class Always(params int[][] clips) : IClipSampler
    {
        public int? ViewsPerVideo { get; init; }

        public int? FramesPerClip { get; init; }

        public IReadOnlyList<int[]> Sample(VideoInfo video, ClipRandom random) => clips;
    }

    /// <summary>Videos of 200 frames, of which one ends after 180.</summary>
    private sealed class OneShrinks(string name) : IVideoClipSource
    {
        private readonly FormulaVideos _whole = new(frames: 200);
        private readonly FormulaVideos _shrunk = new(frames: 200) { FramesThere = 180 };

        public VideoReader Open(string video, CancellationToken cancel = default) => (video == name ? _shrunk : _whole).Open(video, cancel);

        public void Dispose()
        {
        }
    }
}
