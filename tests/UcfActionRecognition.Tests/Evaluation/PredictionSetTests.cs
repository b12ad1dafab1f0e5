namespace UcfActionRecognition.Tests.Evaluation;

public class PredictionSetTests
{
    private static readonly string[] Classes = ["Class0", "Class1", "Class2"];
    private static readonly LabeledVideo[] Videos = FormulaVideos.Videos(6);

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void Load_OfAnEvaluation_GivesItsScores()
    {
        using ActionModel model = ActionModels.ResNet2D(18, Classes, options: new ResNet2DOptions { Size = 32 });
        EvaluationResult result = new Evaluator(new EvaluatorOptions { PredictionsFolder = _folder.Path, Data = "UCF-101 split 1" })
            .Evaluate(model, Videos, new FormulaVideos { Broken = ["Class1/4"] });
        PredictionSet set = PredictionSet.Load("single frame", _folder.Path, new ActionDataset("UCF-101 split 1", Classes, [], Videos));
        PredictionSet direct = PredictionSet.FromEvaluation("direct", result, Videos, model, "UCF-101 split 1");
        Assert.Multiple(() =>
        {
            Assert.That(set.Scores.Select(score => score.Video), Is.EqualTo(result.Scores.Select(score => score.Video)));
            Assert.That(set.Scores.Select(score => score.LogProbabilities), Is.EqualTo(result.Scores.Select(score => score.LogProbabilities)));
            Assert.That(set.Scores.Select(score => score.Clips), Is.All.EqualTo(20));
            Assert.That(set.Failures.Select(failure => failure.Video), Is.EqualTo(new[] { "Class1/4" }));
            Assert.That(direct.Failures, Is.EqualTo(new[] { new VideoFailure("Class1/4", "'Class1/4' is broken on purpose.") }));
            Assert.That(set.CreateReport().Accuracy, Is.EqualTo(result.Report.Accuracy));
            Assert.That(set.CreateReport().Unreadable.Select(video => video.Name), Is.EqualTo(new[] { "Class1/4" }));
            Assert.That((set.ModelHash, set.Kind, set.Data), Is.EqualTo((model.ComputeHash(), (PredictionKind?)PredictionKind.Frames, "UCF-101 split 1")));
            Assert.That((direct.ModelHash, direct.Data), Is.EqualTo((set.ModelHash, set.Data)));
        });
    }

    [Test]
    public void LoadAndSave_Cancelled_Stop()
    {
        PredictionSet set = RandomPredictions.Set("set", Classes, Videos, [.. Videos.Select(_ => new double[] { -1, -2, -3 })]);
        var cancelled = new CancellationToken(canceled: true);
        Assert.That(() => set.Save(_folder.Path, cancelled), Throws.InstanceOf<OperationCanceledException>());
        set.Save(_folder.Path);
        Assert.That(() => PredictionSet.Load("set", _folder.Path, Videos, Classes, cancel: cancelled), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Save_AndLoad_KeepsTheScores()
    {
        PredictionSet fused = ScoreFusion.Fuse([Of("a", 1) with { Data = "UCF-101 split 1" }, Of("b", 2)]);
        fused.Save(_folder.Path);
        PredictionSet loaded = PredictionSet.Load("fused", _folder.Path, Videos, Classes);
        Assert.Multiple(() =>
        {
            Assert.That(loaded.Scores.SelectMany(score => score.LogProbabilities), Is.EqualTo(fused.Scores.SelectMany(score => score.LogProbabilities)).Within(1e-6));
            Assert.That((loaded.Kind, loaded.ModelHash, loaded.Data), Is.EqualTo((fused.Kind, fused.ModelHash, fused.Data)));
        });
    }

    [Test]
    public void Load_TextsThatDrawOnATerminal_AreShownPlainly()
    {
        new VideoPredictions(new float[1, 3], ["Class0", "Class1", "\u001b[2J"], "abc").Save(_folder[Videos[0].Name + ".hdf5"]);
        Assert.That(
            () => PredictionSet.Load("a", _folder.Path, Videos, Classes),
            Throws.TypeOf<PredictionsException>().With.Message.Contains("only the first has '?[2J', only the second 'Class2'"));
    }

    [Test]
    public void Save_LeavesNoEarlierFileOfAVideoWithoutAPrediction()
    {
        Of("a", 1).Save(_folder.Path);
        PredictionSet.Create("b", Classes, Videos, Of("b", 2).Scores.Skip(1)).Save(_folder.Path);
        Assert.That(_folder.Files(), Is.EqualTo(Videos[1..].Select(video => video.Name + ".hdf5").Order(StringComparer.Ordinal)));
    }

    [Test]
    public void Load_FilesOfTwoModels_NamesThem()
    {
        Write(Videos, "new");
        Write(Videos[2..3], "old");
        AssertRefused("are not all of one model, kind and protocol: 5 of model new, kind frame_logits, data unknown, sampler unknown, crops unknown (", "1 of model old, kind frame_logits", "Class2/2.hdf5'");
    }

    [Test]
    public void Load_FilesOfTwoKinds_NamesThem()
    {
        Write(Videos, "same");
        Write(Videos[..1], "same", predictions => predictions with { Kind = PredictionKind.Windows });
        AssertRefused("5 of model same, kind frame_logits", "1 of model same, kind window_logits", "Class0/0.hdf5'");
    }

    [Test]
    public void Load_FilesOfTwoProtocols_NamesThem()
    {
        Write(Videos, "same", predictions => predictions with { Sampler = "CenterClip { Length = 16 }", Crops = "WholeFrame" });
        Write(Videos[..1], "same", predictions => predictions with { Sampler = "CenterClip { Length = 16 }", Crops = "Center(1)" });
        AssertRefused("sampler CenterClip { Length = 16 }, crops WholeFrame (", "1 of model same, kind frame_logits, data unknown, sampler CenterClip { Length = 16 }, crops Center(1) (");
    }

    [Test]
    public void Load_KnowsTheClipLength_AndRefusesFilesOfTwo()
    {
        Write(Videos, "same", predictions => predictions with { Kind = PredictionKind.Clips, ClipLength = 16 });
        Assert.That(PredictionSet.Load("set", _folder.Path, Videos, Classes).ClipLength, Is.EqualTo(16));
        Write(Videos[..1], "same", predictions => predictions with { Kind = PredictionKind.Clips, ClipLength = 8 });
        AssertRefused("crops unknown, clip length 16 (", "crops unknown, clip length 8 (");
    }

    [Test]
    public void Load_FilesOfAPythonScript_TakesThemAsTheImportSays()
    {
        ExternalProgram.Require("python3 with h5py", "/usr/bin/python3", "-c", "import h5py");
        string names = string.Join(", ", Videos.Select(video => $"'{video.Name}'"));
        ExternalProgram.Run("/usr/bin/python3", "-c", $"""
            import h5py, numpy as np, os
            for i, name in enumerate([{names}]):
                path = os.path.join('{_folder.Path}', name + '.hdf5')
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with h5py.File(path, 'w') as f:
                    f.create_dataset('predictions', data=np.eye(3, dtype='f4')[[i % 3, i % 3]] * 9)
            """);
        var import = new PredictionImport { Kind = PredictionKind.Frames, Classes = Classes };
        PredictionSet set = PredictionSet.Load("python", _folder.Path, new ActionDataset("UCF-101 split 1", Classes, [], Videos), import);
        Assert.Multiple(() =>
        {
            Assert.That(set.CreateReport().Accuracy.Top1, Is.EqualTo(new Accuracy(6, 6)));
            Assert.That(set.Scores.Select(score => score.Clips), Is.All.EqualTo(2));
            Assert.That((set.ModelHash, set.Kind, set.Data), Is.EqualTo(("imported", (PredictionKind?)PredictionKind.Frames, (string?)null)));
            AssertRefused("say so with a PredictionImport");
        });

        Write(Videos[..1], "ours");
        Assert.That(
            () => PredictionSet.Load("mixed", _folder.Path, Videos, Classes, new PredictionSetOptions { Import = import }),
            Throws.TypeOf<PredictionsException>().With.Message.Contains("5 of model imported").And.Message.Contains("1 of model ours"));
    }

    [Test]
    public void Load_OfAModelOfAnotherSplit_IsRefused()
    {
        Write(Videos, "model", predictions => predictions with { Data = "UCF-101 split 2" });
        Assert.That(
            () => PredictionSet.Load("x", _folder.Path, new ActionDataset("UCF-101 split 1", Classes, [], Videos)),
            Throws.TypeOf<PredictionsException>().With.Message.Contains("trained on 'UCF-101 split 2', not on 'UCF-101 split 1'"));
    }

    [Test]
    public void Load_OtherClasses_NamesTheDifference()
    {
        Write(Videos, "model", predictions => predictions with { Classes = ["Class0", "Class2", "Class1"] });
        AssertRefused("Class0/0.hdf5' is not of these classes", "class 1 is 'Class2' and 'Class1'");
    }

    [Test]
    public void Load_AnEmptyFolder_SaysWhatIsExpected() => AssertRefused("has no predictions of these 6 videos", "such as 'Class0/0.hdf5'");

    [Test]
    public void Load_ADamagedFile_IsAnErrorAndNoMissingVideo()
    {
        Write(Videos, "model");
        File.WriteAllText(_folder["Class2/2.hdf5"], "no HDF5");
        AssertRefused("Class2/2.hdf5': it is no HDF5 file");
    }

    [Test]
    public void Load_AVideoThatLeadsOutOfTheFolder_IsRefused() => Assert.That(
        () => PredictionSet.Load("x", _folder.Path, [new LabeledVideo("../secret", 0, "g")], Classes), Throws.InstanceOf<ActionRecognitionException>());

    [Test]
    public void Create_WhatDoesNotFit_IsRefused() => Assert.Multiple(() =>
    {
        AssertCreateRefused(Videos, [new VideoScore(Videos[0], [0, 1], 1)], "'Class0/0' has 2 scores; there are 3 classes");
        AssertCreateRefused(Videos, [new VideoScore(Videos[0], [0, double.NaN, 1], 1)], "the score of 'Class0/0' for 'Class1' is not a finite number");
        AssertCreateRefused(Videos, [new VideoScore(Videos[0], [0, double.NegativeInfinity, 1], 1)], "is not a finite number");
        AssertCreateRefused(Videos[1..], [new VideoScore(Videos[0], [0, 1, 2], 1)], "which is not one of its 5 videos");
        AssertCreateRefused(Videos, [new VideoScore(Videos[0] with { Label = 1 }, [0, 1, 2], 1)], "which is not one of its 6 videos; listed is");
        AssertCreateRefused(Videos, [.. Of("x", 1).Scores, .. Of("x", 1).Scores], "has two scores of 'Class0/0'");
        AssertCreateRefused([.. Videos, Videos[0]], [], "lists the video 'Class0/0' twice");
        AssertCreateRefused([new LabeledVideo("v", 3, "g")], [], "'v' has the label 3; there are 3 classes, 0 to 2");
    });

    private static void AssertCreateRefused(LabeledVideo[] videos, VideoScore[] scores, string message) =>
        Assert.That(() => PredictionSet.Create("x", Classes, videos, scores), Throws.TypeOf<PredictionsException>().With.Message.Contains(message));

    private void AssertRefused(params string[] messages)
    {
        PredictionsException? error = Assert.Throws<PredictionsException>(() => PredictionSet.Load("x", _folder.Path, Videos, Classes));
        foreach (string message in messages)
        {
            Assert.That(error!.Message, Does.Contain(message));
        }
    }

    private void Write(IEnumerable<LabeledVideo> videos, string model, Func<VideoPredictions, VideoPredictions>? change = null)
    {
        foreach (LabeledVideo video in videos)
        {
            var predictions = new VideoPredictions(new float[,] { { 0, 1, 2 } }, Classes, model);
            (change?.Invoke(predictions) ?? predictions).Save(_folder[video.Name + ".hdf5"]);
        }
    }

    private static PredictionSet Of(string name, int seed) => RandomPredictions.Set(
        name, Classes, Videos, [.. Videos.Select((_, i) => new double[] { -(i * seed % 3), -((i + seed) % 4), -2 })]);
}
