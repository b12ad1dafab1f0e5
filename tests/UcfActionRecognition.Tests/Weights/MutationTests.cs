using System.Diagnostics;
using TorchSharp;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>
/// Thousands of damaged files of each format end in WeightsFormatException or in a read, in bounded time and memory: nothing else, no crash.
/// The long run, of as many files per format as one says:
/// <c>UCF101_MUTATIONS=100000 dotnet test -c Release --filter FullyQualifiedName~MutationTests --logger "console;verbosity=detailed"</c>.
/// </summary>
public sealed class MutationTests : TensorFixture
{
    private const int ShortRun = 3000;
    private const long MemoryPerFile = 4 << 20;
    private static readonly TimeSpan TimePerFile = TimeSpan.FromSeconds(5);

    [TestCase("zip", "types-zip.pth", "layouts-zip.pth", "checkpoint-zip.pth.tar", "protocol4-zip.pt", "old-zip.th")]
    [TestCase("legacy", "types-legacy.pth", "layouts-legacy.pth", "checkpoint-legacy.pth.tar", "protocol4-legacy.pt", "old-legacy.th", "python2.pth")]
    [TestCase("tar", "types-tar.pth", "layouts-tar.pth", "checkpoint-tar.pth.tar", "views-tar.pth")]
    [TestCase("safetensors", "all-types.safetensors", "module-prefix.safetensors")]
    public void OpenAndRead_DamagedFile_GivesTensorsOrWeightsFormatException(string format, params string[] names)
    {
        string? setting = Environment.GetEnvironmentVariable("UCF101_MUTATIONS");
        bool isLong = !string.IsNullOrEmpty(setting);
        int count = isLong ? int.Parse(setting!) : ShortRun;
        using var folder = new TemporaryFolder();
        var run = new Run(folder["f"]);
        foreach (string name in names)
        {
            byte[] good = File.ReadAllBytes(TestModels.Fixture("weights", name));
            int reads = run.Reads;
            run.OpenAndRead(good, name);
            Assert.That(run.Reads, Is.EqualTo(reads + 1), name);
            var mutator = new FileMutator(good, seed: 1);
            IEnumerable<byte[]> random = Enumerable.Range(0, count / names.Length).Select(_ => mutator.Next());
            foreach (byte[] bytes in isLong ? FileMutator.Systematic(good).Concat(random) : random)
            {
                run.OpenAndRead(bytes, name);
            }
        }

        TestContext.Out.WriteLine($"{format}: {run}");
        Assert.That(run.Files, Is.GreaterThanOrEqualTo(count / names.Length * names.Length));
    }

    /// <summary>Counts what came of the files, and checks each.</summary>
    private sealed class Run(string path)
    {
        private readonly Stopwatch _time = Stopwatch.StartNew();
        private TimeSpan _slowest;
        private long _largest;

        public int Files { get; private set; }

        public int Reads { get; private set; }

        public void OpenAndRead(byte[] bytes, string name)
        {
            File.WriteAllBytes(path, bytes);
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            TimeSpan begin = _time.Elapsed;
            try
            {
                ReadAll();
                Reads++;
            }
            catch (WeightsFormatException)
            {
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"{name}, damaged file {Files}: {Convert.ToBase64String(bytes)}", failure);
            }

            Files++;
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            TimeSpan time = _time.Elapsed - begin;
            _largest = Math.Max(_largest, allocated);
            _slowest = time > _slowest ? time : _slowest;
            if (allocated > MemoryPerFile || time > TimePerFile)
            {
                Assert.Fail($"{name}, damaged file {Files}: {allocated} bytes, {time}: {Convert.ToBase64String(bytes)}");
            }
        }

        public override string ToString() =>
            $"{Files} files, {Reads} read, {Files - Reads} refused, {_time.Elapsed.TotalSeconds:F1} s, slowest {_slowest.TotalMilliseconds:F1} ms, "
            + $"at most {_largest} bytes allocated for one, peak of the process {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB";

        private void ReadAll()
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
    }
}
