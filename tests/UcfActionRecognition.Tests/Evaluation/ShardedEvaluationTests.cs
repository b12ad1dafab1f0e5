using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Evaluation;

/// <summary>An evaluation in shards gives, merged, what one process gives.</summary>
public class ShardedEvaluationTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    // The model's logits change with the number of clips at once and with their places, so nothing but the chunks of one process gives the same.
    [TestCase(4, 1, 7)]
    [TestCase(5, 1, 200)]
    [TestCase(2, 4, 44)]
    public void Merge_OfShards_IsTheWholeBitForBit(int shards, int clipLength, int framesPerChunk)
    {
        using var model = new RecordingModel(clipLength) { DependsOnPlaces = true };
        var options = new EvaluatorOptions { FramesPerChunk = framesPerChunk, Crops = TestCrops.Three, Data = "UCF-101 split 1" };
        AssertMergedIsWhole(model, options, Videos(37), shards);
    }

    [Test]
    public void Merge_OfShardsOfFullSequencesInParts_IsTheWholeBitForBit()
    {
        using ResNet3D model = ActionModels.ResNet3D10(TestModels.Classes(3), options: new ResNet3DOptions { Size = 32, Seed = 1 });
        var options = new EvaluatorOptions { Sampler = new FullSequence(16), MaxActivationBytes = model.ActivationBytesPerFrame * 130, FramesPerChunk = 64 };
        (int, int)[] videos = [.. Enumerable.Repeat((16, 16), 18)];
        (videos[5], videos[12], videos[17]) = ((150, 150), (16, -1), (140, 130));
        AssertMergedIsWhole(model, options, new UnevenVideos(videos), 2);
    }

    [Test]
    public void Evaluate_ShardsAtTheSameTime_MergeToTheWhole()
    {
        UnevenVideos source = Videos(50);
        ActionModel[] models = [.. Enumerable.Range(0, 4).Select(_ => TestModels.Small(3))];
        Evaluated whole = Evaluated.By(models[0], Into("whole"), source);
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, index =>
            new Evaluator(Into("shards") with { Shard = new Shard(index, 4) }).Evaluate(models[index], source.Labeled, source));
        Evaluated.ByMerging(models[0], Into("shards"), source).AssertIs(whole, "four shards at once");
        Array.ForEach(models, model => model.Dispose());
    }

    [Test]
    public void Evaluate_Videos_GoThroughTheModelInBlocks()
    {
        using var model = new RecordingModel(1);
        var source = new UnevenVideos([.. Enumerable.Repeat(2, 37)]);
        new Evaluator().Evaluate(model, source.Labeled, source);
        Assert.That(model.Calls, Is.EqualTo(new[] { "32", "32", "10" }));
    }

    [Test]
    public void Evaluate_AShard_ScoresItsPartAndLeavesTheOthersFiles()
    {
        using var model = new RecordingModel(1);
        UnevenVideos source = Videos(37);
        var progress = new List<EvaluationProgress>();
        Evaluated.By(model, Into("shards") with { Shard = new Shard(0, 2) }, source);
        string[] first = _folder.Files();
        EvaluationResult result = new Evaluator(Into("shards") with { Shard = new Shard(1, 2) }).Evaluate(
            model, source.Labeled, source, new Reported<EvaluationProgress>(progress.Add));
        Assert.Multiple(() =>
        {
            Assert.That(result.Scores.Select(score => score.Video).Concat(result.Report.Unreadable), Is.EquivalentTo(source.Labeled[16..]));
            Assert.That(progress.Select(report => (report.Videos, report.TotalVideos)), Is.EqualTo(Enumerable.Range(1, 21).Select(video => (video, 21))));
            Assert.That(_folder.Files(), Is.SupersetOf(first));
        });
    }

    [Test]
    public void Evaluate_AShardWithoutVideos_GivesAnEmptyResult()
    {
        using var model = new RecordingModel(1);
        UnevenVideos source = Videos(37);
        Evaluated result = Evaluated.By(model, Into("shards") with { Shard = new Shard(0, 4), Resume = true }, source);
        Assert.That((result.Result.Scores.Count, result.Result.Failures.Count, result.Result.Report.Accuracy.Top1.Total, result.Files.Count), Is.EqualTo((0, 0, 0, 0)));
    }

    [Test]
    public void Merge_WithoutALostShard_NamesWhatIsMissingUntilItIsRunAgain()
    {
        using var model = new RecordingModel(1) { DependsOnPlaces = true };
        UnevenVideos source = Videos(37);
        Evaluated whole = Evaluated.By(model, Into("whole"), source);
        Run(model, source, 3, 0, 2);
        string[] before = _folder.Files();
        int calls = model.Calls.Count;
        Assert.That(
            () => Evaluated.ByMerging(model, Into("shards"), source),
            Throws.TypeOf<PredictionsException>().With.Message.EqualTo(
                $"16 of 37 videos have no predictions of this very model, data, sampler and crops in '{_folder["shards"]}': "
                + "Class1/16, Class2/17, Class0/18, Class1/19, Class2/20 and 11 more. Run the shards that were lost again, with the same options, then merge."));
        Assert.That((_folder.Files(), model.Calls.Count), Is.EqualTo((before, calls)), "nothing is deleted, nothing computed");
        Run(model, source, 3, 1);
        Evaluated.ByMerging(model, Into("shards"), source).AssertIs(whole, "the lost shard was run again");
    }

    [Test]
    public void Merge_OfAShardOfAnotherModel_RefusesUntilThatIsReplaced()
    {
        using var model = new RecordingModel(1) { DependsOnPlaces = true };
        using var other = new RecordingModel(1);
        UnevenVideos source = Videos(37);
        Evaluated whole = Evaluated.By(model, Into("whole"), source);
        Run(model, source, 3, 0, 1);
        Run(other, source, 3, 2);
        Assert.That(() => Evaluated.ByMerging(model, Into("shards"), source), Throws.TypeOf<PredictionsException>().With.Message.StartsWith("5 of 37 videos have no"));
        Run(model, source, 3, 2);
        Evaluated.ByMerging(model, Into("shards"), source).AssertIs(whole, "the other model's shard was run again");
    }

    [Test]
    public void Merge_OfOtherSettings_Refuses()
    {
        using var model = new RecordingModel(1);
        UnevenVideos source = Videos(20);
        Run(model, source, 2, 0, 1);
        Assert.Multiple(() =>
        {
            foreach (EvaluatorOptions options in new[] { Into("shards") with { Sampler = new CenterClip(1) }, Into("shards") with { Data = "other" }, Into("none") })
            {
                Assert.That(() => Evaluated.ByMerging(model, options, source), Throws.TypeOf<PredictionsException>());
            }

            Assert.That(() => new Evaluator().Merge(model, source.Labeled, source), Throws.ArgumentException.With.Message.StartsWith("There is nothing to merge"));
            Assert.That(() => new Evaluator(Into("shards")).Merge(model, [.. source.Labeled, source.Labeled[0]], source), Throws.ArgumentException.With.Message.Contains("listed twice"));
        });
    }

    [Test]
    public void Merge_OpensOnlyVideosWithoutPredictions()
    {
        using var model = new RecordingModel(1);
        var opened = new List<string>();
        var source = new FormulaVideos { Broken = ["Class2/5"], Opening = opened.Add };
        LabeledVideo[] videos = FormulaVideos.Videos(20);
        new Evaluator(Into("shards")).Evaluate(model, videos, source);
        opened.Clear();
        EvaluationResult result = new Evaluator(Into("shards")).Merge(model, videos, source);
        Assert.Multiple(() =>
        {
            Assert.That(opened, Is.EqualTo(new[] { "Class2/5" }));
            Assert.That(result.Failures, Is.EqualTo(new[] { new VideoFailure("Class2/5", "'Class2/5' is broken on purpose.") }));
            Assert.That((result.Reused, result.Frames), Is.EqualTo((19, 0)));
        });
    }

    [Test]
    public void Merge_WhileAShardIsRunning_IsRefused()
    {
        using var model = new RecordingModel(1);
        UnevenVideos source = Videos(20);
        using FolderLock running = FolderLock.Acquire(_folder["shards"], new Shard(1, 4));
        Assert.Multiple(() =>
        {
            Assert.That(() => Evaluated.ByMerging(model, Into("shards"), source), Throws.TypeOf<ActionRecognitionException>().With.Message.StartsWith("Shard 2/4 of '"));
            Assert.That(() => Evaluated.By(model, Into("shards"), source), Throws.TypeOf<ActionRecognitionException>().With.Message.StartsWith("Shard 2/4 of '"));
            Assert.That(() => Run(model, source, 4, 1), Throws.TypeOf<ActionRecognitionException>().With.Message.StartsWith("Shard 2/4 of '"));
            Assert.That(() => Run(model, source, 2, 0), Throws.TypeOf<ActionRecognitionException>().With.Message.StartsWith("Shard 2/4 of '"));
            Assert.That(() => Run(model, source, 4, 0, 2, 3), Throws.Nothing);
        });
    }

    // Some are unreadable: one that cannot be opened, one that breaks off, one that is longer than it says.
    private static UnevenVideos Videos(int count)
    {
        (int, int)[] videos = [.. Enumerable.Range(0, count).Select(i => (3 + (i * 5 % 11), 3 + (i * 5 % 11)))];
        (videos[3], videos[7], videos[15]) = ((5, -1), (12, 8), (4, 9));
        return new UnevenVideos(videos);
    }

    private EvaluatorOptions Into(string folder) => new() { FramesPerChunk = 16, PredictionsFolder = _folder[folder] };

    private void Run(ActionModel model, UnevenVideos source, int count, params int[] shards) =>
        Array.ForEach(shards, index =>
            new Evaluator(Into("shards") with { Shard = new Shard(index, count), Resume = true }).Evaluate(model, source.Labeled, source));

    private void AssertMergedIsWhole(ActionModel model, EvaluatorOptions options, UnevenVideos source, int shards)
    {
        Evaluated whole = Evaluated.By(model, options with { PredictionsFolder = _folder["whole"] }, source);
        EvaluatorOptions sharded = options with { PredictionsFolder = _folder["shards"] };
        for (int index = shards - 1; index >= 0; index--)
        {
            Evaluated.By(model, sharded with { Shard = new Shard(index, shards) }, source);
        }

        Assert.That(whole.Result.Failures, Is.Not.Empty);
        Evaluated.ByMerging(model, sharded, source).AssertIs(whole, $"{shards} shards");
    }
}
