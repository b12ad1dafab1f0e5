using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace UcfActionRecognition.Tests.Samples;

/// <summary>Part 3 as a user runs it, on predictions that no model made.</summary>
public class Part3Tests
{
    private static readonly SyntheticActionsOptions Small = new() { FrameSize = FrameSize.Square(24), MinFrames = 3, MaxFrames = 5 };

    private TemporaryFolder _folder = null!;
    private ActionDataset _data = null!;

    [OneTimeSetUp]
    public void MakePredictions()
    {
        _folder = new TemporaryFolder();
        SyntheticActions.Create(_folder.Path, Small);
        _data = Ucf101.Load(_folder.Path, 1);
        MakePredictions("part1", seed: 1);
        MakePredictions("part2", seed: 2);
    }

    [OneTimeTearDown]
    public void DeleteFolder() => _folder?.Dispose();

    [Test]
    public void Part3_WritesEverythingThatItPromises()
    {
        var earlier = new VideoPredictions(new float[1, 1], ["Gone"], "earlier") { Kind = PredictionKind.FusedLogProbabilities };
        earlier.Save(_folder["files/fused_predictions/Gone/of-an-earlier-report.hdf5"]);
        (earlier with { Kind = PredictionKind.Frames }).Save(_folder["files/fused_predictions/Gone/of-a-model.hdf5"]);
        Run("files", "--date", "2026-01-31");
        string[] files = [.. _folder.Files().Where(file => file.StartsWith("files/", StringComparison.Ordinal)).Select(file => file["files/".Length..])];
        PredictionSet fused = PredictionSet.Load("fused", _folder["files/fused_predictions"], _data);
        JsonNode summary = ReadSummary("files");
        Assert.Multiple(() =>
        {
            Assert.That(files.Where(file => !file.Contains('/')), Is.EquivalentTo(new[]
            {
                "report.pdf", "report.html", "summary.json", "single_frame_confusion_matrix.npy", "sequence_confusion_matrix.npy", "combined_confusion_matrix.npy",
            }));
            Assert.That(files.Where(file => file.StartsWith("figures/", StringComparison.Ordinal)),
                Is.SupersetOf(new[] { "figures/topk.png", "figures/weight.png", "figures/classes.png", "figures/confusion-combined.png", "figures/training.png", "figures/video-1.png" }));
            Assert.That(files.Where(file => file.Contains("/Gone/", StringComparison.Ordinal)), Is.EqualTo(new[] { "fused_predictions/Gone/of-a-model.hdf5" }));
            Assert.That(fused.Scores, Has.Count.EqualTo(_data.Test.Count));
            Assert.That((long)summary["combined"]!["top1"]!["correct"]!, Is.EqualTo(fused.CreateReport().Accuracy.Top1.Correct));
            Assert.That((double)summary["fusion"]!["single_frame_weight"]!, Is.EqualTo(0.5));
            Assert.That((int)summary["data"]!["missing_test_videos"]!, Is.Zero);
        });
    }

    [Test]
    public void Part3_SaysWhatTheRunsWere()
    {
        Run("runs", "--date", "2026-01-31");
        string html = File.ReadAllText(_folder["runs/report.html"]);
        Assert.That(html, Does.Contain("<td>Network</td><td>network of part1</td><td>network of part2</td>").And.Contain("31 January 2026"));
        Assert.That(html, Does.Contain("No weight was searched, since no held-out groups were named (--held-out): both models count the same."));
    }

    [Test]
    public void Part3_Weight1_IsTheSingleFrameModel()
    {
        Run("single", "--weight", "1");
        Assert.That(
            File.ReadAllBytes(_folder["single/combined_confusion_matrix.npy"]), Is.EqualTo(File.ReadAllBytes(_folder["single/single_frame_confusion_matrix.npy"])));
    }

    [Test]
    public void Part3_HeldOutGroups_GiveTheWeight()
    {
        Run("searched", "--held-out", "1");
        JsonNode summary = ReadSummary("searched");
        Assert.That((bool)summary["fusion"]!["searched_on_held_out_groups"]!, Is.True);
        Assert.That(File.ReadAllText(_folder["searched/report.html"]), Does.Contain("The weight was searched on groups held out from the training side"));
    }

    [Test]
    public void Part3_GroupsThatBothRunsHeldOut_GiveTheWeight()
    {
        IReadOnlyList<LabeledVideo> drawn = _data.HoldOut(1, seed: 5).HeldOut;
        FusionWeightSearch expected = ScoreFusion.FindWeight(HeldOut("part1"), HeldOut("part2"));
        string[] options = ["--single", Recording("part1", "drawn1", 1, 5), "--sequence", Recording("part2", "drawn2", 1, 5)];
        Run("drawn", options);
        Assert.Multiple(() =>
        {
            Assert.That(drawn, Is.Not.EquivalentTo(_data.HoldOut(1).HeldOut), "not those that --hold-out-groups takes");
            Assert.That((bool)ReadSummary("drawn")["fusion"]!["searched_on_held_out_groups"]!, Is.True);
            Assert.That((double)ReadSummary("drawn")["fusion"]!["single_frame_weight"]!, Is.EqualTo(expected.Weight));
            AssertFails($"--held-out 2: the training of '{options[1]}' held out 1 group of every class, drawn by the seed 5.", [.. options, "--held-out", "2"]);
            string file = _folder[$"drawn2/UCF-101-predictions/{drawn[0].Name}.hdf5"];
            File.Delete(file);
            AssertFails($"'{options[3]}' has no predictions of 1 of the {drawn.Count} held-out videos: '{drawn[0].Name}.hdf5'. The verb evaluate of that part with --resume", options);
        });

        PredictionSet HeldOut(string part) => PredictionSet.Load(part, _folder[$"{part}/UCF-101-predictions"], drawn, _data.Classes);
    }

    [Test]
    public void Part3_RunsThatHeldOutOtherGroups_AreNotSearchedOn()
    {
        string last = Recording("part1", "last", 1, null);
        string drawn = Recording("part2", "drawn-other", 1, 5);
        string none = Recording("part2", "held-none", 0, null);
        AssertFails(
            $"the training of '{last}' held out the last group of every class, that of '{drawn}' 1 group of every class, drawn by the seed 5. Train both",
            "--single", last, "--sequence", drawn);
        AssertFails($"that of '{none}' no groups", "--single", last, "--sequence", none, "--held-out", "1");
        Run("one-half", "--single", last, "--sequence", none);
        Assert.That(File.ReadAllText(_folder["one-half/report.html"]), Does.Contain(
            "No weight was searched, since the single-frame model&#39;s training held out the last group of every class and the sequence model&#39;s no groups: both models"));
    }

    [Test]
    public void Part3_AVideoWithoutAPrediction_IsNamedAndCountsAsWrong()
    {
        CopyPredictions("part2", "gap");
        string missing = _data.Test[0].Name;
        File.Delete(_folder[$"gap/UCF-101-predictions/{missing}.hdf5"]);
        Run("gap-report", "--sequence", _folder["gap/UCF-101-predictions"]);
        Assert.That(File.ReadAllText(_folder["gap-report/report.html"]), Does.Contain($"Sequence: 1 video has no prediction and counts as wrong, in every accuracy below: {missing}."));
        Assert.That(ReadSummary("gap-report")["sequence"]!["without_prediction"]!.AsArray().Select(name => (string)name!), Is.EqualTo(new[] { missing }));
    }

    [Test]
    public void Part3_ANumberThatIsNotFinite_IsAnErrorThatNamesTheFile()
    {
        CopyPredictions("part2", "nan");
        string file = _folder[$"nan/UCF-101-predictions/{_data.Test[1].Name}.hdf5"];
        var logits = new float[1, _data.Classes.Count];
        logits[0, 1] = float.NaN;
        new VideoPredictions(logits, _data.Classes, "hash-of-part2") { Kind = PredictionKind.Windows, Data = _data.Name }.Save(file);
        AssertFails(file, "--output", _folder["nan-report"], "--sequence", _folder["nan/UCF-101-predictions"]);
        Assert.That(File.Exists(_folder["nan-report/report.pdf"]), Is.False);
    }

    [TestCase("--weight", "1.5", "--weight is auto or a number from 0 to 1, not '1.5'.")]
    [TestCase("--weight", "NaN", "--weight is auto or a number from 0 to 1, not 'NaN'.")]
    [TestCase("--date", "yesterday", "--date is a day such as 2026-01-31, not 'yesterday'.")]
    [TestCase("--held-out", "-1", "--held-out is 0 or more.")]
    [TestCase("--single", "nowhere", "'nowhere' has no predictions of these")]
    public void Part3_BadOption_IsAnErrorInWords(string option, string value, string message) => AssertFails(message, option, value);

    [Test]
    public void Part3_FoldersThatAreSwapped_AreAnErrorInWords()
    {
        string single = _folder["part1/UCF-101-predictions"];
        string sequence = _folder["part2/UCF-101-predictions"];
        AssertFails($"--single: '{sequence}' holds predictions of clips; expected those of Part 1.", "--single", sequence, "--sequence", single);
        AssertFails($"--sequence: '{single}' holds predictions of single frames; expected those of Part 2.", "--sequence", single);
    }

    [Test]
    public void Part3_FoldersThatAreSwapped_OfClips_AreAnErrorInWords()
    {
        string clips = WriteOne("clips", PredictionKind.Clips, 16);
        string frames = WriteOne("frames", PredictionKind.Clips, 1);
        string unknown = WriteOne("unknown", PredictionKind.Clips, null);
        string apart = WriteOne("apart", PredictionKind.Windows, 1);
        AssertFails($"--single: '{clips}' holds predictions of clips of 16 frames; expected those of Part 1. Check which folder is which.", "--single", clips);
        AssertFails($"--sequence: '{frames}' holds predictions of single frames; expected those of Part 2. Check which folder is which.", "--sequence", frames);
        AssertFails(
            $"--single and --sequence: '{unknown}' and '{unknown}' hold predictions of one model, hash-of-unknown; expected those of Part 1 and those of Part 2.",
            "--single", unknown, "--sequence", unknown);
        AssertFails($"--sequence: '{apart}' holds predictions of single frames", "--single", apart, "--sequence", apart);
    }

    [Test]
    public void Part3_OutputThatIsAFile_IsAnErrorThatNamesIt()
    {
        File.WriteAllText(_folder["taken"], "");
        AssertFails("taken", "--output", _folder["taken"]);
    }

    [Test]
    public void Part3_DamagedSummary_IsAnErrorThatNamesIt()
    {
        CopyPredictions("part1", "damaged");
        File.WriteAllText(_folder["damaged/summary.json"], "{ \"recipe\": ");
        AssertFails("summary.json' is no summary of a run", "--single", _folder["damaged/UCF-101-predictions"]);
    }

    [Test]
    [Explicit(LongForm.Reason)]
    [Category(LongForm.Category)]
    public void Part3_ThreeThousandVideosOf101Classes_TakesLittleMemory()
    {
        using var folder = new TemporaryFolder();
        var generated = new Reporting.GeneratedPredictions(classes: 101, videos: 3783);
        Directory.CreateDirectory(folder["ucfTrainTestlist"]);
        File.WriteAllLines(folder["ucfTrainTestlist/classInd.txt"], generated.Classes.Select((name, i) => $"{i + 1} {name}"));
        File.WriteAllLines(folder["ucfTrainTestlist/trainlist01.txt"], []);
        File.WriteAllLines(folder["ucfTrainTestlist/testlist01.txt"], generated.Videos.Select(video => video.Name + ".avi"));
        foreach (LabeledVideo video in generated.Videos)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder[$"UCF-101/{video.Name}"])!);
            File.WriteAllBytes(folder[$"UCF-101/{video.Name}.avi"], []);
        }

        (generated.SingleFrame() with { Data = "UCF-101 split 1" }).Save(folder["part1/UCF-101-predictions"]);
        (generated.Sequence() with { Data = "UCF-101 split 1" }).Save(folder["part2/UCF-101-predictions"]);
        var clock = Stopwatch.StartNew();
        (int exitCode, string output) = FreshProcess.RunSample(
            "Part3.FusionReport", "--data", folder.Path, "--single", folder["part1/UCF-101-predictions"], "--sequence", folder["part2/UCF-101-predictions"],
            "--output", folder["report"]);
        Assert.That(exitCode, Is.Zero, output);
        JsonNode summary = JsonNode.Parse(File.ReadAllText(folder["report/summary.json"]))!;
        TestContext.Out.WriteLine($"{clock.Elapsed.TotalSeconds:F1} s, {(long)summary["peak_memory_bytes"]! >> 20} MiB");
        Assert.Multiple(() =>
        {
            Assert.That((long)summary["single_frame"]!["top1"]!["correct"]!, Is.EqualTo(generated.SingleFrame().CreateReport().Accuracy.Top1.Correct));
            Assert.That((long)summary["peak_memory_bytes"]!, Is.LessThan(1L << 30));
        });
    }

    private void MakePredictions(string part, int seed)
    {
        var random = new Random(seed);
        foreach (LabeledVideo video in _data.Test.Concat(_data.HoldOut(1).HeldOut).Concat(_data.HoldOut(1, seed: 5).HeldOut))
        {
            var logits = new float[3, _data.Classes.Count];
            for (int i = 0; i < logits.Length; i++)
            {
                logits[i / _data.Classes.Count, i % _data.Classes.Count] = (float)random.NextDouble() * 6;
            }

            for (int row = 0; row < 3; row++)
            {
                logits[row, video.Label] += seed + (video.Label % 3);
            }

            new VideoPredictions(logits, _data.Classes, "hash-of-" + part) { Kind = seed == 1 ? PredictionKind.Frames : PredictionKind.Windows, Data = _data.Name }
                .Save(_folder[$"{part}/UCF-101-predictions/{video.Name}.hdf5"]);
        }

        File.WriteAllText(_folder[$"{part}/summary.json"], new JsonObject
        {
            ["model_hash"] = "hash-of-" + part,
            ["recipe"] = new JsonObject { ["name"] = "a recipe", ["model"] = "network of " + part },
            ["data"] = new JsonObject { ["classes"] = new JsonArray([.. _data.Classes.Select(name => (JsonNode)name)]) },
        }.ToJsonString());
        var metrics = new StringBuilder("epoch,train_loss,train_top1,train_top5,train_top10,validation_loss,validation_top1,validation_top5,validation_top10,clips,seconds,unreadable_videos\n");
        for (int epoch = 1; epoch <= 3; epoch++)
        {
            metrics.Append(CultureInfo.InvariantCulture, $"{epoch},{2.0 / epoch},{0.3 * epoch},1,1,,,,,36,1.5,0\n");
        }

        File.WriteAllText(_folder[$"{part}/metrics.csv"], metrics.ToString());
    }

    // A folder of one prediction.
    private string WriteOne(string name, PredictionKind kind, int? clipLength)
    {
        string folder = _folder[$"{name}/UCF-101-predictions"];
        new VideoPredictions(new float[1, _data.Classes.Count], _data.Classes, "hash-of-" + name) { Kind = kind, ClipLength = clipLength, Data = _data.Name }
            .Save(Path.Combine(folder, _data.Test[0].Name + ".hdf5"));
        return folder;
    }

    // A copy whose summary says what was held out.
    private string Recording(string part, string copy, int groups, long? seed)
    {
        CopyPredictions(part, copy);
        JsonNode summary = ReadSummary(copy);
        summary["data"]!["held_out_groups"] = groups;
        summary["data"]!["held_out_seed"] = seed;
        File.WriteAllText(_folder[$"{copy}/summary.json"], summary.ToJsonString());
        return _folder[$"{copy}/UCF-101-predictions"];
    }

    private void CopyPredictions(string part, string copy)
    {
        foreach (string file in _folder.Files().Where(file => file.StartsWith(part + "/", StringComparison.Ordinal)))
        {
            string target = _folder[copy + file[part.Length..]];
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(_folder[file], target);
        }
    }

    private void Run(string output, params string[] others)
    {
        (int exitCode, string text) = FreshProcess.RunSample("Part3.FusionReport", Arguments(["--output", _folder[output], .. others]));
        Assert.That(exitCode, Is.Zero, text);
    }

    private void AssertFails(string message, params string[] others)
    {
        (int exitCode, string output) = FreshProcess.RunSample("Part3.FusionReport", Arguments(others));
        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain(message).And.Not.Contain("   at "));
    }

    private string[] Arguments(params string[] others)
    {
        var options = new Dictionary<string, string>
        {
            ["--data"] = _folder.Path,
            ["--single"] = _folder["part1/UCF-101-predictions"],
            ["--sequence"] = _folder["part2/UCF-101-predictions"],
            ["--output"] = _folder["report"],
        };
        foreach (string[] option in others.Chunk(2))
        {
            options[option[0]] = option[1];
        }

        return [.. options.SelectMany(option => new[] { option.Key, option.Value })];
    }

    private JsonNode ReadSummary(string output) => JsonNode.Parse(File.ReadAllText(_folder[$"{output}/summary.json"]))!;
}
