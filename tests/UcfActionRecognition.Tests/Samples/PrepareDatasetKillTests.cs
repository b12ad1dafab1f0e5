using System.Diagnostics;
using System.Security.Cryptography;
using UcfActionRecognition.Tests.Sources;

namespace UcfActionRecognition.Tests.Samples;

/// <summary>PrepareDataset, killed at any moment and run again.</summary>
[Platform("Linux")]
public class PrepareDatasetKillTests
{
    private const int Videos = 10;

    private TemporaryFolder _folder = null!;
    private TimeSpan _undisturbed;

    [OneTimeSetUp]
    public void MakeVideos()
    {
        ExternalProgram.Require("ffmpeg", "ffmpeg", "-version");
        _folder = new TemporaryFolder();
        for (int i = 0; i < Videos; i++)
        {
            Directory.CreateDirectory(_folder[$"data/UCF-101/Class{i % 2}"]);
            FFmpegVideos.Make(_folder[$"data/UCF-101/Class{i % 2}/v_{i}.avi"], frames: 40 + (5 * i), size: "160x120");
        }
    }

    [OneTimeTearDown]
    public void DeleteFolder() => _folder?.Dispose();

    [TestCase("raw", 3)]
    [TestCase("compact", 1)]
    public void PrepareDataset_KilledAndRunAgain_GivesTheFilesOfAnUndisturbedRun(string format, int usual)
    {
        Dictionary<string, string> expected = RunUndisturbed(format);
        string output = _folder[format];
        var random = new Random(5);
        var written = new Dictionary<string, DateTime>();
        (int kills, int inTheMiddle, int wholeRuns) = (0, 0, 0);
        for (int needed = Reliability.Repetitions(usual); kills < needed;)
        {
            using Process process = Start(output, format);
            bool ended = process.WaitForExit(random.Next((int)(0.15 * _undisturbed.TotalMilliseconds), (int)_undisturbed.TotalMilliseconds));
            if (!ended)
            {
                // SIGKILL of this process alone; the programs that it started must end by themselves.
                process.Kill();
                process.WaitForExit();
                kills++;
                inTheMiddle += TemporaryFiles(output).Length > 0 ? 1 : 0;
            }

            Assert.That(() => RunningDecoders(), Is.Zero.After(10_000, 20), "no program is left");
            AssertWholeAndKept(output, expected, written);
            if (ended)
            {
                Assert.That(process.ExitCode, Is.Zero);
                Directory.Delete(output, recursive: true);
                written.Clear();
                wholeRuns++;
            }
        }

        (int exitCode, string text) = FreshProcess.Finish(Start(output, format));
        TestContext.Out.WriteLine(
            $"{format}: {kills} kills, {inTheMiddle} of them while a file was half written; {wholeRuns} runs came to their end before the kill");
        Assert.That(exitCode, Is.Zero, text);
        AssertWholeAndKept(output, expected, written);
        Assert.That(Hashes(output), Is.EquivalentTo(expected));
        Assert.That(Directory.GetFiles(output, ".*", SearchOption.AllDirectories), Is.Empty, "neither lock nor temporary file");
    }

    [Test]
    public void PrepareDataset_OutputThatAnotherProcessWrites_IsRefused()
    {
        string output = _folder["locked"];
        using (FolderLock.Acquire(output))
        {
            (int exitCode, string text) = FreshProcess.Finish(Start(output, "raw"));
            Assert.That(exitCode, Is.EqualTo(1));
            Assert.That(text, Does.Contain($"Error: '{output}' is being written by another process (id {Environment.ProcessId}), and two writers would mix their files."));
            Assert.That(Directory.GetFileSystemEntries(output), Has.Length.EqualTo(1), "only the lock");
        }
    }

    private Dictionary<string, string> RunUndisturbed(string format)
    {
        string output = _folder["undisturbed-" + format];
        var clock = Stopwatch.StartNew();
        (int exitCode, string text) = FreshProcess.Finish(Start(output, format));
        _undisturbed = clock.Elapsed;
        Assert.That(exitCode, Is.Zero, text);
        Assert.That(Directory.GetFiles(output, ".*", SearchOption.AllDirectories), Is.Empty, "neither lock nor temporary file");
        Dictionary<string, string> hashes = Hashes(output);
        Assert.That(hashes.Keys.Count(name => name.EndsWith(".hdf5", StringComparison.Ordinal)), Is.EqualTo(Videos));
        return hashes;
    }

    private Process Start(string output, string format) =>
        FreshProcess.StartSample("PrepareDataset", "--data", _folder["data"], "--output", output, "--format", format, "--workers", "2");

    // What was whole once stays as it is: it is converted no second time.
    private static void AssertWholeAndKept(string output, Dictionary<string, string> expected, Dictionary<string, DateTime> written)
    {
        foreach ((string name, string hash) in Hashes(output))
        {
            Assert.That(hash, Is.EqualTo(expected[name]), name);
            DateTime time = File.GetLastWriteTimeUtc(Path.Combine(output, name));
            if (name.EndsWith(".hdf5", StringComparison.Ordinal) && !written.TryAdd(name, time))
            {
                Assert.That(time, Is.EqualTo(written[name]), name);
            }
        }
    }

    private static Dictionary<string, string> Hashes(string output) => !Directory.Exists(output) ? [] : Directory
        .EnumerateFiles(output, "*", SearchOption.AllDirectories)
        .Where(file => !Path.GetFileName(file).StartsWith('.'))
        .ToDictionary(file => Path.GetRelativePath(output, file), file => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file))));

    private static string[] TemporaryFiles(string output) =>
        Directory.Exists(output) ? Directory.GetFiles(output, "*.tmp", SearchOption.AllDirectories) : [];

    private int RunningDecoders() => Process.GetProcessesByName("ffmpeg").Concat(Process.GetProcessesByName("ffprobe")).Count(process =>
    {
        using (process)
        {
            try
            {
                return File.ReadAllText($"/proc/{process.Id}/cmdline").Contains(_folder.Path, StringComparison.Ordinal);
            }
            catch (IOException)
            {
                return false;
            }
        }
    });
}
