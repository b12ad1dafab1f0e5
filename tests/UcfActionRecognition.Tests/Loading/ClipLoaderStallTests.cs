using TorchSharp;

namespace UcfActionRecognition.Tests.Loading;

/// <summary>Workers that hang, as on a network drive whose server is gone.</summary>
[NonParallelizable] // It counts threads and tensors of the process.
public class ClipLoaderStallTests
{
    private const int Videos = 30;
    private static readonly FrameSize Size = new(24, 32);
    private static readonly AugmentationPipeline Augmentation = AugmentationPipeline.Create().Resize(Size);

    private static readonly ClipLoaderOptions Options = new()
    {
        BatchSize = 5,
        Workers = 3,
        Shuffle = false,
        StallTimeout = TimeSpan.FromMilliseconds(400),
    };

    [Test]
    [Platform("Linux")]
    public void ReadEpoch_AWorkerHangs_NamesTheVideoAndEndsTheOthers()
    {
        using var source = new HangingVideos("Class1/7");
        using var loader = new ClipLoader(FormulaVideos.Videos(Videos), source, new CenterClip(2), Augmentation, Options);
        Assert.That(
            () => Count(loader.ReadEpoch(0)),
            Throws.TypeOf<ActionRecognitionException>().With.Message.Matches(
                @"^Loading hangs: no clip was finished for 0\.4 s\. Being read: 'Class1/7' for \d+(\.\d)? s\. " +
                @"Check their disk or network drive; if it only is slow, raise ClipLoaderOptions\.StallTimeout\.$"));
        Assert.That(() => ProcessState.LoaderThreads, Is.EqualTo(1).After(10_000, 2), "the one that cannot be ended");
        source.Release();
        Assert.That(() => ProcessState.LoaderThreads, Is.Zero.After(10_000, 10), "and ends when it can");
    }

    [Test]
    public void ReadEpoch_AllWorkersHang_NamesTheirVideos()
    {
        using var source = new HangingVideos("Class0/0", "Class1/1", "Class2/2");
        using var loader = new ClipLoader(FormulaVideos.Videos(Videos), source, new CenterClip(2), Augmentation, Options);
        Assert.That(
            () => Count(loader.ReadEpoch(0)),
            Throws.TypeOf<ActionRecognitionException>()
                .With.Message.Contains("'Class0/0' for ").And.Message.Contains("'Class1/1' for ").And.Message.Contains("'Class2/2' for "));
        source.Release();
    }

    [Test]
    public void ReadEpoch_AfterAHang_NeverUsesTheMemoryThatTheHangingWorkerWritesTo()
    {
        long tensors = torch.Tensor.TotalCount;
        using (var source = new HangingVideos("Class1/1"))
        {
            using var loader = new ClipLoader(FormulaVideos.Videos(Videos), source, new CenterClip(2), Augmentation, Options);
            Assert.That(() => Count(loader.ReadEpoch(0)), Throws.TypeOf<ActionRecognitionException>());

            // The next epoch goes well. Its batches are held until the old worker has come back and written its clip.
            source.Hangs = [];
            List<ClipBatch> batches = [.. loader.ReadEpoch(1)];
            source.Release();
            Assert.That(() => source.Written, Is.EqualTo(1).After(10_000, 10));
            foreach (ClipBatch batch in batches)
            {
                Assert.That(batch.Frames.bytes.ToArray(), Has.None.EqualTo(HangingVideos.Late));
                batch.Dispose();
            }
        }

        Assert.That(() => torch.Tensor.TotalCount, Is.EqualTo(tensors).After(10_000, 10), "its memory is freed when it comes back");
    }

    [Test]
    public void ReadEpoch_CancelledWhileAWorkerHangs_EndsAllTheSame()
    {
        using var source = new HangingVideos("Class1/1");
        using var loader = new ClipLoader(FormulaVideos.Videos(Videos), source, new CenterClip(2), Augmentation, Options with { StallTimeout = TimeSpan.FromSeconds(1) });
        using var cancel = new CancellationTokenSource();
        source.Hanging = cancel.Cancel;
        Assert.That(() => Count(loader.ReadEpoch(0, cancel.Token)), Throws.InstanceOf<OperationCanceledException>());
        source.Release();
    }

    [Test]
    public void ReadEpoch_SlowButNotHanging_GoesOn()
    {
        // One batch takes longer than the time-out, none of its clips does.
        var source = new FormulaVideos { Opening = _ => Thread.Sleep(40) };
        using var loader = new ClipLoader(
            FormulaVideos.Videos(Videos), source, new CenterClip(2), Augmentation, new() { BatchSize = Videos, Workers = 1, StallTimeout = TimeSpan.FromSeconds(1) });
        Assert.That(Count(loader.ReadEpoch(0)), Is.EqualTo(Videos));
    }

    [Test]
    public void ReadEpoch_SeveralSlowFailuresInAPlace_AreNoHang()
    {
        // A video's replacements fail too, each within the time: together they take longer.
        LabeledVideo[] videos = FormulaVideos.Videos(10);
        var source = new FormulaVideos { Broken = [.. videos.Select(video => video.Name)], Opening = _ => Thread.Sleep(100) };
        using var loader = new ClipLoader(
            videos, source, new CenterClip(2), Augmentation, new() { BatchSize = 1, Workers = 1, MaxFailureShare = 1, StallTimeout = TimeSpan.FromMilliseconds(700) });
        Assert.That(
            () => Count(loader.ReadEpoch(0)),
            Throws.TypeOf<ActionRecognitionException>().With.Message.Matches(
                @"^None of the 10 videos could be read\. The last was 'Class\d/\d': '.*' is broken on purpose\.$"));
    }

    private static readonly Exception[] Errors =
    [
        new InvalidCastException("boom"), new InsufficientMemoryException("boom"), new AggregateException("boom"), new IOException("boom"), new TimeoutException("boom"),
    ];

    [TestCaseSource(nameof(Errors))]
    [Platform("Linux")]
    public void ReadEpoch_AnyErrorInAWorker_NamesVideoAndCauseAndEndsTheOthers(Exception thrown)
    {
        var source = new FormulaVideos { Opening = video => { if (video == "Class2/5") { throw thrown; } } };
        using var loader = new ClipLoader(FormulaVideos.Videos(Videos), source, new CenterClip(2), Augmentation, Options);
        Assert.That(
            () => Count(loader.ReadEpoch(0)),
            Throws.TypeOf<ActionRecognitionException>().With.Message.EqualTo("Loading 'Class2/5' failed: boom").And.InnerException.SameAs(thrown));
        Assert.That(() => ProcessState.LoaderThreads, Is.Zero.After(10_000, 2));
        Assert.That(source.OpenReaders, Is.Zero);
    }

    [TestCase(0)]
    [TestCase(-5)]
    [TestCase(25 * 86_400)]
    public void Constructor_StallTimeoutOutOfRange_NamesIt(int seconds) => Assert.That(
        () => new ClipLoader(
            FormulaVideos.Videos(2), new FormulaVideos(), new CenterClip(2), Augmentation, new() { StallTimeout = TimeSpan.FromSeconds(seconds) }),
        Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("StallTimeout"));

    [Test]
    public void ReadEpoch_InfiniteStallTimeout_Reads()
    {
        using var loader = new ClipLoader(
            FormulaVideos.Videos(Videos), new FormulaVideos(), new CenterClip(2), Augmentation, Options with { StallTimeout = Timeout.InfiniteTimeSpan });
        Assert.That(Count(loader.ReadEpoch(0)), Is.EqualTo(Videos));
    }

    private static int Count(IEnumerable<ClipBatch> batches)
    {
        int count = 0;
        foreach (ClipBatch batch in batches)
        {
            using (batch)
            {
                count += batch.Videos.Count;
            }
        }

        return count;
    }

    /// <summary>Videos of even frames, all but some of which are read at once; the others when they are released.</summary>
    private sealed class HangingVideos(params string[] hangs) : IVideoClipSource
    {
        /// <summary>The value of what a worker writes that hung.</summary>
        public const byte Late = 77;

        private readonly ManualResetEventSlim _released = new();
        private int _written;

        public string[] Hangs { get; set; } = hangs;

        /// <summary>Called when a worker begins to hang.</summary>
        public Action? Hanging { get; set; }

        /// <summary>Clips that were read by workers that hung.</summary>
        public int Written => Volatile.Read(ref _written);

        public void Release() => _released.Set();

        public VideoReader Open(string video, CancellationToken cancel = default) => new Reader(this, Hangs.Contains(video));

        // The event stays: the worker may be at it still.
        public void Dispose() => Release();

        private sealed class Reader(HangingVideos owner, bool hangs) : VideoReader
        {
            public override VideoInfo Info { get; } = new(Size.Height, Size.Width, 10);

            public override void ReadFrames(ReadOnlySpan<int> frames, Span<byte> rgb)
            {
                if (hangs)
                {
                    owner.Hanging?.Invoke();
                    owner._released.Wait();
                }

                rgb.Fill(hangs ? Late : (byte)1);
            }

            public override bool ReadNext(Span<byte> rgb) => throw new NotSupportedException();

            protected override void Dispose(bool disposing)
            {
                if (hangs)
                {
                    Interlocked.Increment(ref owner._written);
                }

                base.Dispose(disposing);
            }
        }
    }
}
