using System.Text.Json.Nodes;

namespace UcfActionRecognition.Tests.Samples;

/// <summary>The samples as a user runs them: real clips to HDF5, training and evaluation, from HDF5 and from AVI.</summary>
public class Part1Tests
{
    // The shortest clips of two classes, of both sides of split 1.
    private static readonly string[] Clips =
    [
        "Punch/v_Punch_g01_c03", "Punch/v_Punch_g02_c03", "Punch/v_Punch_g10_c03", "Punch/v_Punch_g12_c03",
        "PushUps/v_PushUps_g01_c02", "PushUps/v_PushUps_g16_c04", "PushUps/v_PushUps_g13_c03", "PushUps/v_PushUps_g11_c03",
    ];

    private TemporaryFolder _folder = null!;

    [OneTimeSetUp]
    public void ConvertClips()
    {
        string root = RealClips.Root;
        ExternalProgram.Require("ffmpeg", "ffmpeg", "-version");
        _folder = new TemporaryFolder();
        foreach (string clip in Clips.Where(clip => File.Exists(Path.Combine(root, "UCF-101", clip + ".avi"))))
        {
            Directory.CreateDirectory(_folder[$"UCF-101/{clip.Split('/')[0]}"]);
            File.CreateSymbolicLink(_folder[$"UCF-101/{clip}.avi"], Path.Combine(root, "UCF-101", clip + ".avi"));
        }

        Directory.CreateSymbolicLink(_folder["ucfTrainTestlist"], Path.Combine(root, "ucfTrainTestlist"));
        (int exitCode, string output) = FreshProcess.RunSample("PrepareDataset", "--data", _folder.Path);
        Assert.That(exitCode, Is.Zero, output);
    }

    [OneTimeTearDown]
    public void DeleteFolder() => _folder?.Dispose();

    [Test]
    public void PrepareDataset_Again_KeepsWhatIsThere()
    {
        string hdf5 = _folder["UCF-101-hdf5/Punch/v_Punch_g01_c03.hdf5"];
        DateTime written = File.GetLastWriteTimeUtc(hdf5);
        (int exitCode, string output) = FreshProcess.RunSample("PrepareDataset", "--data", _folder.Path);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero, output);
            Assert.That(output, Does.Contain("0 videos converted (0 frames, 0.0 MB)"));
            Assert.That(File.GetLastWriteTimeUtc(hdf5), Is.EqualTo(written));
        });
    }

    [Test]
    public void PrepareDataset_Verify_FindsAMissingAShortAndAChangedFile()
    {
        using var copy = new TemporaryFolder();
        Directory.CreateSymbolicLink(copy["UCF-101"], _folder["UCF-101"]);
        foreach (string file in Directory.GetFiles(_folder["UCF-101-hdf5"], "*.hdf5", SearchOption.AllDirectories))
        {
            string to = copy[Path.GetRelativePath(_folder.Path, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        (int exitCode, string output) whole = FreshProcess.RunSample("PrepareDataset", "--data", copy.Path, "--verify");
        File.Delete(copy["UCF-101-hdf5/Punch/v_Punch_g01_c03.hdf5"]);
        string shortFile = copy["UCF-101-hdf5/Punch/v_Punch_g02_c03.hdf5"];
        using (FileStream file = File.OpenWrite(shortFile))
        {
            file.SetLength(file.Length - 1);
        }

        using (FileStream file = File.Open(copy["UCF-101-hdf5/PushUps/v_PushUps_g01_c02.hdf5"], FileMode.Open))
        {
            file.Position = file.Length / 2;
            int value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value + 1));
        }

        (int exitCode, string output) = FreshProcess.RunSample("PrepareDataset", "--data", copy.Path, "--verify");
        Assert.Multiple(() =>
        {
            Assert.That(whole.exitCode, Is.Zero, whole.output);
            Assert.That(exitCode, Is.EqualTo(1));
            Assert.That(output, Does.Contain("3 failed."));
            Assert.That(output, Does.Match("(?m)^Punch/v_Punch_g01_c03: .*v_Punch_g01_c03.hdf5"));
            Assert.That(output, Does.Match("(?m)^Punch/v_Punch_g02_c03: .*v_Punch_g02_c03.hdf5"));
            Assert.That(output, Does.Match("(?m)^PushUps/v_PushUps_g01_c02: Frame 26 of the HDF5 file is not that of the video"));
        });
    }

    [Test]
    public void Part1_SameSeed_GivesTheSameNumbersFromHdf5AndAviAndWithAnyNumberOfWorkers()
    {
        Results first = Run("hdf5-1", "--source", "hdf5", "--workers", "1");
        Results again = Run("hdf5-2", "--source", "hdf5", "--workers", "1");
        Results workers = Run("hdf5-4", "--source", "hdf5", "--workers", "4");
        Results avi = Run("avi-4", "--source", "avi", "--workers", "4");
        Assert.Multiple(() =>
        {
            Assert.That(again, Is.EqualTo(first));
            Assert.That(workers, Is.EqualTo(first));
            Assert.That(avi, Is.EqualTo(first));
        });
    }

    [Test]
    public void Part1_WritesEverythingThatItPromises()
    {
        Run("files", "--workers", "2");
        JsonNode summary = JsonNode.Parse(File.ReadAllText(_folder["files/summary.json"]))!;
        Assert.Multiple(() =>
        {
            Assert.That(Directory.GetFiles(_folder["files"], "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_folder["files"], file)),
                Is.EquivalentTo(new[]
                {
                    "checkpoint-last.safetensors", "metrics.csv", "summary.json", "confusion_matrix.npy",
                    "UCF-101-predictions/Punch/v_Punch_g01_c03.hdf5", "UCF-101-predictions/Punch/v_Punch_g02_c03.hdf5",
                    "UCF-101-predictions/PushUps/v_PushUps_g01_c02.hdf5",
                }));
            Assert.That((int)summary["data"]!["train_videos"]!, Is.EqualTo(5));
            Assert.That((int)summary["test"]!["video"]!["count"]!, Is.EqualTo(3));
            Assert.That((int)summary["test"]!["frame"]!["count"]!, Is.EqualTo(48 + 48 + 53));
            Assert.That((int)summary["train"]!["random_frame"]!["count"]!, Is.EqualTo(5));
            Assert.That((double)summary["frames_per_second"]!["train"]!, Is.Positive);
            Assert.That((long)summary["peak_memory_bytes"]!, Is.GreaterThan(100_000_000));
        });
    }

    [Test]
    public void Part1_EvaluateAlone_UsesTheCheckpointAndKeepsTheTraining()
    {
        Results both = Run("both", "--workers", "2");
        Assert.That(FreshProcess.RunSample("Part1.SingleFrame", ["train", .. Arguments("apart")]).ExitCode, Is.Zero);
        (int exitCode, string output) = FreshProcess.RunSample("Part1.SingleFrame", ["evaluate", .. Arguments("apart")]);
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(ReadResults("apart"), Is.EqualTo(both));
    }

    [Test]
    public void Part1_WrongInput_SaysWhatToDo() => Assert.Multiple(() =>
    {
        AssertFails("does not hold UCF-101-hdf5/ nor UCF-101/", "--data", Path.GetTempPath() + "no-such-root");
        AssertFails("not there: Juggling", "--data", _folder.Path, "--classes", "Punch,Juggling");
        AssertFails("There is no recipe 'best'", "--data", _folder.Path, "--recipe", "best");
        AssertFails("no-such-file.safetensors", "--data", _folder.Path, "--weights", "no-such-file.safetensors");
        AssertFails("test videos of split 1 and these classes; both sides need some", "--data", _folder.Path, "--classes", "YoYo");
    });

    private static void AssertFails(string message, params string[] arguments)
    {
        (int exitCode, string output) = FreshProcess.RunSample("Part1.SingleFrame", arguments);
        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain(message).And.Not.Contain("   at "));
    }

    private string[] Arguments(string output) =>
    [
        "--data", _folder.Path, "--classes", "Punch,PushUps", "--depth", "18", "--size", "32", "--weights", "none",
        "--epochs", "2", "--batch-size", "3", "--seed", "7", "--device", "cpu", "--output", _folder[output],
    ];

    private Results Run(string output, params string[] arguments)
    {
        (int exitCode, string text) = FreshProcess.RunSample("Part1.SingleFrame", [.. Arguments(output), .. arguments]);
        Assert.That(exitCode, Is.Zero, text);
        return ReadResults(output);
    }

    private Results ReadResults(string output)
    {
        // Without what belongs to the run: times, memory, and which files it read.
        JsonObject summary = JsonNode.Parse(File.ReadAllText(_folder[$"{output}/summary.json"]))!.AsObject();
        foreach (string own in new[] { "seconds", "frames_per_second", "peak_memory_bytes" })
        {
            summary.Remove(own);
        }

        summary["data"]!.AsObject().Remove("source");
        return new Results(
            summary.ToJsonString(),
            string.Join('\n', File.ReadLines(_folder[$"{output}/metrics.csv"]).Select(line => string.Join(',', line.Split(',').Take(10)))),
            ModelCheckpoint.ReadInfo(_folder[$"{output}/checkpoint-last.safetensors"]).ModelHash,
            Convert.ToHexString(File.ReadAllBytes(_folder[$"{output}/confusion_matrix.npy"])));
    }

    private sealed record Results(string Summary, string Metrics, string ModelHash, string Confusion);
}
