using System.Diagnostics;
using TorchSharp;
using UcfActionRecognition.Tests.Fuzzing;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>
/// Thousands of damaged files of each format end in an exception for files or in a read, in bounded time and memory: nothing else, no crash.
/// The long run, of as many files per format as one says:
/// <c>UCF101_MUTATIONS=100000 dotnet test -c Release --filter FullyQualifiedName~MutationTests --logger "console;verbosity=detailed"</c>.
/// </summary>
[NonParallelizable] // It measures memory of the process.
public sealed class MutationTests : TensorFixture
{
    private const int ShortRun = 3000;
    private const long MemoryPerFile = 4 << 20;

    // Of all files together, native memory included: what the allocators keep.
    private const long MemoryOfTheRun = 256 << 20;
    private static readonly TimeSpan TimePerFile = TimeSpan.FromSeconds(5);

    [TestCase("zip", "types-zip.pth", "layouts-zip.pth", "checkpoint-zip.pth.tar", "protocol4-zip.pt", "old-zip.th")]
    [TestCase("legacy", "types-legacy.pth", "layouts-legacy.pth", "checkpoint-legacy.pth.tar", "protocol4-legacy.pt", "old-legacy.th", "python2.pth")]
    [TestCase("tar", "types-tar.pth", "layouts-tar.pth", "checkpoint-tar.pth.tar", "views-tar.pth")]
    [TestCase("safetensors", "all-types.safetensors", "module-prefix.safetensors")]
    public void OpenAndRead_DamagedFile_GivesTensorsOrWeightsFormatException(string format, params string[] names) =>
        Damage(format, [.. names.Select(name => (name, File.ReadAllBytes(TestModels.Fixture("weights", name))))], ReadAll);

    [Test]
    public void ReadInfoAndLoad_DamagedCheckpoint_GiveWhatItSaysOrAnExceptionForFiles()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D model = TestModels.Small();
        using torch.Tensor one = torch.ones(1);
        SafetensorsFile.Write(folder["m"], new Dictionary<string, torch.Tensor> { ["fc.weight"] = one }, new Dictionary<string, string>
        {
            ["architecture"] = model.Architecture,
            ["classes"] = $"[{string.Join(',', model.Classes.Select(name => $"\"{name}\""))}]",
            ["input"] = model.Input.ToJson(),
            ["library_version"] = "0.1.0",
            ["model_hash"] = "x",
        });

        // A classifier of another rank: the classes are compared before the shapes, which never fit. So the file stays small.
        Damage("checkpoint", [("checkpoint", File.ReadAllBytes(folder["m"]))], path =>
        {
            ModelCheckpoint.ReadInfo(path);
            Assert.That(() => model.Load(PretrainedWeights.FromFile(path)), Throws.TypeOf<WeightsFormatException>());
        });
    }

    private static void Damage(string format, (string Name, byte[] Content)[] files, Action<string> read)
    {
        string? setting = Environment.GetEnvironmentVariable("UCF101_MUTATIONS");
        bool isLong = !string.IsNullOrEmpty(setting);
        int count = isLong ? int.Parse(setting!) : ShortRun;
        using var folder = new TemporaryFolder();
        var run = new Run(folder["f"], read);
        if (OperatingSystem.IsLinux())
        {
            Assert.That(PeakMemory.Of(DamageAll).Rise, Is.LessThan(MemoryOfTheRun));
        }
        else
        {
            DamageAll();
        }

        TestContext.Out.WriteLine($"{format}: {run}");

        void DamageAll()
        {
            foreach ((string name, byte[] good) in files)
            {
                int reads = run.Reads;
                run.Read(good, name);
                Assert.That(run.Reads, Is.EqualTo(reads + 1), name);
                var mutator = new FileMutator(good, seed: 1);
                IEnumerable<byte[]> random = Enumerable.Range(0, count / files.Length).Select(index => Repaired(mutator.Next(), index));
                foreach (byte[] bytes in isLong ? FileMutator.Systematic(good).Concat(random) : random)
                {
                    run.Read(bytes, name);
                }
            }
        }

        // A tar header's checksum would otherwise end every attempt on it.
        byte[] Repaired(byte[] bytes, int index) => format == "tar" && index % 2 == 0 ? TarBytes.Repaired(bytes) : bytes;
    }

    private static void ReadAll(string path)
    {
        using WeightsFile file = PretrainedWeights.FromFile(path).Open();
        foreach ((string name, WeightsEntry entry) in file.Entries)
        {
            using torch.Tensor tensor = file.Read(name);
            if (tensor.dtype != entry.Type || !tensor.shape.SequenceEqual(entry.Shape))
            {
                throw new InvalidOperationException($"{name} is {tensor.dtype} [{string.Join(", ", tensor.shape)}].");
            }
        }
    }

    /// <summary>Counts what came of the files, and checks each.</summary>
    private sealed class Run(string path, Action<string> read)
    {
        private readonly Stopwatch _time = Stopwatch.StartNew();
        private TimeSpan _slowest;
        private long _largest;
        private int _files;

        public int Reads { get; private set; }

        public void Read(byte[] bytes, string name)
        {
            File.WriteAllBytes(path, bytes);
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan begin = _time.Elapsed;
            string? message = null;
            try
            {
                read(path);
                Reads++;
            }
            catch (Exception failure) when (failure is WeightsFormatException or CheckpointException)
            {
                message = failure.Message;
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"{name}, damaged file {_files}: {Convert.ToBase64String(bytes)}", failure);
            }

            _files++;
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            TimeSpan time = _time.Elapsed - begin;
            _largest = Math.Max(_largest, allocated);
            _slowest = time > _slowest ? time : _slowest;
            if (allocated > MemoryPerFile || time > TimePerFile || message?.Length > 1000 || message?.Any(char.IsControl) == true)
            {
                Assert.Fail($"{name}, damaged file {_files}: {allocated} bytes, {time}, '{message}': {Convert.ToBase64String(bytes)}");
            }
        }

        public override string ToString() =>
            $"{_files} files, {Reads} read, {_files - Reads} refused, {_time.Elapsed.TotalSeconds:F1} s, slowest {_slowest.TotalMilliseconds:F1} ms, "
            + $"at most {_largest} bytes allocated for one, peak of the process {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB";
    }
}
