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

    private static JsonNode RunPeer(params string[] arguments) => JsonNode.Parse(
        ExternalProgram.Run("/usr/bin/python3", [Path.Combine(Repository.Root, "benchmarks", "peer", "load_clips.py"), .. arguments]))!;

    private static JsonNode Measure(params string[] arguments)
    {
        (int exitCode, string output) = FreshProcess.RunBenchmarks(["measure", .. arguments]);
        Assert.That(exitCode, Is.Zero, output);
        return JsonNode.Parse(output)!;
    }
}
