using System.Diagnostics;
using System.Text.Json.Nodes;
using UcfActionRecognition.Tests.Sources;

namespace UcfActionRecognition.Tests.Samples;

/// <summary>How Parts 1 and 2 are run: recipes, protocols, interruptions, other data sets.</summary>
public class TrainingRunsTests
{
    private TemporaryFolder _folder = null!;
    private AssignmentSample _part1 = null!;
    private AssignmentSample _part2 = null!;

    [OneTimeSetUp]
    public void MakeVideos()
    {
        _folder = new TemporaryFolder();
        var options = new Dictionary<string, string>
        {
            ["--classes"] = "RingStill,SquareGrow",
            ["--size"] = "32",
            ["--weights"] = "none",
            ["--epochs"] = "1",
            ["--batch-size"] = "12",
            ["--device"] = "cpu",
        };
        _part1 = new AssignmentSample("Part1.SingleFrame", _folder, new Dictionary<string, string>(options) { ["--depth"] = "18" });
        _part2 = new AssignmentSample("Part2.Sequence", _folder, new Dictionary<string, string>(options) { ["--depth"] = "10" });
        SyntheticActions.Create(_folder.Path, new SyntheticActionsOptions { FrameSize = new FrameSize(24, 30), MinFrames = 17, MaxFrames = 20 });
    }

    [OneTimeTearDown]
    public void DeleteFolder() => _folder?.Dispose();

    [Test]
    public void Part1_Recommended_ChoosesByHeldOutGroups_AndSaysWhatItMeasured()
    {
        _part1.RunAll(_part1.Arguments("recommended", "--recipe", "recommended", "--skip-train-videos", "true"));
        JsonNode summary = _part1.ReadSummary("recommended");
        string[] files = [.. Directory.GetFiles(_folder["recommended"]).Select(file => Path.GetFileName(file))];
        Assert.Multiple(() =>
        {
            Assert.That(files, Does.Contain("checkpoint-best.safetensors"));
            Assert.That((int)summary["data"]!["held_out_videos"]!, Is.EqualTo(4));
            Assert.That((string)summary["evaluated_on"]!, Is.EqualTo("25 frames, 1 crops each, Center(0.875)"));
            Assert.That(((int)summary["data"]!["held_out_groups"]!, (long)summary["data"]!["held_out_seed"]!), Is.EqualTo((2, 0L)));
            Assert.That((string)summary["validated_on"]!, Is.EqualTo("held-out groups"));
            Assert.That((int)summary["held_out"]!["center_frame"]!["count"]!, Is.EqualTo(4), "one frame of each held-out video");
            Assert.That((int)summary["train"]!["random_segments"]!["count"]!, Is.EqualTo(32), "three frames of a video count once");
            Assert.That(summary["test"]!.AsObject().Select(entry => entry.Key), Is.EquivalentTo(new[] { "metrics", "videos_taken_from_files", "frame", "video" }));
            Assert.That(summary["unreadable_videos"]!.AsObject().Select(entry => entry.Key), Is.EquivalentTo(new[] { "train", "held_out", "test" }));
            Assert.That(summary["test"]!["metrics"]!.AsObject().Select(entry => entry.Key),
                Is.EqualTo(new[] { "frame@1", "frame@5", "frame@10", "video@1", "video@5", "video@10" }));
            Assert.That((int)summary["test"]!["frame"]!["count"]!, Is.EqualTo(14 * 25));
            Assert.That((string)summary["recipe"]!["settings"]!["trainingSampler"]!["$type"]!, Is.EqualTo("randomSegments"));
            Assert.That((string)summary["model_hash"]!, Is.EqualTo(ModelCheckpoint.ReadInfo(_folder["recommended/checkpoint-best.safetensors"]).ModelHash));
            _part1.AssertFails("so it needs held-out groups", _part1.Arguments("none-held", "--recipe", "recommended", "--hold-out-groups", "0"));
        });
    }

    [Test]
    public void Part2_Recommended_TrainsAndTestsByItsClips()
    {
        _part2.RunAll(_part2.Arguments("recommended-clips", "--recipe", "recommended", "--skip-train-videos", "true"));
        JsonNode summary = _part2.ReadSummary("recommended-clips");
        Assert.Multiple(() =>
        {
            Assert.That(File.Exists(_folder["recommended-clips/checkpoint-best.safetensors"]), Is.True);
            Assert.That((int)summary["data"]!["held_out_videos"]!, Is.EqualTo(4));
            Assert.That((string)summary["evaluated_on"]!, Is.EqualTo("10 clips of 16 frames, 1 crops each, Center(1)"));
            Assert.That(summary["test"]!["metrics"]!.AsObject().Select(entry => entry.Key),
                Is.EqualTo(new[] { "clip@1", "clip@5", "clip@10", "video@1", "video@5", "video@10" }));
            Assert.That((int)summary["test"]!["clip"]!["count"]!, Is.EqualTo(14 * 10));
            Assert.That((string)summary["recipe"]!["settings"]!["training"]!["optimizer"]!["$type"]!, Is.EqualTo("sgd"));
        });
    }

    [Test]
    public void Part2_TestProtocols_ScoreTheClipsThatTheySay()
    {
        _part2.RunAll(["train", .. _part2.Arguments("protocols", "--limit-batches", "1")]);
        string[] evaluate = ["evaluate", "--data", _folder.Path, "--classes", "RingStill,SquareGrow", "--output", _folder["protocols"], "--skip-train-videos"];
        (string[] Options, int Clips, string Name)[] protocols =
        [
            (["--test", "random"], 14, "RandomClip { Length = 16 }"),
            (["--test", "center", "--crops", "center"], 14, "CenterClip { Length = 16 }, 1 crops each, Center(1)"),
            (["--test", "uniform", "--test-clips", "2", "--crops", "three"], 14 * 2 * 3, "2 clips of 16 frames, 3 crops each, Three"),
        ];
        Assert.Multiple(() =>
        {
            foreach ((string[] options, int clips, string name) in protocols)
            {
                _part2.RunAll([.. evaluate, .. options]);
                JsonNode summary = _part2.ReadSummary("protocols");
                Assert.That((int)summary["test"]!["clip"]!["count"]!, Is.EqualTo(clips), name);
                Assert.That((string)summary["evaluated_on"]!, Is.EqualTo(name));
            }

            _part2.RunAll([.. evaluate, .. protocols[^1].Options, "--resume"]);
            Assert.That((int)_part2.ReadSummary("protocols")["test"]!["videos_taken_from_files"]!, Is.EqualTo(14));
        });
    }

    [Test]
    public void Part1_ARecipeInAFile_IsTheOneThatItPrints()
    {
        (int exitCode, string printed) = FreshProcess.RunSample("Part1.SingleFrame", "recipe", "--epochs", "1", "--batch-size", "12", "--size", "32", "--depth", "18", "--seed", "5",
            "--test", "uniform", "--crops", "three");
        File.WriteAllText(_folder["recipe.json"], printed);
        string[] data = ["--data", _folder.Path, "--classes", "RingStill,SquareGrow", "--device", "cpu"];
        _part1.RunAll(["train", .. data, "--output", _folder["from-file"], "--recipe", _folder["recipe.json"]]);
        _part1.RunAll(["train", .. _part1.Arguments("from-options", "--seed", "5")]);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero);
            Assert.That(Recipe.FromJson(printed).Evaluation, Is.EqualTo(new EvaluatorOptions { Sampler = new UniformClips(25, 1), Crops = TestCrops.Three }));
            Assert.That(_part1.ReadSummary("from-file")["model_hash"]!.ToString(), Is.EqualTo(_part1.ReadSummary("from-options")["model_hash"]!.ToString()));
        });
        File.WriteAllText(_folder["recipe.json"], printed.Replace("labelSmoothing", "labelSmothing", StringComparison.Ordinal));
        _part1.AssertFails("This is no recipe: ", [.. data, "--recipe", _folder["recipe.json"]]);
    }

    [Test]
    public void Part1_DryRun_LeavesNothing()
    {
        (int exitCode, string output) = FreshProcess.RunSample("Part1.SingleFrame", [.. _part1.Arguments("dry"), "--dry-run"]);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero, output);
            Assert.That(output, Does.Contain("One batch went through training, validation and a checkpoint in "));
            Assert.That(Directory.Exists(_folder["dry"]) ? Directory.GetFileSystemEntries(_folder["dry"]) : [], Is.Empty);
        });
    }

    [Test]
    [Platform(Include = "Linux")]
    public void Part1_Terminated_SavesAndSaysHowToGoOn_AndGoesOn()
    {
        AssignmentSample.Results undisturbed = _part1.Run("unterminated", "--epochs", "2", "--skip-train-videos", "true");
        string[] arguments = [.. _part1.Arguments("terminated", "--epochs", "2", "--checkpoint-steps", "1", "--skip-train-videos", "true")];
        using Process process = FreshProcess.StartSample("Part1.SingleFrame", arguments);
        while (!process.HasExited && !File.Exists(_folder["terminated/checkpoint-last.safetensors"]))
        {
            Thread.Sleep(5);
        }

        ExternalProgram.Run("kill", "-TERM", $"{process.Id}");
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        _part1.RunAll([.. arguments, "--resume"]);
        Assert.Multiple(() =>
        {
            Assert.That(process.ExitCode, Is.EqualTo(130));
            Assert.That(error.Result, Does.Match(@"The training was stopped after step \d+ .*Resume goes on there\. Go on with the same command and --resume\."));
            Assert.That(_part1.ReadResults("terminated") with { Summary = "" }, Is.EqualTo(undisturbed with { Summary = "" }));
        });
    }

    // As Ctrl+C on a terminal: to the decoders, too.
    [Test]
    [Platform(Include = "Linux")]
    public void Part1_InterruptedWhileItDecodes_SavesAndBlamesNoVideo()
    {
        using TemporaryFolder root = MakeHmdb51();
        using Process process = FreshProcess.StartSampleInItsOwnGroup(
            "Part1.SingleFrame", [.. _part1.Arguments("interrupted", "--data", root.Path, "--dataset", "hmdb51", "--classes", "run,climb", "--batch-size", "2",
                "--epochs", "1000000", "--checkpoint-steps", "1")]);
        while (!process.HasExited && !File.Exists(_folder["interrupted/checkpoint-last.safetensors"]))
        {
            Thread.Sleep(5);
        }

        ExternalProgram.Run("kill", "-INT", "--", $"-{process.Id}");
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Multiple(() =>
        {
            Assert.That(process.ExitCode, Is.EqualTo(130));
            Assert.That(error.Result, Does.Match(@"The training was stopped after step \d+ .*Resume goes on there\. Go on with the same command and --resume\."));
            Assert.That(error.Result, Does.Not.Contain("climb/").And.Not.Contain("run/"));
            Assert.That(ModelCheckpoint.ReadInfo(_folder["interrupted/checkpoint-last.safetensors"]).ModelHash, Is.Not.Empty);
        });
    }

    [Test]
    public void Part1_SplitAll_GivesMeanAndSpreadOfTheThree()
    {
        _part1.RunAll(_part1.Arguments("all", "--split", "all", "--limit-batches", "1", "--skip-train-videos", "true"));
        JsonNode splits = JsonNode.Parse(File.ReadAllText(_folder["all/splits.json"]))!;
        double[] videos = [.. splits["video@1"]!["splits"]!.AsArray().Select(value => (double)value!)];
        Assert.Multiple(() =>
        {
            Assert.That(videos, Has.Length.EqualTo(3));
            Assert.That((double)splits["video@1"]!["mean"]!, Is.EqualTo(videos.Average()).Within(1e-12));
            for (int split = 1; split <= 3; split++)
            {
                Assert.That((string)_part1.ReadSummary($"all/split{split}")["data"]!["name"]!, Is.EqualTo($"UCF-101 split {split}"));
            }
        });
    }

    [Test]
    public void Part1_OnAFolderOfClasses_AndOnHmdb51_Trains()
    {
        using TemporaryFolder root = MakeHmdb51();
        string folder = Path.Combine(root.Path, Hmdb51.VideoFolder);
        Assert.Multiple(() =>
        {
            AssertTrains("folder", folder, $"{Path.GetFileName(folder)}: 2 classes, 6 training and 2 test videos.");
            AssertTrains("hmdb51", root.Path, "HMDB51 split 1: 2 classes, 4 training and 4 test videos.");
        });

        void AssertTrains(string dataset, string data, string said)
        {
            (int exitCode, string output) = FreshProcess.RunSample(
                "Part1.SingleFrame", "--dataset", dataset, "--data", data, "--output", _folder["others"], "--size", "32", "--depth", "18", "--device", "cpu", "--weights", "none", "--dry-run");
            Assert.That(exitCode, Is.Zero, output);
            Assert.That(output, Does.Contain(said).And.Contain("One batch went through training, validation and a checkpoint in "));
        }
    }

    [Test]
    public void Part1_OnAList_TrainsAndEvaluates()
    {
        string root = _folder[Ucf101.Hdf5Folder];
        string[] lines = [.. Directory.GetFiles(root, "*.hdf5", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(50).Select(file =>
        {
            string name = Path.GetRelativePath(root, file);
            return $"{name},{Path.GetDirectoryName(name)},{(name.Contains("_g0", StringComparison.Ordinal) ? "test" : "train")},{Path.GetFileName(name)[..^9]}";
        })];
        File.WriteAllLines(Path.Combine(root, "list.csv"), ["video,label,split,group", .. lines]);
        string[] options = ["--size", "32", "--depth", "18", "--epochs", "1", "--device", "cpu", "--skip-train-videos"];
        try
        {
            (int exitCode, string output) = FreshProcess.RunSample(
                "Part1.SingleFrame", ["--dataset", "csv", "--source", "hdf5", "--data", Path.Combine(root, "list.csv"), "--output", _folder["csv"], .. options]);
            Assert.That(exitCode, Is.Zero, output);
            Assert.That((int)_part1.ReadSummary("csv")["test"]!["video"]!["count"]!, Is.EqualTo(18));
        }
        finally
        {
            File.Delete(Path.Combine(root, "list.csv"));
        }
    }

    [Test]
    public void Part1_MaxMinutes_StopsBeforeTheEvaluation_AndGoesOn()
    {
        (int exitCode, string output) = FreshProcess.RunSample("Part1.SingleFrame", [.. _part1.Arguments("minutes", "--skip-train-videos", "true"), "--max-minutes", "0.0001"]);
        bool evaluated = File.Exists(_folder["minutes/confusion_matrix.npy"]);
        _part1.RunAll([.. _part1.Arguments("minutes", "--skip-train-videos", "true"), "--resume"]);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(130), output);
            Assert.That(output, Does.Contain("The time is over. Go on with the same command and --resume."));
            Assert.That(evaluated, Is.False);
            Assert.That(File.Exists(_folder["minutes/confusion_matrix.npy"]), Is.True);
        });
    }

    [Test]
    public void Part2_EvaluationKilledAndResumed_EndsAsUndisturbed()
    {
        _part2.RunAll(["train", .. _part2.Arguments("evaluated", "--limit-batches", "1")]);
        Directory.CreateDirectory(_folder["killed-evaluation"]);
        File.Copy(_folder["evaluated/checkpoint-last.safetensors"], _folder["killed-evaluation/checkpoint-last.safetensors"]);
        string[] options = ["--test", "uniform", "--test-clips", "6", "--crops", "three"];
        _part2.RunAll(["evaluate", .. _part2.Arguments("evaluated", options), "--skip-train-videos"]);
        string[] killed = ["evaluate", .. _part2.Arguments("killed-evaluation", options), "--skip-train-videos", "--resume"];
        var random = new Random(5);
        var written = new Dictionary<string, DateTime>();
        (int kills, int within, int rounds) = (0, 0, 1);
        for (int needed = Reliability.Repetitions(usual: 1); kills < needed;)
        {
            using Process process = FreshProcess.StartSample("Part2.Sequence", killed);
            int before = Done().Length;
            while (!process.HasExited && Done().Length == before)
            {
                Thread.Sleep(5);
            }

            Thread.Sleep(random.Next(100));
            process.Kill();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.EqualTo(137).Or.Zero);
            kills += process.ExitCode == 137 ? 1 : 0;
            AssertKept();
            if (Done().Length < 14)
            {
                within += process.ExitCode == 137 ? 1 : 0;
            }
            else if (kills < needed)
            {
                // Nothing is left to be killed in.
                Directory.Delete(_folder["killed-evaluation/UCF-101-predictions"], recursive: true);
                written.Clear();
                rounds++;
            }
        }

        _part2.RunAll(killed);
        AssertKept();
        TestContext.Out.WriteLine($"{kills} kills in {rounds} evaluations, {within} of them left videos to do.");
        Assert.Multiple(() =>
        {
            Assert.That(within, Is.Positive);
            Assert.That(Predictions("killed-evaluation"), Is.EqualTo(Predictions("evaluated")));
            Assert.That(File.ReadAllBytes(_folder["killed-evaluation/confusion_matrix.npy"]), Is.EqualTo(File.ReadAllBytes(_folder["evaluated/confusion_matrix.npy"])));
            Assert.That(Directory.GetFiles(_folder["killed-evaluation"], "*.tmp", SearchOption.AllDirectories), Is.Empty);
        });

        string[] Done() => Directory.Exists(_folder["killed-evaluation/UCF-101-predictions"])
            ? Directory.GetFiles(_folder["killed-evaluation/UCF-101-predictions"], "*.hdf5", SearchOption.AllDirectories)
            : [];

        // What was whole once is written no second time.
        void AssertKept()
        {
            foreach (string file in Done())
            {
                DateTime time = File.GetLastWriteTimeUtc(file);
                Assert.That(written.TryAdd(file, time) || written[file] == time, Is.True, file);
            }
        }
    }

    [Test]
    public void Part1_OnRealClips_KilledAndResumed_EndsAsUndisturbed()
    {
        using var clips = new RealClipSample();
        int needed = Reliability.Repetitions(usual: 1);
        string[] options =
        [
            "--data", clips.Folder.Path, "--classes", "Punch,PushUps", "--epochs", $"{needed + 1}", "--batch-size", "3", "--checkpoint-steps", "1", "--validate-steps", "2",
            "--skip-train-videos", "true",
        ];
        AssignmentSample.Results undisturbed = _part1.Run("undisturbed", options);
        var random = new Random(3);
        (int kills, int inTraining, int rounds) = (0, 0, 1);
        while (kills < needed)
        {
            using Process process = FreshProcess.StartSample("Part1.SingleFrame", [.. _part1.Arguments("killed", options), "--resume"]);
            string before = Stamp();
            while (!process.HasExited && Stamp() == before)
            {
                Thread.Sleep(5);
            }

            Thread.Sleep(random.Next(300));
            process.Kill();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.EqualTo(137).Or.Zero);
            if (process.ExitCode == 137)
            {
                kills++;
                inTraining += Directory.Exists(_folder["killed/UCF-101-predictions"]) ? 0 : 1;
            }
            else
            {
                // It came to its end first.
                Directory.Delete(_folder["killed"], recursive: true);
                rounds++;
            }
        }

        _part1.RunAll([.. _part1.Arguments("killed", options), "--resume"]);
        TestContext.Out.WriteLine($"{kills} kills in {rounds} runs, {inTraining} of them in training.");
        Assert.Multiple(() =>
        {
            Assert.That(_part1.ReadResults("killed"), Is.EqualTo(undisturbed));
            Assert.That(Predictions("killed"), Is.EqualTo(Predictions("undisturbed")));
            Assert.That(Directory.GetFiles(_folder["killed"], "*.tmp", SearchOption.AllDirectories), Is.Empty);
        });

        // Of the checkpoint, or of the first predictions once training is over.
        string Stamp() => string.Join(' ', new[] { "killed/checkpoint-last.safetensors", "killed/UCF-101-predictions/Punch" }
            .Select(name => File.GetLastWriteTimeUtc(_folder[name]).Ticks + Directory.GetLastWriteTimeUtc(_folder[name]).Ticks));
    }

    /// <summary>Small AVI files with HMDB51's names and lists: two classes, of each two videos to train on and two to test on.</summary>
    private static TemporaryFolder MakeHmdb51()
    {
        ExternalProgram.Require("the ffmpeg program", "ffmpeg", "-version");
        var root = new TemporaryFolder();
        Directory.CreateDirectory(root[Hmdb51.ListFolder]);
        foreach (string name in new[] { "climb", "run" })
        {
            string[] videos = [.. Enumerable.Range(0, 4).Select(i => $"title{i}_{name}_f_cm_np1_fr_med_0")];
            Directory.CreateDirectory(root[$"{Hmdb51.VideoFolder}/{name}"]);
            Array.ForEach(videos, video => FFmpegVideos.Make(root[$"{Hmdb51.VideoFolder}/{name}/{video}.avi"], frames: 8));
            File.WriteAllLines(root[$"{Hmdb51.ListFolder}/{name}_test_split1.txt"], videos.Select((video, i) => $"{video}.avi {1 + (i % 2)} "));
        }

        return root;
    }

    private IEnumerable<string> Predictions(string output) => Directory.GetFiles(_folder[$"{output}/UCF-101-predictions"], "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(file => $"{Path.GetFileName(file)} {Convert.ToHexString(File.ReadAllBytes(file))}");
}
