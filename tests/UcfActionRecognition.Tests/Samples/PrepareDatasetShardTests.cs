using System.Diagnostics;
using UcfActionRecognition.Tests.Sources;

namespace UcfActionRecognition.Tests.Samples;

/// <summary>PrepareDataset in shards that run at the same time.</summary>
public class PrepareDatasetShardTests
{
    private const int Videos = 34;
    private const int Shards = 3;

    private TemporaryFolder _folder = null!;

    [OneTimeSetUp]
    public void MakeVideos()
    {
        ExternalProgram.Require("ffmpeg", "ffmpeg", "-version");
        _folder = new TemporaryFolder();
        for (int i = 0; i < Videos; i++)
        {
            Directory.CreateDirectory(_folder[$"data/UCF-101/Class{i % 3}"]);
            string path = _folder[$"data/UCF-101/Class{i % 3}/v_{i:D2}.avi"];
            if (i < 3)
            {
                FFmpegVideos.Make(path, frames: 4 + i, size: "64x48");
            }
            else
            {
                File.Copy(_folder[$"data/UCF-101/Class{i % 3}/v_{i % 3:D2}.avi"], path);
            }
        }

        Directory.CreateDirectory(_folder["data/ucfTrainTestlist"]);
        File.WriteAllText(_folder["data/ucfTrainTestlist/classInd.txt"], "1 Class0\n2 Class1\n3 Class2\n");
    }

    [OneTimeTearDown]
    public void DeleteFolder() => _folder?.Dispose();

    [Test]
    public void PrepareDataset_ShardsAtTheSameTime_GiveTheFilesOfOneRun()
    {
        string[] whole = ["--data", _folder["data"], "--output", _folder["whole"], "--format", "compact"];
        string[] shards = ["--data", _folder["data"], "--output", _folder["shards"], "--format", "compact"];
        (int exitCode, string output) one = FreshProcess.RunSample("PrepareDataset", whole);
        string[] outputs = RunShards(0, shards);
        (int exitCode, string output) after = FreshProcess.RunSample("PrepareDataset", shards);
        Assert.Multiple(() =>
        {
            Assert.That(one.exitCode, Is.Zero, one.output);
            Assert.That(outputs[0], Does.Contain("Shard 1/3: 16 videos in ").And.Contain("16 videos converted ("));
            Assert.That(outputs[2], Does.Contain("Shard 3/3: 2 videos in ").And.Contain("2 videos converted ("));
            Assert.That(after.output, Does.Contain($"0 videos converted (0 frames, 0.0 MB), {Videos} kept from before, 0 failed."));
            Assert.That(Bytes("shards"), Is.EquivalentTo(Bytes("whole")).And.Count.EqualTo(Videos + 2));
        });
    }

    [Test]
    public void PrepareDataset_VerifyOfAShard_LooksAtItsPart()
    {
        (int exitCode, string output) = FreshProcess.RunSample("PrepareDataset", "--data", _folder["data"], "--output", _folder["none"], "--verify", "--shard", "3/3");
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(output, Does.Contain("0 videos whole and equal to their videos (0 frames, 0.0 MB), 0 kept from before, 2 failed."));
    }

    [Test]
    public void PrepareDataset_ShardsWithoutAReadableVideo_LeaveNoFolderThatWouldHideTheAviFiles()
    {
        Directory.CreateDirectory(_folder["broken/UCF-101/Class0"]);
        for (int i = 0; i < Videos; i++)
        {
            File.WriteAllText(_folder[$"broken/UCF-101/Class0/v_{i:D2}.avi"], "not a video");
        }

        string[] outputs = RunShards(1, ["--data", _folder["broken"], "--format", "compact"]);
        Assert.That(outputs[1], Does.Contain("0 videos converted").And.Contain("16 failed."));
        Assert.That(Directory.GetFileSystemEntries(_folder["broken"]), Is.EqualTo(new[] { _folder["broken/UCF-101"] }));
    }

    private static string[] RunShards(int exitCode, string[] arguments)
    {
        Process[] running = [.. Enumerable.Range(1, Shards)
            .Select(shard => FreshProcess.StartSample("PrepareDataset", [.. arguments, "--workers", "2", "--shard", $"{shard}/{Shards}"]))];
        return Array.ConvertAll(Array.ConvertAll(running, FreshProcess.Finish), end =>
        {
            Assert.That(end.ExitCode, Is.EqualTo(exitCode), end.Output);
            return end.Output;
        });
    }

    private Dictionary<string, string> Bytes(string output) => Directory.GetFiles(_folder[output], "*", SearchOption.AllDirectories)
        .ToDictionary(file => Path.GetRelativePath(_folder[output], file), file => Convert.ToHexString(File.ReadAllBytes(file)));
}
