using TorchSharp;
using UcfActionRecognition.Reporting;
using UcfActionRecognition.Tests.Models;
using UcfActionRecognition.Tests.Reporting;
using UcfActionRecognition.Tests.Sources;

namespace UcfActionRecognition.Tests.Files;

/// <summary>Everything that writes files, on a disk that is full from the first block on, from the second, and so on.</summary>
public class FullDiskTests
{
    private static readonly Writer[] Writers =
    [
        new("a stream in small parts", (path, version) => AtomicFile.WriteStream(path, stream =>
        {
            for (int i = 0; i < 3000; i++)
            {
                stream.Write(Noise(17, version));
            }
        })),
        new("HDF5 video from memory", (path, version) => Hdf5VideoWriter.Write(path, 40, 50, Noise(7 * 40 * 50 * 3, version))),
        new("HDF5 video of unknown length", (path, version) => Hdf5VideoWriter.Write(path, new MemoryVideo(40, 50, Noise(7 * 40 * 50 * 3, version), null))),
        new("compact video", (path, version) => CompactVideoWriter.Write(path, new MemoryVideo(40, 50, Noise(9 * 40 * 50 * 3, version), 9))),
        new("predictions", (path, version) => new VideoPredictions(Logits(version), TestModels.Classes(101), "hash").Save(path)),
        new("numpy file", (path, version) => NpyFile.Write(path, Logits(version))),
        new("weights", SaveWeights),
        new("PDF report", (path, version) => Report(version).SavePdf(path)) { Megabytes = 4, Steps = 3 },
        new("HTML report", (path, version) => Report(version).SaveHtml(path)) { Megabytes = 4, Steps = 3 },
    ];

    [TestCaseSource(nameof(Writers))]
    public void Write_DiskFullAtAnyPoint_SaysSoLeavesTheOldFileAndNothingElse(Writer writer)
    {
        using var disk = new SmallDisk(writer.Megabytes);
        string path = Path.Combine(disk.Path, "out", "file");
        writer.Write(path, 1);
        byte[] old = File.ReadAllBytes(path);
        int blocks = (old.Length + SmallDisk.BlockBytes - 1) / SmallDisk.BlockBytes;
        int step = Math.Max(1, blocks / (writer.Steps ?? blocks));
        int failed = 0;
        for (int left = 0; !Succeeds(left); left += step)
        {
            failed++;
            Assert.That(left, Is.LessThan(2 * blocks), "it has space enough");
        }

        // As many failures as there are blocks to run out of, give or take what the other version needs.
        Assert.That(failed, Is.GreaterThanOrEqualTo((blocks / step) - 1).And.Positive);
        Assert.That(File.ReadAllBytes(path), Is.Not.EqualTo(old));
        Assert.That(disk.Files(), Is.EqualTo(new[] { "out/file" }));

        bool Succeeds(int left)
        {
            disk.FillUpTo(left);
            try
            {
                writer.Write(path, 2);
                return true;
            }
            catch (Exception error) when (error is IOException or ActionRecognitionException)
            {
                Assert.That(error.Message, Does.Contain($"'{path}': the disk is full."), $"{left} blocks left");
            }

            Assert.That(File.ReadAllBytes(path), Is.EqualTo(old), $"{left} blocks left");
            Assert.That(disk.Files(), Is.EqualTo(new[] { "out/file" }), $"{left} blocks left");
            return false;
        }
    }

    [Test]
    public void Write_NoFileIsLeft_SaysSoAndLeavesTheOldFile()
    {
        using var disk = new SmallDisk(files: 2);
        string path = Path.Combine(disk.Path, "file");
        File.WriteAllText(path, "old");
        Assert.That(
            () => AtomicFile.WriteStream(path, stream => stream.WriteByte(1)),
            Throws.TypeOf<IOException>().With.Message.EqualTo(
                $"Cannot write '{path}': the disk is full. The file that was there before is as it was. Free space, or write to another disk."));
        Assert.That(File.ReadAllText(path), Is.EqualTo("old"));
        Assert.That(
            () => AtomicFile.WriteStream(Path.Combine(disk.Path, "new folder", "file"), stream => stream.WriteByte(1)),
            Throws.TypeOf<IOException>().With.Message.EndsWith("the disk is full. Nothing was left behind. Free space, or write to another disk."));
        Assert.That(disk.Files(), Is.EqualTo(new[] { "file" }));
    }

    [Test]
    public void Save_VideoIndexOnAFullDisk_IsNoErrorAndLeavesNoPart()
    {
        using var disk = new SmallDisk();
        using var videos = new TemporaryFolder();
        FFmpegVideos.Make(videos["a.avi"], frames: 200);
        for (int left = 0; left <= 3; left++)
        {
            disk.FillUpTo(left);
            using var source = new FFmpegVideoClipSource(videos.Path, new() { IndexFolder = disk.Path });
            using VideoReader reader = source.Open("a");
            Assert.That(reader.Read(199), Has.Length.EqualTo(reader.Info.FrameBytes));

            // 200 frames of 29 bytes and a little more: two blocks.
            Assert.That(disk.Files(), left < 2 ? Is.Empty : Has.Length.EqualTo(1).And.All.EndsWith(".index"), $"{left} blocks left");
            Array.ForEach(disk.Files(), file => File.Delete(Path.Combine(disk.Path, file)));
        }
    }

    private static byte[] Noise(int bytes, int seed)
    {
        byte[] noise = new byte[bytes];
        new Random(seed).NextBytes(noise);
        return noise;
    }

    private static float[,] Logits(int version)
    {
        var logits = new float[120, 101];
        logits[0, 0] = version;
        return logits;
    }

    private static void SaveWeights(string path, int version)
    {
        using torch.Tensor weights = torch.full([3, 5000], version);
        SafetensorsFile.Write(path, new Dictionary<string, torch.Tensor> { ["a"] = weights, ["b"] = weights }, new Dictionary<string, string>());
    }

    private static FusionReport Report(int version)
    {
        var predictions = new GeneratedPredictions(4, 40 + version);
        return FusionReport.Create(predictions.SingleFrame(), predictions.Sequence(), new() { Date = new DateOnly(2020, 1, 1) });
    }

    /// <summary>Something that writes a file, in versions.</summary>
    public sealed record Writer(string Name, Action<string, int> Write)
    {
        public int Megabytes { get; init; } = 1;

        /// <summary>In how many places the disk runs full; by default after every block.</summary>
        public int? Steps { get; init; }

        public override string ToString() => Name;
    }
}
