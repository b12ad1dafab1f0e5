using TorchSharp;
using UcfActionRecognition.Tests.Sources;

namespace UcfActionRecognition.Tests.Loading;

/// <summary>Epochs that are given up at any moment, again and again.</summary>
[Platform("Linux")]
[NonParallelizable] // It counts threads, children, handles and tensors of the process.
public class ClipLoaderCancelTests
{
    private const long MostGrowth = 48 << 20;

    private static readonly AugmentationPipeline Augmentation = AugmentationPipeline.Create().RandomCrop(0.7, 0.5).RandomHorizontalFlip().Resize(new FrameSize(100, 100));

    // A batch takes 960 KB: one that is lost each time would be 960 MB.
    private static readonly ClipLoaderOptions Options = new() { BatchSize = 4, Workers = 2, MaxFailureShare = 1 };

    [Test]
    public void ReadEpoch_Hdf5GivenUpAThousandTimes_LeavesNothing()
    {
        using var folder = new TemporaryFolder();
        LabeledVideo[] videos = FormulaVideos.Videos(40);
        foreach (LabeledVideo video in videos)
        {
            Hdf5VideoWriter.Write(folder[video.Name + ".hdf5"], 24, 32, new byte[20 * 24 * 32 * 3]);
        }

        GiveUp(videos, () => new Hdf5VideoClipSource(folder.Path, new() { MaxOpenFiles = 8 }), keptHandles: 8, Math.Max(1000, Reliability.Repetitions(1) * 100));
        Assert.That(folder.Files(), Has.Length.EqualTo(videos.Length));
    }

    [Test]
    public void ReadEpoch_AviGivenUpOften_LeavesNothing()
    {
        using var folder = new TemporaryFolder();
        LabeledVideo[] videos = FormulaVideos.Videos(8);
        foreach (LabeledVideo video in videos)
        {
            Directory.CreateDirectory(folder["avi/" + Path.GetDirectoryName(video.Name)]);
            FFmpegVideos.Make(folder[$"avi/{video.Name}.avi"], frames: 30);
        }

        var options = new FFmpegVideoClipSourceOptions { IndexFolder = folder["index"] };
        GiveUp(videos, () => new FFmpegVideoClipSource(folder["avi"], options), keptHandles: 60, Math.Max(20, Reliability.Repetitions(1) * 4));
        Assert.That(ProcessState.Children, Is.Zero);
        Assert.That(folder.Files().Where(file => file.EndsWith(".tmp", StringComparison.Ordinal)), Is.Empty);
    }

    private static void GiveUp(LabeledVideo[] videos, Func<IVideoClipSource> newSource, int keptHandles, int times)
    {
        var random = new Random(3);
        Assert.That(() => ProcessState.Children, Is.Zero.After(35_000, 50), "decoders that other tests left end after 30 seconds");
        (int handlesBefore, int childrenBefore) = (ProcessState.Handles, ProcessState.Children);
        long tensorsBefore = torch.Tensor.TotalCount;
        using (IVideoClipSource source = newSource())
        using (var loader = new ClipLoader(videos, source, new RandomClip(8), Augmentation, Options))
        {
            for (int round = 0; round < times / 10; round++)
            {
                GiveUpOnce(loader, round, random);
            }

            (long memory, int threads) = (ProcessState.Memory(), ProcessState.Threads);
            for (int round = 0; round < times; round++)
            {
                GiveUpOnce(loader, round, random);
            }

            Assert.That(() => ProcessState.LoaderThreads, Is.Zero.After(5000, 2));
            TestContext.Out.WriteLine(
                $"{times} times: memory {(ProcessState.Memory() - memory) / 1024} KB, handles {ProcessState.Handles - handlesBefore}, threads {ProcessState.Threads - threads}");
            Assert.That(ProcessState.Memory() - memory, Is.LessThan(MostGrowth));
            Assert.That(ProcessState.Threads - threads, Is.LessThan(16), "those of the pool come and go");
            Assert.That(ProcessState.Handles - handlesBefore, Is.LessThanOrEqualTo(keptHandles));
            Assert.That(loader.ReadEpoch(times).Sum(batch => { using (batch) { return batch.Videos.Count; } }), Is.EqualTo(videos.Length), "the loader still serves");
        }

        Assert.Multiple(() =>
        {
            Assert.That(torch.Tensor.TotalCount, Is.EqualTo(tensorsBefore));
            Assert.That(() => ProcessState.Handles, Is.LessThanOrEqualTo(handlesBefore).After(5000, 20));
            Assert.That(() => ProcessState.Children, Is.EqualTo(childrenBefore).After(5000, 20));
        });
    }

    private static void GiveUpOnce(ClipLoader loader, int round, Random random)
    {
        using var cancel = new CancellationTokenSource();
        bool byToken = round % 3 != 0;
        int batches = random.Next(4);
        using var timer = byToken ? new Timer(_ => cancel.Cancel(), null, random.Next(12), Timeout.Infinite) : null;
        try
        {
            foreach (ClipBatch batch in loader.ReadEpoch(round, cancel.Token))
            {
                batch.Dispose();
                if (!byToken && batches-- == 0)
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (byToken)
        {
            // As was asked for.
        }

        // The timer's last call uses the source of the cancellation.
        using var ended = new ManualResetEvent(false);
        if (timer?.Dispose(ended) == true)
        {
            ended.WaitOne();
        }
    }
}
