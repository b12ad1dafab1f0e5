namespace UcfActionRecognition.Tests.Evaluation;

/// <summary>Scores of videos that the model was trained on.</summary>
public class TrainingVideosTests
{
    // Videos 0 and 4 are of the one, 1 and 6 of the other group.
    private static readonly LabeledVideo[] Videos = [.. FormulaVideos.Videos(8).Select(video => video with { Group = $"g{int.Parse(video.Name.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture) % 4}" })];

    private const string Message =
        "4 of the 8 videos to be scored are of groups that the model was trained on: 'g0' ('Class0/0'), 'g1' ('Class1/1'). It knows them by heart, so the score would say nothing "
        + "about new videos. Score the test side of the split that it was trained on; where the score on training videos is wanted, ";

    [Test]
    public void Evaluate_VideosOfTrainedGroups_RefusesBeforeAnythingIsTouched()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["Class0"], "kept");
        using RecordingModel model = Trained();
        var evaluator = new Evaluator(new EvaluatorOptions { PredictionsFolder = folder.Path });
        var error = Assert.Throws<TrainingVideosException>(() => evaluator.Evaluate(model, Videos, new FormulaVideos()))!;
        Assert.Multiple(() =>
        {
            Assert.That(error.Message, Is.EqualTo(Message + "set EvaluatorOptions.AllowTrainingVideos."));
            Assert.That(error.Groups, Is.EqualTo(new[] { "g0", "g1" }));
            Assert.That(model.Calls, Is.Empty);
            Assert.That(folder.Files(), Is.EqualTo(new[] { "Class0" }));
        });
    }

    [Test]
    public void Evaluate_AllowTrainingVideos_ScoresThem()
    {
        using RecordingModel model = Trained();
        EvaluationResult result = new Evaluator(new EvaluatorOptions { AllowTrainingVideos = true }).Evaluate(model, Videos, new FormulaVideos(frames: 2));
        Assert.That(result.Scores, Has.Count.EqualTo(8));
    }

    [Test]
    public void Evaluate_VideosOfOtherGroups_ScoresThem()
    {
        using RecordingModel model = Trained();
        LabeledVideo[] others = [.. Videos.Where(video => video.Group is "g2" or "g3").Select(video => video with { Group = video.Group.ToUpperInvariant() })];
        Assert.That(new Evaluator().Evaluate(model, others, new FormulaVideos(frames: 2)).Scores, Has.Count.EqualTo(4));
    }

    [Test]
    public void EvaluateClips_VideosOfTrainedGroups_RefusesUnlessTold()
    {
        using RecordingModel model = Trained();
        using var loader = new ClipLoader(Videos, new FormulaVideos(), new RandomClip(1), AugmentationPipeline.Create().Resize(model.Input.Size));
        Assert.Multiple(() =>
        {
            Assert.That(() => Evaluator.EvaluateClips(model, loader), Throws.TypeOf<TrainingVideosException>().With.Message.EqualTo(Message + "set allowTrainingVideos."));
            Assert.That(model.Calls, Is.Empty);
            Assert.That(Evaluator.EvaluateClips(model, loader, allowTrainingVideos: true).Accuracy.Top1.Total, Is.EqualTo(8));
        });
    }

    private static RecordingModel Trained()
    {
        var model = new RecordingModel(clipLength: 1);
        model.AddTrainedGroups(Videos.Where(video => video.Group is "g0" or "g1"));
        return model;
    }
}
