using TorchSharp;

namespace UcfActionRecognition.Tests.Loading;

[NonParallelizable] // It measures memory of the process.
public class ClipLoaderTests
{
    private static readonly AugmentationPipeline Augmentation = AugmentationPipeline.Create()
        .RandomCrop(0.7, 0.5).RandomHorizontalFlip().Resize(new FrameSize(8, 12)).RandomBrightness(15);

    [Test]
    public void ReadEpoch_WithoutAugmentation_GivesTheVideosPixels()
    {
        // The source's own size: what comes out is what the source holds.
        using var loader = new ClipLoader(
            FormulaVideos.Videos(5), new FormulaVideos(24, 32, 20), new RandomClip(4), AugmentationPipeline.Create().Resize(new FrameSize(24, 32)),
            new ClipLoaderOptions { BatchSize = 2, Workers = 2 });
        foreach (ClipBatch batch in loader.ReadEpoch(0))
        {
            using (batch)
            {
                Assert.That(batch.Frames.shape, Is.EqualTo(new long[] { batch.Videos.Count, 1, 4, 24, 32, 3 }));
                Assert.That(batch.Labels.data<long>().ToArray(), Is.EqualTo(batch.Videos.Select(video => (long)video.Label)));
                for (int i = 0; i < batch.Videos.Count; i++)
                {
                    byte[] clip = batch.Frames[i].bytes.ToArray();
                    int start = Enumerable.Range(0, 17).Single(t => FormulaVideos.Pixel(batch.Videos[i].Name, t, 0) == clip[0]);
                    byte[] expected = [.. Enumerable.Range(0, clip.Length).Select(at =>
                        FormulaVideos.Pixel(batch.Videos[i].Name, start + at / (24 * 32 * 3), at % (24 * 32 * 3)))];
                    Assert.That(clip, Is.EqualTo(expected));
                }
            }
        }
    }

    [TestCase(10, 4, new[] { 3, 3, 4 })]
    [TestCase(101, 100, new[] { 50, 51 })]
    [TestCase(8, 4, new[] { 4, 4 })]
    [TestCase(3, 100, new[] { 3 })]
    public void ReadEpoch_BatchesAreBalancedAndHoldEveryVideoOnce(int videos, int batchSize, int[] sizes)
    {
        using ClipLoader loader = Loader(videos, new ClipLoaderOptions { BatchSize = batchSize });
        Epoch epoch = Read(loader, 0);
        Assert.Multiple(() =>
        {
            Assert.That(epoch.BatchSizes, Is.EqualTo(sizes));
            Assert.That(loader.BatchCount, Is.EqualTo(sizes.Length));
            Assert.That(epoch.Videos, Is.EquivalentTo(FormulaVideos.Videos(videos).Select(video => video.Name)));
        });
    }

    [Test]
    public void ReadEpoch_AnyNumberOfWorkers_GivesTheSameBytes()
    {
        Epoch one = Read(Loader(50, new ClipLoaderOptions { BatchSize = 7, Workers = 1, PrefetchBatches = 1 }), 3);
        Epoch many = Read(Loader(50, new ClipLoaderOptions { BatchSize = 7, Workers = 5, PrefetchBatches = 4 }, jitter: true), 3);
        Assert.Multiple(() =>
        {
            Assert.That(many.Videos, Is.EqualTo(one.Videos));
            Assert.That(many.Bytes, Is.EqualTo(one.Bytes));
        });
    }

    [Test]
    public void ReadEpoch_OtherEpochOrSeed_GivesOtherOrderAndOtherClips()
    {
        Epoch first = Read(Loader(50), 0);
        Epoch nextEpoch = Read(Loader(50), 1);
        Epoch otherSeed = Read(Loader(50, new ClipLoaderOptions { Seed = 1 }), 0);
        Assert.Multiple(() =>
        {
            Assert.That(nextEpoch.Videos, Is.Not.EqualTo(first.Videos));
            Assert.That(otherSeed.Videos, Is.Not.EqualTo(first.Videos));
            Assert.That(nextEpoch.ClipOf("Class0/0"), Is.Not.EqualTo(first.ClipOf("Class0/0")));
            Assert.That(otherSeed.ClipOf("Class0/0"), Is.Not.EqualTo(first.ClipOf("Class0/0")));
        });
    }

    [Test]
    public void ReadEpoch_WithoutShuffle_KeepsTheOrder() =>
        Assert.That(Read(Loader(20, new ClipLoaderOptions { Shuffle = false }), 5).Videos, Is.EqualTo(FormulaVideos.Videos(20).Select(video => video.Name)));

    [Test]
    public void ReadEpoch_ABrokenVideo_IsReplacedTheSameWayByAnyNumberOfWorkers()
    {
        var options = new ClipLoaderOptions { BatchSize = 10, MaxFailureShare = 0.1 };
        Epoch one = Read(Loader(40, options with { Workers = 1 }, broken: ["Class1/7"]), 0);
        Epoch three = Read(Loader(40, options with { Workers = 3 }, broken: ["Class1/7"]), 0);
        Assert.Multiple(() =>
        {
            Assert.That(one.Failures.Select(failure => (failure.Video, failure.Reason)), Is.EqualTo(new[] { ("Class1/7", "'Class1/7' is broken on purpose.") }));
            Assert.That(one.Videos, Has.Count.EqualTo(40).And.None.EqualTo("Class1/7"));
            Assert.That(three.Videos, Is.EqualTo(one.Videos));
            Assert.That(three.Bytes, Is.EqualTo(one.Bytes));
        });
    }

    [Test]
    public void ReadEpochWithGaps_ABrokenVideo_LeavesTheOthersAsTheyWere()
    {
        var options = new ClipLoaderOptions { BatchSize = 4, Shuffle = false };
        Epoch whole = Read(Loader(8, options), 0);
        Epoch gaps = Read(Loader(8, options, broken: ["Class1/1", "Class0/3"]).ReadEpochWithGaps(0, default));
        Assert.Multiple(() =>
        {
            Assert.That(gaps.BatchSizes, Is.EqualTo(new[] { 2, 4 }));
            Assert.That(gaps.Videos, Is.EqualTo(whole.Videos.Where(name => name is not ("Class1/1" or "Class0/3"))));
            Assert.That(gaps.Videos.Select(gaps.ClipOf), Is.EqualTo(gaps.Videos.Select(whole.ClipOf)));
            Assert.That(gaps.Failures.Select(failure => failure.Video), Is.EqualTo(new[] { "Class1/1", "Class0/3" }));
        });
    }

    [Test]
    public void Constructor_ABatchOfMoreThan2GiB_NamesTheOption() =>
        Assert.That(
            () => new ClipLoader(FormulaVideos.Videos(2), new FormulaVideos(), new RandomClip(100_000_000), Augmentation),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("BatchSize is too large"));

    [Test]
    public void ReadEpoch_ASourcesOwnCancellation_IsAnErrorWithTheVideosName()
    {
        var source = new FormulaVideos { Opening = _ => throw new TaskCanceledException("the server took too long") };
        using var loader = new ClipLoader(FormulaVideos.Videos(3), source, new RandomClip(1), Augmentation);
        Assert.That(() => Read(loader, 0), Throws.TypeOf<ActionRecognitionException>().With.Message.EndsWith("failed: the server took too long"));
    }

    [Test]
    public void ReadEpoch_TooManyBrokenVideos_EndsWithAnErrorThatSaysSo()
    {
        string[] broken = [.. FormulaVideos.Videos(40).Take(5).Select(video => video.Name)];
        Assert.That(() => Read(Loader(40, new ClipLoaderOptions { BatchSize = 10, MaxFailureShare = 0.1 }, broken: broken), 0),
            Throws.TypeOf<ActionRecognitionException>().With.Message.Contains("of 40 videos could not be read, more than the share of 0.1"));
    }

    [Test]
    public void ReadEpoch_EveryVideoBroken_EndsWithAnError() =>
        Assert.That(() => Read(Loader(4, new ClipLoaderOptions { MaxFailureShare = 1 }, broken: [.. FormulaVideos.Videos(4).Select(v => v.Name)]), 0),
            Throws.TypeOf<ActionRecognitionException>());

    [Test]
    public void ReadEpoch_AnotherErrorInAWorker_SurfacesWithTheVideosName()
    {
        var source = new FormulaVideos { Opening = video => { if (video == "Class2/5") { throw new FormatException("boom"); } } };
        using var loader = new ClipLoader(FormulaVideos.Videos(20), source, new RandomClip(2), Augmentation);
        Assert.That(() => Read(loader, 0), Throws.TypeOf<ActionRecognitionException>().With.Message.EqualTo("Loading 'Class2/5' failed: boom"));
    }

    [Test]
    public void ReadEpoch_LeftEarly_EndsTheWorkersAndClosesTheReaders()
    {
        int opened = 0;
        var source = new FormulaVideos { Opening = _ => Interlocked.Increment(ref opened) };
        using var loader = new ClipLoader(FormulaVideos.Videos(500), source, new RandomClip(2), Augmentation, new ClipLoaderOptions { BatchSize = 5 });
        foreach (ClipBatch batch in loader.ReadEpoch(0))
        {
            batch.Dispose();
            break;
        }

        int openedAtTheEnd = opened;
        Thread.Sleep(50);
        Assert.Multiple(() =>
        {
            Assert.That(source.OpenReaders, Is.Zero);
            Assert.That(opened, Is.EqualTo(openedAtTheEnd), "no worker goes on");
            Assert.That(opened, Is.LessThanOrEqualTo(15), "one batch taken and two ahead");
        });
    }

    [Test]
    public void ReadEpoch_ASlowConsumer_GetsNoMoreThanThePrefetchedBatchesAhead()
    {
        int opened = 0;
        var source = new FormulaVideos { Opening = _ => Interlocked.Increment(ref opened) };
        using var loader = new ClipLoader(
            FormulaVideos.Videos(100), source, new RandomClip(1), Augmentation, new ClipLoaderOptions { BatchSize = 10, PrefetchBatches = 2, Workers = 4 });
        int taken = 0;
        foreach (ClipBatch batch in loader.ReadEpoch(0))
        {
            taken++;
            Thread.Sleep(20);
            Assert.That(Volatile.Read(ref opened), Is.LessThanOrEqualTo(10 * (taken + 2)));
            batch.Dispose();
        }
    }

    [Test]
    public void ReadEpoch_AnyNumberOfBatchesAhead_ReadsThemAll()
    {
        using ClipLoader loader = Loader(20, new ClipLoaderOptions { BatchSize = 6, PrefetchBatches = int.MaxValue, PrefetchBytes = long.MaxValue });
        Assert.That(Read(loader, 0).BatchSizes, Is.EqualTo(new[] { 5, 5, 5, 5 }));
    }

    [TestCase(1, 1)]
    [TestCase(2 * 10 * 288, 2)]
    [TestCase(100 * 10 * 288, 4)]
    public void ReadEpoch_ASlowConsumer_GetsNoMoreThanThePrefetchedBytesAhead(long prefetchBytes, int batchesAhead)
    {
        // A clip of 8 x 12 x 3 takes 288 bytes.
        int opened = 0;
        var source = new FormulaVideos { Opening = _ => Interlocked.Increment(ref opened) };
        var options = new ClipLoaderOptions { BatchSize = 10, PrefetchBatches = 4, PrefetchBytes = prefetchBytes };
        using var loader = new ClipLoader(FormulaVideos.Videos(100), source, new RandomClip(1), Augmentation, options);
        int most = 0;
        int taken = 0;
        foreach (ClipBatch batch in loader.ReadEpoch(0))
        {
            batch.Dispose();
            taken++;
            int allowed = Math.Min(100, 10 * (taken + batchesAhead));
            SpinWait.SpinUntil(() => Volatile.Read(ref opened) >= allowed, 5000);
            Thread.Sleep(2);
            most = Math.Max(most, Volatile.Read(ref opened) - (10 * taken));
        }

        Assert.That(most, Is.EqualTo(10 * batchesAhead));
    }

    [Test]
    public void ReadEpoch_CancelledOrLeftAnywhere_LeavesNothingBehind()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long tensors = torch.Tensor.TotalCount;
        var random = new Random(7);
        var source = new FormulaVideos();
        using (var loader = new ClipLoader(
            FormulaVideos.Videos(60), source, new RandomClip(2), Augmentation, new ClipLoaderOptions { BatchSize = 4, Workers = 3 }))
        {
            for (int round = 1; round <= 200; round++)
            {
                Abandon(loader, round, random.Next(15));
                Assert.That(torch.Tensor.TotalCount - tensors, Is.LessThanOrEqualTo(3), "buffers: two made ahead and one in use");
            }

            Assert.That(loader.ReadEpoch(0).Sum(batch => { using (batch) { return batch.Videos.Count; } }), Is.EqualTo(60), "the loader still serves");
        }

        Assert.Multiple(() =>
        {
            Assert.That(torch.Tensor.TotalCount, Is.EqualTo(tensors));
            Assert.That(source.OpenReaders, Is.Zero);
        });

        static void Abandon(ClipLoader loader, int epoch, int afterBatches)
        {
            using var cancel = new CancellationTokenSource();
            bool byToken = epoch % 2 == 0;
            try
            {
                foreach (ClipBatch batch in loader.ReadEpoch(epoch, cancel.Token))
                {
                    batch.Dispose();
                    if (afterBatches-- > 0)
                    {
                        continue;
                    }

                    if (!byToken)
                    {
                        break;
                    }

                    cancel.CancelAfter(epoch % 3);
                }
            }
            catch (OperationCanceledException) when (byToken)
            {
            }
        }
    }

    [Test]
    public void ReadEpoch_Hdf5InSteadyState_AllocatesLessThanAKilobytePerClip()
    {
        using var folder = new TemporaryFolder();
        LabeledVideo[] videos = FormulaVideos.Videos(100);
        foreach (LabeledVideo video in videos)
        {
            Hdf5VideoWriter.Write(folder[video.Name + ".hdf5"], 24, 32, new byte[20 * 24 * 32 * 3]);
        }

        // Fewer handles than videos: files are opened again in every epoch, as with a data set of thousands.
        using var source = new Hdf5VideoClipSource(folder.Path, new() { MaxOpenFiles = 4 });
        using var loader = new ClipLoader(videos, source, new RandomClip(16), Augmentation, new ClipLoaderOptions { Workers = 2 });
        ReadAll(0);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int epoch = 1; epoch <= 10; epoch++)
        {
            ReadAll(epoch);
        }

        Assert.That((GC.GetTotalAllocatedBytes(precise: true) - before) / (10 * videos.Length), Is.LessThan(1024));

        void ReadAll(int epoch)
        {
            foreach (ClipBatch batch in loader.ReadEpoch(epoch))
            {
                batch.Dispose();
            }
        }
    }

    [Test]
    [Platform("Linux")]
    public void ReadEpoch_PeakMemory_IsThatOfTheBatches()
    {
        // A clip takes 8 MiB, the frames that it is made of 84: a worker holds one of them at a time.
        const int Batch = 10;
        using var folder = new TemporaryFolder();
        Hdf5VideoWriter.Write(folder["Class0/0.hdf5"], 1600, 2200, new byte[10 * 1600 * 2200 * 3]);
        using var source = new Hdf5VideoClipSource(folder.Path);
        var size = new FrameSize(512, 683);
        long batchBytes = Batch * 8 * 3L * size.Height * size.Width;
        var options = new ClipLoaderOptions { BatchSize = Batch, PrefetchBatches = 2, Workers = 2 };
        LabeledVideo[] videos = [.. Enumerable.Repeat(FormulaVideos.Videos(1)[0], 80)];
        using var loader = new ClipLoader(videos, source, new RandomClip(8), AugmentationPipeline.Create().Resize(size), options);
        PeakMemory memory = PeakMemory.Of(() =>
        {
            foreach (ClipBatch batch in loader.ReadEpoch(0))
            {
                batch.Dispose();
            }
        });
        Assert.That(memory.Rise, Is.LessThan(((options.PrefetchBatches + 2) * batchBytes) + (64 << 20)));
    }

    [Test]
    public void Dispose_WithABatchInUse_FreesItWhenThatIsDisposed()
    {
        ClipLoader loader = Loader(20, new ClipLoaderOptions { BatchSize = 5 });
        using IEnumerator<ClipBatch> batches = loader.ReadEpoch(0).GetEnumerator();
        batches.MoveNext();
        loader.Dispose();
        using (ClipBatch batch = batches.Current)
        {
            Assert.That(batch.Frames.bytes.Length, Is.Not.Zero);
        }

        Assert.That(() => Read(loader, 1), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void Constructor_PinnedMemoryWithoutCuda_SaysSo()
    {
        if (torch.cuda_is_available())
        {
            Assert.Ignore("Needs a machine without CUDA.");
        }

        Assert.That(() => Loader(2, new ClipLoaderOptions { PinMemory = true }), Throws.ArgumentException.With.Message.StartsWith("PinMemory needs a CUDA device"));
    }

    [Test]
    public void ReadEpoch_Cancelled_Throws()
    {
        using var cancel = new CancellationTokenSource();
        using ClipLoader loader = Loader(100, new ClipLoaderOptions { BatchSize = 5 });
        Assert.That(() =>
        {
            foreach (ClipBatch batch in loader.ReadEpoch(0, cancel.Token))
            {
                batch.Dispose();
                cancel.Cancel();
            }
        }, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void ClipBatch_AfterDispose_ThrowsAndItsBufferServesAgain()
    {
        using ClipLoader loader = Loader(30, new ClipLoaderOptions { BatchSize = 5, PrefetchBatches = 1 });
        var buffers = new HashSet<nint>();
        foreach (ClipBatch batch in loader.ReadEpoch(0))
        {
            unsafe
            {
                fixed (byte* first = batch.Frames.bytes)
                {
                    buffers.Add((nint)first);
                }
            }

            batch.Dispose();
            Assert.That(() => batch.Frames, Throws.InstanceOf<ObjectDisposedException>());
            Assert.That(() => batch.Labels, Throws.InstanceOf<ObjectDisposedException>());
        }

        Assert.That(buffers, Has.Count.LessThanOrEqualTo(3), "six batches, three buffers at most");
    }

    [Test]
    public void ReadEpoch_InsideADisposeScope_LeavesNoTensorBehind()
    {
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (ClipLoader loader = Loader(20, new ClipLoaderOptions { BatchSize = 5 }))
        {
            Read(loader, 0);
            using (torch.NewDisposeScope())
            {
                Read(loader, 1);
            }
        }

        Assert.That(DisposeScopeManager.Statistics.ThreadTotalLiveCount, Is.EqualTo(before));
    }

    [Test]
    public void Constructor_NothingToLoad_Throws() =>
        Assert.That(() => Loader(0), Throws.ArgumentException.With.Message.StartsWith("There is no video to load."));

    [Test]
    public void Constructor_NoResize_Throws() =>
        Assert.That(() => new ClipLoader(FormulaVideos.Videos(2), new FormulaVideos(), new RandomClip(1), AugmentationPipeline.Create()),
            Throws.ArgumentException.With.Message.StartsWith("The pipeline must contain Resize"));

    [Test]
    public void Constructor_OptionOutOfRange_NamesIt() => Assert.Multiple(() =>
    {
        Assert.That(() => Loader(2, new ClipLoaderOptions { BatchSize = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("BatchSize"));
        Assert.That(() => Loader(2, new ClipLoaderOptions { Workers = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("Workers"));
        Assert.That(() => Loader(2, new ClipLoaderOptions { PrefetchBatches = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("PrefetchBatches"));
        Assert.That(() => Loader(2, new ClipLoaderOptions { PrefetchBytes = 0 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("PrefetchBytes"));
        Assert.That(() => Loader(2, new ClipLoaderOptions { MaxFailureShare = 2 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("MaxFailureShare"));
    });

    private static ClipLoader Loader(int videos, ClipLoaderOptions? options = null, string[]? broken = null, bool jitter = false)
    {
        var source = new FormulaVideos
        {
            Broken = [.. broken ?? []],
            Opening = jitter ? _ => Thread.Sleep(Random.Shared.Next(3)) : null,
        };
        return new ClipLoader(FormulaVideos.Videos(videos), source, new RandomClip(3), Augmentation, options);
    }

    private static Epoch Read(ClipLoader loader, int number) => Read(loader.ReadEpoch(number));

    private static Epoch Read(IEnumerable<ClipBatch> batches)
    {
        var epoch = new Epoch();
        foreach (ClipBatch batch in batches)
        {
            using (batch)
            {
                epoch.BatchSizes.Add(batch.Videos.Count);
                epoch.Videos.AddRange(batch.Videos.Select(video => video.Name));
                epoch.Bytes.AddRange(batch.Frames.bytes);
                epoch.Failures.AddRange(batch.Failures);
            }
        }

        return epoch;
    }

    private sealed class Epoch
    {
        public List<int> BatchSizes { get; } = [];

        public List<string> Videos { get; } = [];

        public List<byte> Bytes { get; } = [];

        public List<VideoFailure> Failures { get; } = [];

        public byte[] ClipOf(string video)
        {
            int clip = Bytes.Count / Videos.Count;
            return [.. Bytes.Skip(Videos.IndexOf(video) * clip).Take(clip)];
        }
    }
}
