using System.Text.Json.Nodes;

namespace UcfActionRecognition.Tests.Benchmarks;

/// <summary>The programs behind docs/performance.md run and count what they say; nothing here looks at a time.</summary>
public class MeasureTests
{
    private readonly TemporaryFolder _folder = new();

    private string Raw => _folder["UCF-101-hdf5"];

    [OneTimeSetUp]
    public void GenerateVideos()
    {
        (int exitCode, string output) = FreshProcess.RunBenchmarks(
            "measure", "generate", "--root", _folder.Path, "--videos", "2", "--frames", "20", "--width", "64", "--height", "48");
        Assert.That(exitCode, Is.Zero, output);
    }

    [OneTimeTearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void Generate_WritesTheLayoutOfUcf101()
    {
        using IVideoClipSource source = Ucf101.OpenSource(_folder.Path);
        ActionDataset data = Ucf101.Load(_folder.Path, split: 1);
        Assert.That(data.Train.Concat(data.Test).Select(video => video.Name), Is.EqualTo(new[] { "Class001/v_Class001_g01_c01", "Class001/v_Class001_g02_c01" }));
        foreach (LabeledVideo video in data.Test)
        {
            using VideoReader reader = source.Open(video.Name);
            Assert.That(reader.Info, Is.EqualTo(new VideoInfo(48, 64, 20)));
        }
    }

    [TestCase(16)]
    [TestCase(1)]
    public void Loader_CountsClips(int frames)
    {
        JsonNode measured = Measure("loader", "--folder", Raw, "--frames", $"{frames}", "--batch", "3", "--batches", "2", "--warm-up", "1");
        Assert.Multiple(() =>
        {
            Assert.That((int)measured["clips"]!, Is.EqualTo(6));
            Assert.That((double)measured["clips_per_second"]!, Is.GreaterThan(0));
            Assert.That((double)measured["copy_bytes_per_clip"]!, Is.EqualTo(frames * (0.86125 * 48 * 64 * 3 + 224 * 224 * 3)).Within(1));
        });
    }

    [Test]
    public void Loader_Cold_ReadsEachVideoOnce()
    {
        if (new DriveInfo(_folder.Path).DriveFormat == "tmpfs")
        {
            Assert.Ignore("Needs a temporary folder on a disk: files in memory cannot be cold.");
        }

        Assert.That((int)Measure("loader", "--folder", Raw, "--cold", "--warm-up", "1")["clips"]!, Is.EqualTo(2));
    }

    [Test]
    public void Bandwidth_AndOpen_Run()
    {
        Assert.That((double)Measure("bandwidth", "--threads", "2", "--megabytes", "1", "--rounds", "1")["bytes_per_second"]!, Is.GreaterThan(0));
        Assert.That((int)Measure("open", "--root", _folder.Path, "--rounds", "1")["videos"]!, Is.EqualTo(2));
    }

    // Counted in PyTorch, by hooks on its convolutions and classifiers: two operations for each multiplication and addition.
    [TestCase("frames", "train", 8.175, 8.946)]
    [TestCase("clips", "frozen", 77.893, 80.103)]
    public void Step_CountsWhatItMeasures(string network, string batchNorm, double forward, double training)
    {
        JsonNode measured = Measure("step", "--network", network, "--batch", "1", "--batch-norm", batchNorm, "--steps", "2", "--threads", "1");
        Assert.Multiple(() =>
        {
            Assert.That((int)measured["threads"]!, Is.EqualTo(1));
            Assert.That((double)measured["clips_per_second"]!, Is.EqualTo(1 / (double)measured["seconds_per_step"]!).And.GreaterThan(0));
            Assert.That((long)measured["peak_bytes"]!, Is.GreaterThan((long)measured["peak_rise_bytes"]!));
            Assert.That((double)measured["forward_gflop_per_clip"]!, Is.EqualTo(forward).Within(0.0005));
            Assert.That((double)measured["gflop_per_clip"]!, Is.EqualTo(training).Within(0.0005));
        });
    }

    // The long form, 2,000 steps, is in docs/performance.md.
    [TestCase("frozen", "float32", 60)]
    [LongTestCase("train", "float32", 200)]
    [LongTestCase("frozen", "bfloat16", 200)]
    public void Steps_AfterTheFirstHundred_TakeNoMoreMemory(string batchNorm, string precision, int more)
    {
        JsonNode measured = Measure(
            "step", "--network", "frames", "--size", "32", "--batch", "2", "--batch-norm", batchNorm, "--precision", precision, "--steps", $"{100 + more}", "--warm-up", "40");
        Assert.That((double)measured["growth_after100_steps"]!, Is.LessThan(0.05));
    }

    [Test]
    public void Step_WithoutWarmUp_IsRefused()
    {
        (int exitCode, string output) = FreshProcess.RunBenchmarks("measure", "step", "--network", "frames", "--warm-up", "0");
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Is.EqualTo($"Error: --batch, --steps and --warm-up are at least 1.{Environment.NewLine}"));
    }

    [TestCase("frames", 8.1747)]
    [TestCase("clips", 5.0484)]
    public void Evaluate_CountsFrames(string network, double gflopPerFrame)
    {
        JsonNode measured = Measure("evaluate", "--network", network, "--folder", Raw, "--videos", "1");
        Assert.Multiple(() =>
        {
            Assert.That((int)measured["frames"]!, Is.EqualTo(20));
            Assert.That((double)measured["frames_per_second"]!, Is.EqualTo(20 / (double)measured["seconds"]!).Within(1e-9).And.GreaterThan(0));
            Assert.That((double)measured["gflop"]! / 20, Is.EqualTo(gflopPerFrame).Within(0.00005));
        });
    }

    [TestCase("float32")]
    [TestCase("bfloat16")]
    public void Matmul_Runs(string precision)
    {
        JsonNode measured = Measure("matmul", "--precision", precision, "--size", "64", "--rounds", "1");
        Assert.That((int)measured["size"]!, Is.EqualTo(64));
        Assert.That((double)measured["gflops"]!, Is.GreaterThan(0));
    }

    [TestCase("frames", "train_2d")]
    [LongTestCase("clips", "train_3d")]
    public void TrainingPeer_SaysWhatOursSays(string network, string script)
    {
        RequireTrainingPeer();
        JsonNode peer = RunScript(script, "step", "--batch", "1", "--batch-norm", "train", "--steps", "1", "--weights", PeerWeights(script));
        JsonNode ours = Measure("step", "--network", network, "--batch", "1", "--batch-norm", "train", "--steps", "1", "--weights", PeerWeights(script));
        string[] same = ["network", "batch", "batch_norm", "precision", "steps", "warm_up"];
        Assert.Multiple(() =>
        {
            Assert.That(same.Select(key => peer[key]!.ToJsonString()), Is.EqualTo(same.Select(key => ours[key]!.ToJsonString())));
            Assert.That(ours.AsObject().Select(entry => entry.Key).Where(key => key != "growth_after100_steps" && !key.EndsWith("gflop_per_clip", StringComparison.Ordinal)),
                Is.SubsetOf(peer.AsObject().Select(entry => entry.Key)));
            Assert.That((double)peer["clips_per_second"]!, Is.GreaterThan(0));
        });
    }

    [LongTestCase("train_2d")]
    [LongTestCase("train_3d")]
    public void TrainingPeer_EvaluatesAndTrainsOnTheVideosOfTheLists(string script)
    {
        RequireTrainingPeer();
        JsonNode evaluated = RunScript(script, "evaluate", "--folder", Raw, "--videos", "1", "--weights", PeerWeights(script));
        Assert.That((int)evaluated["frames"]!, Is.EqualTo(20));
        JsonNode trained = RunScript(script, "epoch", "--data", SplitRoot(), "--batch", "2", "--weights", PeerWeights(script), "--output", _folder["model.pth"]);
        Assert.Multiple(() =>
        {
            Assert.That((int)trained["train_videos"]!, Is.EqualTo(1));
            Assert.That((int)trained["test_videos"]!, Is.EqualTo(1));
            Assert.That((long)trained["workers_peak_bytes"]!, Is.GreaterThan(0));
            Assert.That(new FileInfo(_folder["model.pth"]).Length, Is.GreaterThan(90_000_000));
        });
    }

    [Test]
    public void Measure_AFolderWithoutVideos_SaysSo()
    {
        (int exitCode, string output) = FreshProcess.RunBenchmarks("measure", "resampler", "--folder", _folder["ucfTrainTestlist"]);
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.StartWith($"Error: '{_folder["ucfTrainTestlist"]}' holds no <Class>/<video>.hdf5"));
    }

    [Test]
    public void Resampler_MakesTheBytesOfItsPeer()
    {
        RequirePeer();
        JsonNode ours = Measure("resampler", "--folder", Raw, "--rounds", "1", "--repeat", "1");
        JsonNode peer = RunPeer("resize", Raw, "--rounds", "1", "--repeat", "1");
        Assert.That((string?)ours["sha256"], Is.EqualTo((string?)peer["sha256"]).And.Length.EqualTo(64));
    }

    [TestCase(16)]
    [TestCase(1)]
    public void Peer_LoadsBatchesOfFloats(int frames)
    {
        RequirePeer();
        JsonNode peer = RunPeer("clips", Raw, "--frames", $"{frames}", "--batches", "2", "--workers", "2");
        Assert.Multiple(() =>
        {
            Assert.That((int)peer["clips"]!, Is.EqualTo(4));
            Assert.That((long)peer["bytes"]!, Is.EqualTo(4L * frames * 3 * 224 * 224 * sizeof(float)));
        });
    }

    private static void RequirePeer() => ExternalProgram.Require("python3 with h5py and cv2", "/usr/bin/python3", "-c", "import h5py, cv2");

    private static void RequireTrainingPeer() =>
        ExternalProgram.Require("python3 with h5py, cv2, torch and torchvision", "/usr/bin/python3", "-c", "import h5py, cv2, torch, torchvision");

    // The same videos, one on each side, and a training video whose file is not there.
    private string SplitRoot()
    {
        string root = _folder["split"];
        string lists = Path.Combine(root, "ucfTrainTestlist");
        if (!Directory.Exists(root))
        {
            Directory.CreateDirectory(lists);
            File.WriteAllText(Path.Combine(lists, "classInd.txt"), "1 Class001\n");
            File.WriteAllText(Path.Combine(lists, "trainlist01.txt"), "Class001/v_Class001_g01_c01.avi 1\nClass001/v_Class001_g03_c01.avi 1\n");
            File.WriteAllText(Path.Combine(lists, "testlist01.txt"), "Class001/v_Class001_g02_c01.avi\n");
            Directory.CreateSymbolicLink(Path.Combine(root, "UCF-101-hdf5"), Raw);
        }

        return root;
    }

    // Weights that both sides load, made once.
    private string PeerWeights(string script)
    {
        string path = _folder[$"{script}.pth"];
        if (!File.Exists(path))
        {
            RunScript(script, "weights", "--output", path);
        }

        return path;
    }

    private static JsonNode RunPeer(params string[] arguments) => RunScript("load_clips", arguments);

    private static JsonNode RunScript(string name, params string[] arguments) => JsonNode.Parse(
        ExternalProgram.Run("/usr/bin/python3", [Path.Combine(Repository.Root, "benchmarks", "peer", $"{name}.py"), .. arguments]))!;

    private static JsonNode Measure(params string[] arguments)
    {
        (int exitCode, string output) = FreshProcess.RunBenchmarks(["measure", .. arguments]);
        Assert.That(exitCode, Is.Zero, output);
        return JsonNode.Parse(output)!;
    }
}
