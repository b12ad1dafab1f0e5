using System.Runtime.InteropServices;
using TorchSharp;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Evaluation;

/// <summary>Whole videos in one and in several crops.</summary>
public class CropEvaluationTests
{
    private static readonly FrameSize Wide = new(24, 32);

    [Test]
    public void Evaluate_FramesInCrops_IsTheMeanOverFramesAndCrops()
    {
        using ActionModel model = TestModels.Small(3);
        AssertByHand(model, new UniformClips(4, 1), TestCrops.Ten(0.75), Ten, clips: 40);
        AssertByHand(model, new SlidingWindow(1, 1), TestCrops.Three, Three, clips: 60);
        AssertByHand(model, new SlidingWindow(1, 1), TestCrops.Center(0.75), Center, clips: 20);
    }

    [Test]
    public void Evaluate_ClipsInCrops_IsTheMeanOverClipsAndCrops()
    {
        using ActionModel model = Clips();
        AssertByHand(model, new UniformClips(3, 8), TestCrops.Three, Three, clips: 9);
        AssertByHand(model, new FullSequence(16), TestCrops.Ten(0.75), Ten, clips: 10);
    }

    [Test]
    public void Evaluate_RowsAreClipAfterClipAndCropAfterCrop()
    {
        using var folder = new TemporaryFolder();
        using ActionModel model = TestModels.Small(3);
        LabeledVideo[] videos = FormulaVideos.Videos(1);
        var options = new EvaluatorOptions { Sampler = new UniformClips(2, 1), Crops = TestCrops.Ten(0.75), PredictionsFolder = folder.Path };
        new Evaluator(options).Evaluate(model, videos, new FormulaVideos());
        float[,] rows = VideoPredictions.Load(folder["Class0/0.hdf5"]).Logits;
        var seen = new HashSet<float>();
        for (int row = 0; row < 20; row++)
        {
            int[] clip = [row < 10 ? 5 : 15];
            double[] expected = ClipScores.MeanLogSoftmax(model, new FormulaVideos(), videos[0], [clip], size => [Ten(size)[row % 10]]);
            double[] actual = new double[3];
            Scores.AddLogSoftmax(MemoryMarshal.CreateReadOnlySpan(ref rows[row, 0], 3), actual);
            Assert.That(actual, Is.EqualTo(expected).Within(1e-5), $"row {row}");
            seen.Add(rows[row, 0]);
        }

        Assert.That(seen, Has.Count.EqualTo(20), "no two crops give the same");
    }

    [Test]
    public void Evaluate_InParts_GivesTheSameAsAtOnceInEveryCrop()
    {
        using ResNet3D model = Clips();
        var source = new FormulaVideos(frames: 150);
        var atOnce = new EvaluatorOptions { Sampler = new FullSequence(16), Crops = TestCrops.Three };
        EvaluatorOptions inParts = atOnce with { MaxActivationBytes = model.ActivationBytesPerFrame * 130 };
        EvaluationResult whole = new Evaluator(atOnce).Evaluate(model, FormulaVideos.Videos(2), source);
        EvaluationResult parts = new Evaluator(inParts).Evaluate(model, FormulaVideos.Videos(2), source);
        Assert.Multiple(() =>
        {
            Assert.That(parts.Scores[1].LogProbabilities, Is.EqualTo(whole.Scores[1].LogProbabilities).Within(1e-5));
            Assert.That(parts.Scores[1].Clips, Is.EqualTo(3));
            Assert.That(whole.Frames, Is.EqualTo(2 * 3 * 150));
            Assert.That(parts.Frames, Is.GreaterThan(whole.Frames), "parts overlap");
            Assert.That(source.FramesRead, Is.EqualTo(2 * 2 * 150), "each frame once in each evaluation");
        });
    }

    [TestCase(8, "8 8 8 8 8 8 6")]
    [TestCase(200, "54")]
    [TestCase(2, "2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2 2")]
    public void Evaluate_Frames_FillChunksAcrossCropsAndVideos(int framesPerChunk, string calls) =>
        Assert.That(Calls(1, framesPerChunk, new UnevenVideos(5, 9, 4)), Is.EqualTo(calls));

    // The second video's first clip is there in all its crops, its second one is not.
    [TestCase(20, "5x4 3x4")]
    [TestCase(100, "6x4")]
    public void Evaluate_AVideoThatBreaksOff_TakesNoMoreRoom(int framesPerChunk, string calls) =>
        Assert.That(Calls(4, framesPerChunk, new UnevenVideos((4, 4), (8, 4), (4, 4))), Is.EqualTo(calls));

    [Test]
    public void Evaluate_SquaresForAModelOfOtherFrames_AreRefused()
    {
        using ActionModel model = ActionModels.ResNet18(TestModels.Classes(3), options: new ResNet2DOptions { Size = new FrameSize(32, 48), Seed = 1 });
        Assert.That(
            () => new Evaluator(new EvaluatorOptions { Crops = TestCrops.Center() }).Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos()),
            Throws.ArgumentException.With.Message.StartsWith("The crops Center(1) are squares and the model takes frames of 32x48"));
    }

    [Test]
    public void Constructor_NoCrops_Throws() =>
        Assert.That(() => new Evaluator(new EvaluatorOptions { Crops = null! }), Throws.ArgumentNullException.With.Property("ParamName").EqualTo("Crops"));

    // What the whole frame gave before there were crops: each frame resized to the model's size, all in one batch.
    [Test]
    public void Evaluate_TheWholeFrame_GivesTheBitsOfFramesThatAreOnlyResized()
    {
        using var folder = new TemporaryFolder();
        using ActionModel model = TestModels.Small(3);
        new Evaluator(new EvaluatorOptions { PredictionsFolder = folder.Path }).Evaluate(model, FormulaVideos.Videos(1), new FormulaVideos());
        var resampler = new FrameResampler(Wide, ClipTransform.Identity(Wide).Resize(32));
        using VideoReader reader = new FormulaVideos().Open("Class0/0");
        var frame = new byte[reader.Info.FrameBytes];
        using var scope = torch.NewDisposeScope();
        torch.Tensor frames = torch.zeros([20, 1, 1, 32, 32, 3], torch.ScalarType.Byte);
        for (int i = 0; reader.ReadNext(frame); i++)
        {
            resampler.Resample(frame, frames.bytes.Slice(i * 3 * 32 * 32, 3 * 32 * 32));
        }

        model.eval();
        using var input = new ModelInput(model);
        using (torch.no_grad())
        {
            Assert.That(VideoPredictions.Load(folder["Class0/0.hdf5"]).Logits.Cast<float>(), Is.EqualTo(model.LogitsOf(input, frames).data<float>().ToArray()));
        }
    }

    [Test]
    public void Metrics_AreNamedForWhatTheyCount()
    {
        using ActionModel frames = TestModels.Small(3);
        using ActionModel clips = Clips();
        EvaluationResult ofFrames = new Evaluator().Evaluate(frames, FormulaVideos.Videos(2), new FormulaVideos());
        EvaluationResult ofClips = new Evaluator().Evaluate(clips, FormulaVideos.Videos(2), new FormulaVideos());
        Assert.Multiple(() =>
        {
            Assert.That(
                ofFrames.Metrics.Select(metric => metric.Name), Is.EqualTo(new[] { "frame@1", "frame@5", "frame@10", "video@1", "video@5", "video@10" }));
            Assert.That(ofClips.Metrics.Select(metric => metric.Name), Is.EqualTo(new[] { "clip@1", "clip@5", "clip@10", "video@1", "video@5", "video@10" }));
            Assert.That(ofFrames.Metrics.Single(metric => metric.Name == "frame@5").Value, Is.EqualTo(new Accuracy(40, 40)));
            Assert.That(ofFrames.Metrics.Single(metric => metric.Name == "frame@1").Value, Is.EqualTo(ofFrames.ClipAccuracy.Top1));
            Assert.That(ofFrames.Metrics.Single(metric => metric.Name == "video@10").Value, Is.EqualTo(new Accuracy(2, 2)));
            Assert.That(Metrics(frames, "none"), Is.EqualTo(new[] { "frame@1", "frame@5", "frame@10" }));
            Assert.That(Metrics(frames, "Class0/0"), Is.EqualTo(new[] { "frame@1", "frame@5", "frame@10" }), "also where nothing could be read");
            Assert.That(Metrics(clips, "none"), Is.EqualTo(new[] { "clip@1", "clip@5", "clip@10" }));
        });

        static IEnumerable<string> Metrics(ActionModel model, string broken)
        {
            using var loader = new ClipLoader(
                FormulaVideos.Videos(1), new FormulaVideos { Broken = [broken] }, new CenterClip(model.Input.ClipLength),
                AugmentationPipeline.Create().CenterCrop(0.875).Resize(model.Input.Size));
            return Evaluator.EvaluateClips(model, loader).Metrics.Select(metric => metric.Name);
        }
    }

    private static void AssertByHand(ActionModel model, IClipSampler sampler, TestCrops crops, Func<FrameSize, ClipTransform[]> byHand, int clips)
    {
        var source = new FormulaVideos();
        LabeledVideo[] videos = FormulaVideos.Videos(2);
        EvaluationResult result = new Evaluator(new EvaluatorOptions { Sampler = sampler, Crops = crops, FramesPerChunk = 33 }).Evaluate(model, videos, source);
        IReadOnlyList<int[]> sampled = sampler.Sample(new VideoInfo(24, 32, 20), new ClipRandom(0, 0, 0, 0));
        double[] expected = ClipScores.MeanLogSoftmax(
            model, source, videos[1], sampled, size => [.. byHand(size).Select(crop => crop.Resize(model.Input.Size))]);
        Assert.Multiple(() =>
        {
            Assert.That(TestModels.RelativeDifference(result.Scores[1].LogProbabilities, expected), Is.LessThan(1e-6), $"{sampler}, {crops}");
            Assert.That(result.Scores[1].Clips, Is.EqualTo(clips));
            Assert.That(result.ClipAccuracy.Top1.Total, Is.EqualTo(2 * clips));
            Assert.That(result.Frames, Is.EqualTo(2L * crops.Count * sampled.Sum(clip => clip.Length)));
        });
    }

    private static ClipTransform Square(FrameSize size, int x, int y, int side) => ClipTransform.Identity(size).CropTo(x, y, FrameSize.Square(side));

    // Of 24x32 frames.
    private static ClipTransform[] Center(FrameSize size) => [Square(size, 7, 3, 18)];

    private static ClipTransform[] Three(FrameSize size) => [Square(size, 0, 0, 24), Square(size, 4, 0, 24), Square(size, 8, 0, 24)];

    private static ClipTransform[] Ten(FrameSize size)
    {
        ClipTransform[] five = [Square(size, 0, 0, 18), Square(size, 14, 0, 18), Square(size, 0, 6, 18), Square(size, 14, 6, 18), Square(size, 7, 3, 18)];
        return [.. five.Concat(five.Select(crop => crop.Flip())).Select(crop => crop.Resize(32))];
    }

    private static ResNet3D Clips() => ActionModels.ResNet3D10(TestModels.Classes(3), options: new ResNet3DOptions { Size = 32, Seed = 1 });

    private static string Calls(int clipLength, int framesPerChunk, UnevenVideos source)
    {
        using var model = new RecordingModel(clipLength);
        new Evaluator(new EvaluatorOptions { FramesPerChunk = framesPerChunk, Crops = TestCrops.Three })
            .Evaluate(model, source.Labeled, source);
        return string.Join(' ', model.Calls);
    }
}
