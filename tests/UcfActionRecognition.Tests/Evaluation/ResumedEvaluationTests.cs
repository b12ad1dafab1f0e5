using System.Globalization;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Evaluation;

/// <summary>An evaluation that goes on where another one ended gives what it would have given without the break.</summary>
public class ResumedEvaluationTests
{
    private const string Data = "UCF-101 split 1";

    private static readonly DateTime LongAgo = new(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc);

    // The model's logits change with the number of clips at once and with their places, so nothing but the undisturbed chunks gives the same.
    [TestCase(1, 16)]
    [TestCase(1, 7)]
    [TestCase(4, 24)]
    public void Evaluate_CancelledAfterAnyVideo_ResumesToTheSameBits(int clipLength, int framesPerChunk)
    {
        using var model = new RecordingModel(clipLength) { DependsOnPlaces = true };
        foreach (TestCrops crops in new[] { TestCrops.WholeFrame, TestCrops.Three })
        {
            var options = new EvaluatorOptions { FramesPerChunk = framesPerChunk, Crops = crops };
            AssertResumes(model, options, Uneven(), cancelAfter: [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        }
    }

    [Test]
    public void Evaluate_FullSequencesCancelledAfterAnyVideo_ResumeToTheSameBits()
    {
        using var model = new RecordingModel(4) { DependsOnPlaces = true };
        var options = new EvaluatorOptions { FramesPerChunk = 24, Sampler = new FullSequence(4) };
        AssertResumes(model, options, new UnevenVideos(8, 8, 8, 6, 8, 8, 30, 8), cancelAfter: [1, 2, 3, 4, 5, 6, 7]);
    }

    [Test]
    public void Evaluate_ANetworkOfFrames_ResumesToTheSameBits()
    {
        using ActionModel model = TestModels.Small(3);
        var options = new EvaluatorOptions { FramesPerChunk = 16, Sampler = new RandomSegments(3), Crops = TestCrops.Three };
        AssertResumes(model, options, new UnevenVideos(5, 9, 4, 12, 3), cancelAfter: [1, 4]);
    }

    [Test]
    public void Evaluate_ANetworkOfClipsAndParts_ResumesToTheSameBits()
    {
        using ResNet3D model = ActionModels.ResNet3D10(TestModels.Classes(3), options: new ResNet3DOptions { Size = 32, Seed = 1 });
        var options = new EvaluatorOptions { Sampler = new FullSequence(16), MaxActivationBytes = model.ActivationBytesPerFrame * 130, FramesPerChunk = 64 };
        AssertResumes(model, options, new UnevenVideos(20, 20, 150, 20, 20), cancelAfter: [1, 3]);
    }

    [Test]
    public void Evaluate_AnyFilesLeft_ResumesToTheSameBits()
    {
        using var model = new RecordingModel(1) { DependsOnPlaces = true };
        using var folder = new TemporaryFolder();
        var source = new UnevenVideos((5, 5), (9, 9), (4, 4), (11, 6), (12, 12), (3, 3));
        var options = new EvaluatorOptions { FramesPerChunk = 10, PredictionsFolder = folder.Path, Resume = true };
        Evaluated undisturbed = Evaluated.By(model, options with { Resume = false }, source);
        for (int left = 0; left < 64; left += 3)
        {
            string[] deleted = [.. source.Labeled.Where((_, i) => (left >> i & 1) == 0).Select(video => folder[video.Name + ".hdf5"])];
            int reused = undisturbed.Files.Count - deleted.Count(File.Exists);
            Array.ForEach(deleted, File.Delete);
            Evaluated resumed = Evaluated.By(model, options, source);
            resumed.AssertIs(undisturbed, $"files left: {left:b6}");
            Assert.That(resumed.Progress, Is.EqualTo(undisturbed.Progress));
            Assert.That(resumed.Result.Reused, Is.EqualTo(reused));
        }
    }

    [Test]
    public void Evaluate_AllIsDone_CallsNoModelAndReadsNoFrame()
    {
        using var folder = new TemporaryFolder();
        using var model = new RecordingModel(1);
        var options = new EvaluatorOptions { PredictionsFolder = folder.Path, Resume = true };
        LabeledVideo[] videos = FormulaVideos.Videos(5);
        EvaluationResult first = new Evaluator(options).Evaluate(model, videos, new FormulaVideos());
        var source = new FormulaVideos();
        var progress = new List<EvaluationProgress>();
        EvaluationResult again = new Evaluator(options).Evaluate(model, videos, source, new Reported<EvaluationProgress>(progress.Add));
        Assert.Multiple(() =>
        {
            Assert.That((first.Reused, again.Reused), Is.EqualTo((0, 5)));
            Assert.That((first.Frames, again.Frames), Is.EqualTo((100, 0)));
            Assert.That(model.Calls, Has.Count.EqualTo(1), "of the first evaluation");
            Assert.That((source.FramesRead, source.OpenReaders), Is.EqualTo((0, 0)));
            Assert.That(progress.Select(report => report.Videos), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
            Assert.That(progress[^1].Accuracy, Is.EqualTo(first.Report.Accuracy));
        });
    }

    [Test]
    public void Evaluate_OfTheSameProtocolOnly_TakesFiles()
    {
        using var folder = new TemporaryFolder();
        using var model = new RecordingModel(1);
        using var other = new RecordingModel(1);
        var options = new EvaluatorOptions { PredictionsFolder = folder.Path, Resume = true, Data = Data, Sampler = new UniformClips(4, 1) };
        AssertReused(model, options, 0);
        AssertReused(model, options, 3);
        AssertReused(model, options with { Sampler = new UniformClips(4, 1) }, 3);
        AssertReused(model, options with { FramesPerChunk = 7 }, 3);
        AssertReused(model, options with { Sampler = new RandomSegments(4) }, 0);
        AssertReused(model, options with { Sampler = new UniformClips(4, 1), Crops = TestCrops.Center() }, 0);
        AssertReused(model, options with { Crops = TestCrops.Center(0.875) }, 0);
        AssertReused(model, options with { Crops = TestCrops.Center(0.875), Data = "UCF-101 split 2" }, 0);
        AssertReused(model, options with { Crops = TestCrops.Center(0.875), Data = null }, 0);
        AssertReused(other, options with { Crops = TestCrops.Center(0.875), Data = null }, 0);
        AssertReused(other, options with { Crops = TestCrops.Center(0.875), Data = null }, 3);
        AssertReused(other, options with { Crops = TestCrops.Center(0.875), Data = null, Resume = false }, 0);
    }

    [TestCase("no HDF5")]
    [TestCase("half")]
    [TestCase("other rows")]
    [TestCase("no protocol")]
    [TestCase("other classes")]
    public void Evaluate_AFileThatIsNotWholeOrNotOfThis_IsDoneAgain(string what)
    {
        using var folder = new TemporaryFolder();
        using var model = new RecordingModel(1);
        var options = new EvaluatorOptions { PredictionsFolder = folder.Path, Resume = true };
        AssertReused(model, options, 0);
        string path = folder["Class1/1.hdf5"];
        byte[] whole = File.ReadAllBytes(path);
        var predictions = VideoPredictions.Load(path);
        switch (what)
        {
            case "no HDF5": File.WriteAllText(path, what); break;
            case "half": File.WriteAllBytes(path, whole[..(whole.Length / 2)]); break;
            case "other rows": (predictions with { Logits = new float[19, 3] }).Save(path); break;
            case "no protocol": (predictions with { Sampler = null, Crops = null }).Save(path); break;
            default: (predictions with { Classes = ["Class0", "Class2", "Class1"] }).Save(path); break;
        }

        AssertReused(model, options, 2);
        Assert.That(File.ReadAllBytes(path), Is.EqualTo(whole));
    }

    [Test]
    public void Evaluate_OfAVideoOfAnotherLength_ThatBreaksOff_LeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        using var model = new RecordingModel(1);
        var options = new EvaluatorOptions { PredictionsFolder = folder.Path, Resume = true };
        new Evaluator(options).Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos(frames: 20));
        EvaluationResult result = new Evaluator(options).Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos(frames: 21) { FramesThere = 20 });
        Assert.That((result.Reused, result.Failures.Count, folder.Files().Length), Is.EqualTo((0, 1, 0)));
    }

    [Test]
    public void Evaluate_AFinishedVideoThatCannotBeOpenedNow_CountsAsWrongAndLosesItsFile()
    {
        using var folder = new TemporaryFolder();
        using var model = new RecordingModel(1);
        var options = new EvaluatorOptions { PredictionsFolder = folder.Path, Resume = true };
        AssertReused(model, options, 0);
        EvaluationResult result = new Evaluator(options).Evaluate(model, FormulaVideos.Videos(3), new FormulaVideos { Broken = ["Class1/1"] });
        Assert.Multiple(() =>
        {
            Assert.That(result.Reused, Is.EqualTo(2));
            Assert.That(result.Failures, Is.EqualTo(new[] { new VideoFailure("Class1/1", "'Class1/1' is broken on purpose.") }));
            Assert.That(folder.Files(), Is.EqualTo(new[] { "Class0/0.hdf5", "Class2/2.hdf5" }));
        });
    }

    [Test]
    public void Evaluate_AVideoTwiceInTheList_IsRefusedWhereItsPredictionsAreWritten()
    {
        using var folder = new TemporaryFolder();
        using var model = new RecordingModel(1);
        LabeledVideo[] twice = [.. FormulaVideos.Videos(2), FormulaVideos.Videos(1)[0]];
        Assert.Multiple(() =>
        {
            Assert.That(
                () => new Evaluator(new EvaluatorOptions { PredictionsFolder = folder.Path }).Evaluate(model, twice, new FormulaVideos()),
                Throws.ArgumentException.With.Message.StartsWith(
                    $"The video 'Class0/0' is listed twice: its predictions '{folder["Class0/0.hdf5"]}' would be written twice. List each video once."));
            Assert.That(new Evaluator().Evaluate(model, twice, new FormulaVideos()).Scores, Has.Count.EqualTo(3));
        });
    }

    [Test]
    public void Evaluate_ASamplerThatDoesNotSayWhatItDoes_IsNotResumed()
    {
        using var folder = new TemporaryFolder();
        using var model = new RecordingModel(1);
        var options = new EvaluatorOptions { PredictionsFolder = folder.Path, Resume = true };
        Assert.Multiple(() =>
        {
            Assert.That(
                () => AssertReused(model, options with { Sampler = new FirstFrame() }, 0),
                Throws.ArgumentException.With.Message.StartsWith("FirstFrame does not say in words what it does"));
            Assert.That(() => AssertReused(model, options with { Sampler = new FirstFrame(new string('x', 4097)) }, 0), Throws.ArgumentException);
        });
        AssertReused(model, options with { Sampler = new FirstFrame(new string('x', 4096)) }, 0);
        AssertReused(model, options with { Sampler = new FirstFrame(new string('x', 4096)) }, 3);
        AssertReused(model, options with { Sampler = new FirstFrame(new string('x', 4097)), Resume = false }, 0);
        Assert.That(VideoPredictions.Load(folder["Class0/0.hdf5"]).Sampler, Is.Null, "more than is ever read is not written");
    }

    [Test]
    public void Constructor_ResumeWithoutAFolder_Throws() => Assert.That(
        () => new Evaluator(new EvaluatorOptions { Resume = true }),
        Throws.ArgumentException.With.Message.StartsWith("Resume takes finished videos from the PredictionsFolder, which is not set."));

    [Test]
    public void Evaluate_ARandomSampler_DrawsOfAVideoTheSameWhereverItStands()
    {
        using ActionModel model = TestModels.Small(3);
        var options = new EvaluatorOptions { Sampler = new RandomClip(1) };
        LabeledVideo[] videos = FormulaVideos.Videos(8);
        EvaluationResult result = new Evaluator(options).Evaluate(model, videos, new FormulaVideos());
        EvaluationResult reversed = new Evaluator(options).Evaluate(model, [.. videos.Reverse()], new FormulaVideos());
        Assert.Multiple(() =>
        {
            foreach ((VideoScore score, VideoScore other) in result.Scores.Zip(reversed.Scores.Reverse()))
            {
                Assert.That(other.LogProbabilities, Is.EqualTo(score.LogProbabilities).Within(1e-5), score.Video.Name);
            }
        });
    }

    private static UnevenVideos Uneven() => new((5, 5), (9, 9), (7, -1), (4, 4), (11, 6), (12, 12), (3, 3), (20, 20), (2, 2));

    private static void AssertReused(ActionModel model, EvaluatorOptions options, int expected)
    {
        EvaluationResult result = new Evaluator(options).Evaluate(model, FormulaVideos.Videos(3), new FormulaVideos());
        Assert.That((result.Reused, result.Scores.Count), Is.EqualTo((expected, 3)), options.ToString());
    }

    private static void AssertResumes(ActionModel model, EvaluatorOptions options, UnevenVideos source, int[] cancelAfter)
    {
        Evaluated undisturbed;
        using (var folder = new TemporaryFolder())
        {
            undisturbed = Evaluated.By(model, options with { PredictionsFolder = folder.Path, Data = Data }, source);
        }

        foreach (int videos in cancelAfter)
        {
            using var folder = new TemporaryFolder();
            EvaluatorOptions resuming = options with { PredictionsFolder = folder.Path, Data = Data, Resume = true };
            using var cancel = new CancellationTokenSource();
            var progress = new Reported<EvaluationProgress>(report => CancelAfter(videos, report, cancel));
            Assert.That(
                () => new Evaluator(resuming).Evaluate(model, source.Labeled, source, progress, cancel.Token), Throws.InstanceOf<OperationCanceledException>());
            string[] finished = folder.Files();
            Array.ForEach(finished, file => File.SetLastWriteTimeUtc(folder[file], LongAgo));
            Evaluated resumed = Evaluated.By(model, resuming, source);
            resumed.AssertIs(undisturbed, string.Create(CultureInfo.InvariantCulture, $"cancelled after {videos} videos"));
            Assert.That(resumed.Progress, Is.EqualTo(undisturbed.Progress));
            Assert.Multiple(() =>
            {
                Assert.That(finished, Has.Length.LessThanOrEqualTo(videos));
                Assert.That(resumed.Result.Reused, Is.EqualTo(finished.Length));
                Assert.That(undisturbed.Result.Frames - resumed.Result.Frames, Is.GreaterThan(0), "frames of finished videos do not count");
                Assert.That(folder.Files().Where(file => File.GetLastWriteTimeUtc(folder[file]) == LongAgo), Is.EqualTo(finished), "and no other");
            });
        }
    }

    private static void CancelAfter(int videos, EvaluationProgress report, CancellationTokenSource cancel)
    {
        if (report.Videos == videos)
        {
            cancel.Cancel();
        }
    }

    /// <summary>The first frame; says of itself what it is told to.</summary>
    private sealed class FirstFrame(string? text = null) : IClipSampler
    {
        public int? ViewsPerVideo => 1;

        public int? FramesPerClip => 1;

        public IReadOnlyList<int[]> Sample(VideoInfo video, ClipRandom random) => [[0]];

        public override string ToString() => text ?? base.ToString()!;
    }
}
