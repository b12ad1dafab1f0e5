using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Evaluation;

/// <summary>Clips of several videos go through a model together, and nobody notices.</summary>
public class PackedEvaluationTests
{
    private static readonly int[] FramesPerChunk = [1, 7, 64, 200, int.MaxValue];

    [Test]
    public void Evaluate_Frames_AnyFramesPerChunk_GiveTheSame()
    {
        using ActionModel model = TestModels.Small(3);
        AssertTheSame(model, new EvaluatorOptions(), FramesPerChunk, 4,
            new UnevenVideos((5, 5), (9, -1), (19, 19), (11, 11), (30, 10), (29, 29), (6, 7), (3, 3), (12, 0), (13, 13)));
    }

    [Test]
    public void Evaluate_Windows_AnyFramesPerChunk_GiveTheSame()
    {
        using ActionModel model = Clips();
        AssertTheSame(model, new EvaluatorOptions { Sampler = new SlidingWindow(16, 12) }, FramesPerChunk, 4,
            new UnevenVideos((20, -1), (20, 20), (16, 16), (60, 50), (47, 47), (7, 7), (30, 31), (33, 33), (20, 0)));
    }

    [Test]
    public void Evaluate_FullSequencesAndParts_AnyFramesPerChunk_GiveTheSame()
    {
        using ResNet3D model = Clips();
        var options = new EvaluatorOptions { Sampler = new FullSequence(16), MaxActivationBytes = model.ActivationBytesPerFrame * 130 };
        AssertTheSame(model, options, [1, 200], 2,
            new UnevenVideos((20, 20), (150, 150), (20, 20), (20, 20), (200, 180), (20, 21), (20, 20), (33, 33)));
    }

    [TestCase(8, "8 8 2")]
    [TestCase(5, "5 5 5 3")]
    [TestCase(1, "1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1")]
    [TestCase(18, "18")]
    [TestCase(200, "18")]
    public void Evaluate_Frames_FillsChunksAcrossVideos(int framesPerChunk, string calls) =>
        Assert.That(Calls(1, null, framesPerChunk, new UnevenVideos(5, 9, 4)), Is.EqualTo(calls));

    [TestCase(12, "3x4 3x4 1x4")]
    [TestCase(15, "3x4 3x4 1x4")]
    [TestCase(16, "4x4 3x4")]
    [TestCase(3, "1x4 1x4 1x4 1x4 1x4 1x4 1x4")]
    public void Evaluate_Windows_FillsChunksAcrossVideos(int framesPerChunk, string calls) =>
        Assert.That(Calls(4, null, framesPerChunk, new UnevenVideos(8, 3, 12, 4)), Is.EqualTo(calls));

    [TestCase(24, "1x10 2x12 1x12 1x10")]
    [TestCase(200, "1x10 3x12 1x10")]
    [TestCase(5, "1x10 1x12 1x12 1x12 1x10")]
    public void Evaluate_FullSequences_KeepsLengthsApart(int framesPerChunk, string calls) =>
        Assert.That(Calls(4, new FullSequence(), framesPerChunk, new UnevenVideos(10, 12, 12, 12, 10)), Is.EqualTo(calls));

    // Of the second video three frames are in the first chunk already; what is read of it after that goes nowhere.
    [TestCase(8, "8 4")]
    [TestCase(200, "9")]
    public void Evaluate_AVideoThatBreaksOff_TakesNoMoreRoom(int framesPerChunk, string calls) =>
        Assert.That(Calls(1, null, framesPerChunk, new UnevenVideos((5, 5), (9, 6), (4, 4))), Is.EqualTo(calls));

    [Test]
    public void Evaluate_NoVideoCanBeRead_CallsNoModelAndListsAll()
    {
        using var model = new RecordingModel(1);
        var source = new UnevenVideos((5, -1), (5, 0), (5, 3), (5, 6));
        var done = new List<int>();
        EvaluationResult result = new Evaluator().Evaluate(model, source.Labeled, source, new Reported<EvaluationProgress>(report => done.Add(report.Videos)));
        Assert.Multiple(() =>
        {
            Assert.That(model.Calls, Is.Empty);
            Assert.That(result.Failures.Select(failure => failure.Video), Is.EqualTo(source.Labeled.Select(video => video.Name)));
            Assert.That(result.Report.Accuracy.Top10, Is.EqualTo(new Accuracy(0, 4)));
            Assert.That(result.Frames, Is.Zero);
            Assert.That(done, Is.EqualTo(new[] { 1, 2, 3, 4 }));
        });
    }

    [Test]
    public void Evaluate_CancelledInTheMiddleOfAChunk_LeavesThePredictionsOfTheVideosDone()
    {
        using var folder = new TemporaryFolder();
        using var model = new RecordingModel(1);
        using var cancel = new CancellationTokenSource();
        var source = new UnevenVideos(5, 5, 5, 5);
        var progress = new Reported<EvaluationProgress>(report =>
        {
            if (report.Videos == 2)
            {
                cancel.Cancel();
            }
        });
        Assert.That(
            () => new Evaluator(new EvaluatorOptions { PredictionsFolder = folder.Path }).Evaluate(model, source.Labeled, source, progress, cancel.Token),
            Throws.InstanceOf<OperationCanceledException>().With.Property("CancellationToken").EqualTo(cancel.Token));
        Assert.Multiple(() =>
        {
            Assert.That(model.Calls, Is.EqualTo(new[] { "20" }), "one chunk");
            Assert.That(folder.Files(), Is.EqualTo(new[] { "Class0/0.hdf5", "Class1/1.hdf5" }));
            Assert.That(source.OpenReaders, Is.Zero);
        });
    }

    [Test]
    public void Evaluate_LogitsThatAreNoNumbersInTheMiddleOfAChunk_NamesTheVideoAndKeepsThoseBefore()
    {
        using var folder = new TemporaryFolder();
        using var model = new RecordingModel(1) { BrokenRow = 11 };
        var source = new UnevenVideos(5, 5, 5, 5);
        Assert.That(
            () => new Evaluator(new EvaluatorOptions { PredictionsFolder = folder.Path }).Evaluate(model, source.Labeled, source),
            Throws.TypeOf<ActionRecognitionException>().With.Message.StartsWith("The model's logits for 'Class2/2' are not all finite numbers."));
        Assert.That(folder.Files(), Is.EqualTo(new[] { "Class0/0.hdf5", "Class1/1.hdf5" }));
    }

    [Test]
    public void Evaluate_ASamplerThatThrows_KeepsTheVideosBefore()
    {
        using var folder = new TemporaryFolder();
        using var model = new RecordingModel(1);
        var source = new UnevenVideos(5, 6, 7, 8);
        Assert.That(
            () => new Evaluator(new EvaluatorOptions { PredictionsFolder = folder.Path, Sampler = new AllFramesUnless(7) }).Evaluate(model, source.Labeled, source),
            Throws.InvalidOperationException.With.Message.EqualTo("Not 7."));
        Assert.Multiple(() =>
        {
            Assert.That(folder.Files(), Is.EqualTo(new[] { "Class0/0.hdf5", "Class1/1.hdf5" }));
            Assert.That(source.OpenReaders, Is.Zero);
        });
    }

    [Test]
    public void Evaluate_AModelThatGivesOtherThanARowForAClip_Throws()
    {
        using var model = new RecordingModel(1) { RowsTooMany = 1 };
        var source = new UnevenVideos(5, 6);
        Assert.That(() => new Evaluator().Evaluate(model, source.Labeled, source),
            Throws.TypeOf<ActionRecognitionException>().With.Message.StartsWith("recording gave logits of 12 x 3 for 11 clips; expected 11 x 3"));
    }

    [Test]
    public void ClipChunk_Disposed_GivesItsBufferBackOnce()
    {
        const int FrameBytes = 3 * 1000 * 1000;
        var chunk = new ClipChunk(new PlannedClip([0], null), FrameBytes, 10);
        chunk.Reserve().Fill(7);
        chunk.Add(FormulaVideos.Videos(1)[0], isLast: false);
        chunk.Reserve();
        Assert.That(chunk.Rgb.IndexOfAnyExcept((byte)7), Is.EqualTo(-1), "a chunk that grows keeps its clips");
        ref byte buffer = ref MemoryMarshal.GetReference(chunk.Rgb);
        chunk.Dispose();
        chunk.Dispose();
        byte[] first = ArrayPool<byte>.Shared.Rent(2 * FrameBytes);
        byte[] second = ArrayPool<byte>.Shared.Rent(2 * FrameBytes);
        bool isGivenBack = Unsafe.AreSame(ref buffer, ref first[0]);
        bool isGivenBackTwice = ReferenceEquals(first, second);
        ArrayPool<byte>.Shared.Return(first);
        ArrayPool<byte>.Shared.Return(second);
        Assert.That((isGivenBack, isGivenBackTwice), Is.EqualTo((true, false)));
    }

    private static ResNet3D Clips() => ActionModels.ResNet3D10(TestModels.Classes(3), options: new ResNet3DOptions { Size = 32, Seed = 1 });

    private static string Calls(int clipLength, IClipSampler? sampler, int framesPerChunk, UnevenVideos source)
    {
        using var model = new RecordingModel(clipLength);
        new Evaluator(new EvaluatorOptions { FramesPerChunk = framesPerChunk, Sampler = sampler }).Evaluate(model, source.Labeled, source);
        return string.Join(' ', model.Calls);
    }

    private static void AssertTheSame(ActionModel model, EvaluatorOptions options, int[] framesPerChunk, int unreadable, UnevenVideos source)
    {
        Assert.That(framesPerChunk[0], Is.EqualTo(1), "each clip on its own is what the others are held against");
        Evaluated expected = Evaluate(model, options, 1, source);
        Assert.That(expected.Result.Failures, Has.Count.EqualTo(unreadable));
        Assert.That(expected.Progress.Select(report => report.Videos), Is.EqualTo(Enumerable.Range(1, source.Labeled.Length)));
        Assert.Multiple(() =>
        {
            foreach (int frames in framesPerChunk.Skip(1))
            {
                AssertTheSame(Evaluate(model, options, frames, source), expected, $"{frames} frames at once");
            }
        });
    }

    private static void AssertTheSame(Evaluated actual, Evaluated expected, string when)
    {
        (EvaluationResult result, EvaluationResult other) = (actual.Result, expected.Result);
        Assert.That(result.Scores.Select(score => (score.Video, score.Clips)), Is.EqualTo(other.Scores.Select(score => (score.Video, score.Clips))), when);
        Assert.That(result.Failures, Is.EqualTo(other.Failures), when);
        Assert.That(result.Frames, Is.EqualTo(other.Frames), when);
        Assert.That(result.ClipAccuracy, Is.EqualTo(other.ClipAccuracy), when);
        Assert.That(result.Report.Accuracy, Is.EqualTo(other.Report.Accuracy), when);
        Assert.That(actual.Progress, Is.EqualTo(expected.Progress), when);
        Assert.That(actual.Logits.Keys, Is.EqualTo(expected.Logits.Keys), when);
        foreach ((string video, double[] logits) in actual.Logits)
        {
            Assert.That(TestModels.RelativeDifference(logits, expected.Logits[video]), Is.LessThan(1e-5), $"{video}, {when}");
        }

        for (int i = 0; i < result.Scores.Count; i++)
        {
            Assert.That(TestModels.RelativeDifference(result.Scores[i].LogProbabilities, other.Scores[i].LogProbabilities), Is.LessThan(1e-5), when);
        }
    }

    private static Evaluated Evaluate(ActionModel model, EvaluatorOptions options, int framesPerChunk, UnevenVideos source)
    {
        using var folder = new TemporaryFolder();
        var progress = new List<EvaluationProgress>();
        EvaluationResult result = new Evaluator(options with { FramesPerChunk = framesPerChunk, PredictionsFolder = folder.Path }).Evaluate(
            model, source.Labeled, source, new Reported<EvaluationProgress>(report => progress.Add(report with { Elapsed = TimeSpan.Zero, Video = null })));
        return new Evaluated(
            result, progress, folder.Files().ToDictionary(file => file, file => VideoPredictions.Load(folder[file]).Logits.Cast<float>().Select(value => (double)value).ToArray()));
    }

    private sealed record Evaluated(EvaluationResult Result, List<EvaluationProgress> Progress, Dictionary<string, double[]> Logits);

    /// <summary>Every frame, but of videos of one length none.</summary>
    private sealed class AllFramesUnless(int frames) : IClipSampler
    {
        public int? ViewsPerVideo => null;

        public int? FramesPerClip => 1;

        public IReadOnlyList<int[]> Sample(VideoInfo video, ClipRandom random) => video.FrameCount == frames
            ? throw new InvalidOperationException($"Not {frames}.")
            : [.. Enumerable.Range(0, video.FrameCount!.Value).Select(frame => new[] { frame })];
    }
}
