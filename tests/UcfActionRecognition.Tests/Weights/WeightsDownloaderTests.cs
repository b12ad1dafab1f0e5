using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>Downloads from a server on this machine that does what servers and lines do.</summary>
public sealed class WeightsDownloaderTests
{
    private static readonly byte[] File300 = Weights(classes: 1000);
    private static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(File300));

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public async Task Download_GoodServer_WritesTheFileAndReportsProgress()
    {
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, File300));
        var reports = new List<WeightsDownloadProgress>();

        string path = await DownloadAsync(server, progress: new Reported<WeightsDownloadProgress>(reports.Add));

        Assert.That(path, Is.EqualTo(_folder["w.pth"]));
        AssertOnlyTheWholeFile();
        Assert.That(reports.Select(report => report.Bytes), Is.Ordered.Ascending);
        Assert.That(reports[^1], Is.EqualTo(new WeightsDownloadProgress(Known(server), 300_000, 300_000, Attempt: 1)));
    }

    [Test]
    public async Task Download_OfUnpublishedSizeWithoutContentLength_TakesAllThatComes()
    {
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, "200 OK", File300));
        var reports = new List<WeightsDownloadProgress>();

        await DownloadAsync(server, known => known with { Bytes = null, Sha256 = Hash[..8] }, new Reported<WeightsDownloadProgress>(reports.Add));

        AssertOnlyTheWholeFile();
        Assert.That(reports[^1].TotalBytes, Is.Null);
    }

    [Test]
    public async Task Download_IntoANewFolder_CreatesIt()
    {
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, File300));
        using var downloader = new WeightsDownloader(Options);

        await downloader.DownloadAsync(Known(server), _folder["a/b"], progress: null, CancellationToken.None);

        Assert.That(_folder.Files(), Is.EqualTo(new[] { "a/b/w.pth" }));
    }

    [Test]
    public async Task Download_FileIsThereAndRight_AsksNoServer()
    {
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, File300));
        File.WriteAllBytes(_folder["w.pth"], File300);

        await DownloadAsync(server);

        Assert.That(server.Requests, Is.Empty);
    }

    [Test]
    public async Task Download_FileIsThereAndDamaged_ReplacesIt()
    {
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, File300));
        byte[] damaged = [.. File300];
        damaged[150_000] ^= 1;
        File.WriteAllBytes(_folder["w.pth"], damaged);

        await DownloadAsync(server);

        AssertOnlyTheWholeFile();
        Assert.That(server.Requests, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Download_ServerStallsOnce_BeginsAnew()
    {
        var time = new ManualTime();
        await using var server = new WeightsServer(async (request, _, stream, stop) =>
        {
            if (request > 1)
            {
                await WeightsServer.SendAsync(stream, File300);
                return;
            }

            await WeightsServer.SendAsync(stream, File300.AsMemory(0, 100_000), length: 300_000);
            Task left = UntilTheClientLeavesAsync(stream, stop);
            while (!left.IsCompleted)
            {
                time.RunOut();
                await Task.Delay(1, stop);
            }
        });

        await DownloadAsync(server, options: Options with { Time = time });

        AssertOnlyTheWholeFile();
        Assert.That(server.Requests, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task Download_ServerNeverAnswers_FailsAndLeavesNothing()
    {
        var time = new ManualTime();
        await using var server = new WeightsServer(async (_, _, stream, stop) =>
        {
            time.RunOut();
            await stream.ReadExactlyAsync(new byte[1], stop);
        });

        WeightsUnavailableException error = Fails(server, options: Options with { Time = time });

        Assert.That(error.Message, Is.EqualTo(
            $"w: {server.Address} cannot be downloaded: 3 attempts failed, the last one because nothing came for 30 seconds. "
            + "Check the connection and try again."));
        Assert.That(server.Requests, Has.Length.EqualTo(3));
    }

    [Test]
    public async Task Download_ServerDrips_FailsAndLeavesNothing()
    {
        var time = new ManualTime();
        long received = 0;
        await using var server = new WeightsServer((_, _, stream, stop) =>
            SendSlowlyAsync(stream, pieceBytes: 1, time, received: () => Volatile.Read(ref received), stop));

        WeightsUnavailableException error = Fails(
            server, options: Options with { Time = time }, progress: new Reported<WeightsDownloadProgress>(report => received = report.Bytes));

        Assert.That(error.Message, Does.Contain("3 attempts failed, the last one because only 2 bytes came in 30 seconds. "));
        Assert.That(server.Requests, Has.Length.EqualTo(3));
    }

    [Test]
    public async Task Download_SlowLine_IsWaitedFor()
    {
        var time = new ManualTime();
        long received = 0;
        await using var server = new WeightsServer((_, _, stream, stop) =>
            SendSlowlyAsync(stream, pieceBytes: 64 << 10, time, received: () => Volatile.Read(ref received), stop));

        await DownloadAsync(
            server, progress: new Reported<WeightsDownloadProgress>(report => received = report.Bytes), options: Options with { Time = time });

        AssertOnlyTheWholeFile();
        Assert.That(server.Requests, Has.Length.EqualTo(1));
        Assert.That(time.GetElapsedTime(0), Is.EqualTo(TimeSpan.FromSeconds(4 * 29)));
    }

    [Test]
    public async Task Download_SlowDisk_IsNoStall()
    {
        var time = new ManualTime();
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, File300));

        // What runs between two pieces of data takes longer than the server may.
        await DownloadAsync(
            server, progress: new Reported<WeightsDownloadProgress>(_ => time.Advance(TimeSpan.FromMinutes(1))), options: Options with { Time = time });

        AssertOnlyTheWholeFile();
        Assert.That(server.Requests, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Download_ServerCutsOffOnce_BeginsAnew()
    {
        await using var server = new WeightsServer((request, _, stream, _) => request > 1
            ? WeightsServer.SendAsync(stream, File300)
            : WeightsServer.SendAsync(stream, File300.AsMemory(0, 150_000), length: 300_000));
        var attempts = new HashSet<int>();

        await DownloadAsync(server, progress: new Reported<WeightsDownloadProgress>(report => attempts.Add(report.Attempt)));

        AssertOnlyTheWholeFile();
        Assert.That(attempts, Does.Contain(2));
    }

    [Test]
    public async Task Download_ServerCutsOffEachTime_FailsAndLeavesNothing()
    {
        await using var server = new WeightsServer((_, _, stream, _) =>
            WeightsServer.SendAsync(stream, File300.AsMemory(0, 150_000), length: 300_000));

        Assert.That(Fails(server).Message, Does.Contain("3 attempts failed, the last one because the connection failed ("));
        Assert.That(server.Requests, Has.Length.EqualTo(3));
    }

    [Test]
    public async Task Download_CutOffWithoutContentLength_IsNoticedByTheSize()
    {
        await using var server = new WeightsServer((_, _, stream, _) =>
            WeightsServer.SendAsync(stream, "200 OK", File300.AsMemory(0, 150_000)));

        Assert.That(Fails(server).Message, Does.Contain("the last one because the data ended after 150,000 of 300,000 bytes"));
    }

    [Test]
    public async Task Download_Redirected_Follows()
    {
        await using var server = new WeightsServer((_, path, stream, _) => path == "/w.pth"
            ? WeightsServer.SendAsync(stream, "302 Found", ReadOnlyMemory<byte>.Empty, "Location: /elsewhere/x", "Content-Length: 0")
            : WeightsServer.SendAsync(stream, File300));

        await DownloadAsync(server);

        AssertOnlyTheWholeFile();
        Assert.That(server.Requests, Is.EqualTo(new[] { "/w.pth", "/elsewhere/x" }));
    }

    [Test]
    public async Task Download_RedirectedInALoop_GivesUp()
    {
        await using var server = new WeightsServer((_, _, stream, _) =>
            WeightsServer.SendAsync(stream, "302 Found", ReadOnlyMemory<byte>.Empty, "Location: /w.pth", "Content-Length: 0"));

        Assert.That(Fails(server).Message, Is.EqualTo(
            $"w: {server.Address} cannot be downloaded: the server redirects more than 5 times."));
        Assert.That(server.Requests, Has.Length.EqualTo(6));
    }

    [TestCase("file:///etc/hostname")]
    [TestCase("ftp://127.0.0.1/w.pth")]
    public async Task Download_RedirectedToAnotherScheme_GivesUp(string location)
    {
        await using var server = new WeightsServer((_, _, stream, _) =>
            WeightsServer.SendAsync(stream, "302 Found", ReadOnlyMemory<byte>.Empty, $"Location: {location}", "Content-Length: 0"));

        Assert.That(Fails(server).Message, Does.EndWith($"the server redirects to {location}, which is no https address."));
        Assert.That(server.Requests, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Download_RedirectedNowhere_GivesUp()
    {
        await using var server = new WeightsServer((_, _, stream, _) =>
            WeightsServer.SendAsync(stream, "302 Found", ReadOnlyMemory<byte>.Empty, "Content-Length: 0"));

        Assert.That(Fails(server).Message, Does.EndWith("the server answered 302 (Found)."));
    }

    [Test]
    public async Task Download_WrongBytes_IsRefusedAtOnce()
    {
        byte[] wrong = [.. File300];
        wrong[^1] ^= 1;
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, wrong));

        Assert.That(Fails(server).Message, Is.EqualTo(
            $"w: {server.Address} cannot be downloaded: what comes is not the published file: its SHA-256 is "
            + $"{Convert.ToHexStringLower(SHA256.HashData(wrong))}, not {Hash}."));
        Assert.That(server.Requests, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Download_WrongBytes_LeavesTheFileThatWasThere()
    {
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, new byte[300_000]));
        File.WriteAllText(_folder["w.pth"], "damaged");

        Assert.ThrowsAsync<WeightsUnavailableException>(() => DownloadAsync(server));

        Assert.That(_folder.Files(), Is.EqualTo(new[] { "w.pth" }));
        Assert.That(File.ReadAllText(_folder["w.pth"]), Is.EqualTo("damaged"));
    }

    [Test]
    public async Task Download_AnotherContentLength_IsRefusedBeforeTheData()
    {
        // A page of a hotel's network, say, in place of the file.
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, "<html>"u8.ToArray()));

        Assert.That(Fails(server).Message, Does.EndWith("not the published file: it has 6 bytes in place of 300,000."));
        Assert.That(server.Requests, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Download_MoreBytesThanPublished_StopsReading()
    {
        await using var server = new WeightsServer((_, _, stream, stop) => SendForeverAsync(stream, stop));

        Assert.That(Fails(server).Message, Does.EndWith("not the published file: it has more than 300,000 bytes."));
    }

    [Test]
    public async Task Download_OfUnpublishedSize_HasALimit()
    {
        await using var server = new WeightsServer((_, _, stream, stop) => SendForeverAsync(stream, stop));

        WeightsUnavailableException error = Fails(server, known => known with { Bytes = null }, Options with { MaxBytes = 400_000 });

        Assert.That(error.Message, Does.EndWith("not the published file: it has more than 400,000 bytes."));
    }

    [Test]
    public async Task Download_OfUnpublishedSize_MayBeATrainingCheckpoint()
    {
        // Weights of a 3D ResNet-101 and the momentum of each.
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, File300, length: 700_000_000));

        Assert.That(Fails(server, Unpublished).Message, Does.Contain("the last one because the connection failed ("));
    }

    [Test]
    public async Task Download_MirrorCutsOffOnce_BeginsAnew()
    {
        await using var server = new WeightsServer((request, _, stream, _) =>
            WeightsServer.SendAsync(stream, "200 OK", request > 1 ? File300 : File300.AsMemory(0, 150_000)));

        await DownloadAsync(server, Unpublished);

        AssertOnlyTheWholeFile();
        Assert.That(server.Requests, Has.Length.EqualTo(2));
    }

    [Test]
    public async Task Download_MirrorCutsOffEachTime_FailsAndLeavesNothing()
    {
        await using var server = new WeightsServer((_, _, stream, _) =>
            WeightsServer.SendAsync(stream, "200 OK", File300.AsMemory(0, 150_000)));

        Assert.That(Fails(server, Unpublished).Message, Does.StartWith(
            $"w: {server.Address} cannot be downloaded: 3 attempts failed, the last one because it cannot be read. w.pth: "));
        Assert.That(server.Requests, Has.Length.EqualTo(3));
    }

    [Test]
    public async Task Download_MirrorHasAnotherFile_IsRefusedAtOnce()
    {
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, Weights(classes: 700)));

        Assert.That(Fails(server, Unpublished).Message, Is.EqualTo(
            $"w: {server.Address} cannot be downloaded: what comes is not the published file: its classifier has 700 classes, that of ImageNet-1K "
            + "has 1000."));
        Assert.That(server.Requests, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Download_MirrorHasAnotherNetwork_IsRefusedAtOnce()
    {
        using ResNet2D model = TestModels.Small(classes: 1000);
        ModelCheckpoint.Save(_folder["resnet18"], model);
        byte[] file = File.ReadAllBytes(_folder["resnet18"]);
        File.Delete(_folder["resnet18"]);
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, file));

        Assert.That(Fails(server, Unpublished).Message, Is.EqualTo(
            $"w: {server.Address} cannot be downloaded: what comes is not the published file: by its keys and shapes it is of resnet18 with 1000 "
            + "classes, not of resnet50."));
    }

    [Test]
    public async Task Download_MirrorHasNoWeights_IsRefusedAtOnce()
    {
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, "<html>"u8.ToArray()));

        Assert.That(Fails(server, Unpublished).Message, Does.Contain(
            "what comes is not the published file: it cannot be read. w.pth: neither a safetensors file nor one of PyTorch's"));
        Assert.That(server.Requests, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Download_FileWithoutHashIsThereAndDamaged_ReplacesIt()
    {
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, File300));
        File.WriteAllBytes(_folder["w.pth"], File300[..150_000]);

        await DownloadAsync(server, Unpublished);

        AssertOnlyTheWholeFile();
    }

    [Test]
    public async Task Download_FileOfTheUsersOwnIsThere_IsRefusedAndLeftAsItIs()
    {
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, File300));
        byte[] own = Weights(classes: 700);
        File.WriteAllBytes(_folder["w.pth"], own);

        Assert.That(
            async () => await PretrainedWeights.FetchAsync(
                Unpublished(Known(server)), _folder.Path, Options, progress: null, CancellationToken.None),
            Throws.TypeOf<WeightsFormatException>().With.Message.Contains("700 classes, that of ImageNet-1K has 1000. Rename it, "));
        Assert.That(File.ReadAllBytes(_folder["w.pth"]), Is.EqualTo(own));
    }

    [Test]
    public async Task Download_NotFound_FailsAtOnce()
    {
        await using var server = new WeightsServer((_, _, stream, _) =>
            WeightsServer.SendAsync(stream, "404 Not Found", ReadOnlyMemory<byte>.Empty, "Content-Length: 0"));

        WeightsUnavailableException error = Fails(server);

        Assert.That(error.Message, Is.EqualTo($"w: {server.Address} cannot be downloaded: the server answered 404 (NotFound)."));
        Assert.That(error.Weights!.Name, Is.EqualTo("w"));
        Assert.That(server.Requests, Has.Length.EqualTo(1));
    }

    [TestCase("500 Oops")]
    [TestCase("503 Busy")]
    [TestCase("429 Slowly")]
    public async Task Download_ServerIsBusyOnce_TriesAgain(string status)
    {
        await using var server = new WeightsServer((request, _, stream, _) => request > 1
            ? WeightsServer.SendAsync(stream, File300)
            : WeightsServer.SendAsync(stream, status, ReadOnlyMemory<byte>.Empty, "Content-Length: 0"));

        await DownloadAsync(server);

        AssertOnlyTheWholeFile();
    }

    [Test]
    public async Task Download_NoServer_Fails()
    {
        Uri address;
        await using (var server = new WeightsServer((_, _, _, _) => Task.CompletedTask))
        {
            address = server.Address;
        }

        using var downloader = new WeightsDownloader(Options);
        Assert.That(
            async () => await downloader.DownloadAsync(Known(address), _folder.Path, progress: null, CancellationToken.None),
            Throws.TypeOf<WeightsUnavailableException>().With.Message.Contains("3 attempts failed, the last one because the connection failed ("));
        Assert.That(_folder.Files(), Is.Empty);
    }

    [Test]
    public async Task Download_Cancelled_StopsAndLeavesNothing()
    {
        using var cancel = new CancellationTokenSource();
        await using var server = new WeightsServer(async (_, _, stream, stop) =>
        {
            await WeightsServer.SendAsync(stream, File300.AsMemory(0, 100_000), length: 300_000);
            await stream.ReadExactlyAsync(new byte[1], stop);
        });
        using var downloader = new WeightsDownloader(Options);

        Assert.That(
            async () => await downloader.DownloadAsync(
                Known(server), _folder.Path, new Reported<WeightsDownloadProgress>(_ => cancel.Cancel()), cancel.Token),
            Throws.InstanceOf<OperationCanceledException>());

        Assert.That(_folder.Files(), Is.Empty);
        Assert.That(server.Requests, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Download_DiskIsFull_FailsAndLeavesNothing()
    {
        using var disk = new SmallDisk();
        byte[] large = new byte[8 << 20];
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, "200 OK", large));
        KnownWeights known = Unpublished(Known(server));
        using var downloader = new WeightsDownloader(Options);

        Assert.That(
            async () => await downloader.DownloadAsync(known, disk.Path, progress: null, CancellationToken.None),
            Throws.TypeOf<WeightsUnavailableException>().With.Message.Contains("w.pth: cannot be written. "));
        Assert.That(disk.Files(), Is.Empty);
        Assert.That(server.Requests, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Download_LargerThanWhatIsFree_FailsBeforeTheData()
    {
        using var disk = new SmallDisk();
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, File300, length: 8 << 20));
        using var downloader = new WeightsDownloader(Options);

        Assert.That(
            async () => await downloader.DownloadAsync(Unpublished(Known(server)), disk.Path, progress: null, CancellationToken.None),
            Throws.TypeOf<WeightsUnavailableException>()
                .With.Message.EndsWith("w.pth: cannot be written. It has 8,388,608 bytes; 1,048,576 are free on its disk."));
        Assert.That(disk.Files(), Is.Empty);
        Assert.That(server.Requests, Has.Length.EqualTo(1));
    }

    [Test]
    public void Download_FolderIsAFile_Fails()
    {
        File.WriteAllText(_folder["file"], "");
        using var downloader = new WeightsDownloader(Options);

        Assert.That(
            async () => await downloader.DownloadAsync(Known(new Uri("http://127.0.0.1:1/")), _folder["file"], progress: null, CancellationToken.None),
            Throws.TypeOf<WeightsUnavailableException>().With.Message.Contains("w.pth: cannot be written. "));
    }

    [Test]
    public void Download_ByHttp_IsRefused()
    {
        using var downloader = new WeightsDownloader(new DownloadOptions());

        Assert.That(
            async () => await downloader.DownloadAsync(Known(new Uri("http://127.0.0.1:1/")), _folder.Path, progress: null, CancellationToken.None),
            Throws.ArgumentException.With.Message.StartsWith("Weights are downloaded by https only; the address is http://127.0.0.1:1/."));
    }

    [TestCase("../w.pth")]
    [TestCase("/w.pth")]
    [TestCase("")]
    public void Download_NameWithAFolder_IsRefused(string name)
    {
        using var downloader = new WeightsDownloader(Options);
        KnownWeights known = Known(new Uri("http://127.0.0.1:1/")) with { FileName = name };

        Assert.That(
            async () => await downloader.DownloadAsync(known, _folder.Path, progress: null, CancellationToken.None),
            Throws.ArgumentException.With.Message.StartsWith($"'{name}' is not the name of a file without a folder."));
    }

    [Test]
    public async Task Download_Weights_OpensAndKnowsThem()
    {
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, File300));
        KnownWeights known = Known(server);

        PretrainedWeights weights = await PretrainedWeights.FetchAsync(known, _folder.Path, Options, progress: null, CancellationToken.None);

        Assert.That(weights.Path, Is.EqualTo(_folder["w.pth"]));
        Assert.That(weights.Names, Is.EqualTo(new[] { "fc.weight" }));
        Assert.That(weights.Known, Is.SameAs(known));
    }

    [Test]
    public async Task Download_TwoOfTheSameFileAtOnce_LeaveOne()
    {
        await using var server = new WeightsServer((_, _, stream, _) => WeightsServer.SendAsync(stream, File300));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => DownloadAsync(server)));

        AssertOnlyTheWholeFile();
    }

    [Test]
    public void Download_OfAFileWithoutAddress_SaysHowToGetIt()
    {
        Assert.That(() => PretrainedWeights.Download(KnownWeights.Find("resnet-50-kinetics")!, _folder.Path),
            Throws.TypeOf<WeightsUnavailableException>().With.Message.EqualTo(
                "resnet-50-kinetics: resnet-50-kinetics.pth (of unpublished size, no published SHA-256) cannot be downloaded: fetch it by hand "
                + "from https://drive.google.com/drive/folders/1zvl89AgFAApbH0At-gMuZSeQB_LpNP-M; there is no stable address to download it "
                + "from."));
    }

    // Waits are for the clock of a real line; a test that needs one to run out says so.
    private static DownloadOptions Options => new() { AllowHttp = true, UseProxy = false, RetryDelay = TimeSpan.Zero };

    private static KnownWeights Known(WeightsServer server) => Known(server.Address);

    private static KnownWeights Known(Uri address) => KnownWeights.Find("resnet50")! with
    {
        Name = "w",
        FileName = "w.pth",
        Bytes = File300.Length,
        Sha256 = Hash,
        DownloadAddress = address,
    };

    // As a mirror of a file of which neither is published.
    private static KnownWeights Unpublished(KnownWeights known) => known with { Bytes = null, Sha256 = null };

    // A safetensors file of a classifier, 300,000 bytes long.
    private static byte[] Weights(int classes)
    {
        byte[] file = [.. Enumerable.Range(0, 300_000).Select(index => (byte)(index * 7 >> 3))];
        int data = classes * 74 * sizeof(float);
        int header = file.Length - data - sizeof(long);
        string json = $$$"""{"fc.weight":{"dtype":"F32","shape":[{{{classes}}},74],"data_offsets":[0,{{{data}}}]}}""";
        BinaryPrimitives.WriteInt64LittleEndian(file, header);
        Encoding.ASCII.GetBytes(json.PadRight(header), file.AsSpan(sizeof(long)));
        return file;
    }

    // Pieces of the file, and 29 seconds between the arrival of one and the next.
    private static async Task SendSlowlyAsync(Stream stream, int pieceBytes, ManualTime time, Func<long> received, CancellationToken stop)
    {
        await WeightsServer.SendAsync(stream, ReadOnlyMemory<byte>.Empty, File300.Length);
        Task left = UntilTheClientLeavesAsync(stream, stop);
        for (int sent = 0; sent < File300.Length; sent += pieceBytes)
        {
            ReadOnlyMemory<byte> piece = File300.AsMemory(sent, Math.Min(pieceBytes, File300.Length - sent));
            await stream.WriteAsync(piece, stop);
            if (sent + piece.Length == File300.Length)
            {
                return;
            }

            while (received() != sent + piece.Length && !left.IsCompleted)
            {
                await Task.Delay(1, stop);
            }

            if (left.IsCompleted)
            {
                return;
            }

            await time.UntilATimerRunsAsync(stop);
            time.Advance(TimeSpan.FromSeconds(29));
        }
    }

    private static async Task UntilTheClientLeavesAsync(Stream stream, CancellationToken stop)
    {
        try
        {
            await stream.ReadExactlyAsync(new byte[1], stop);
        }
        catch (IOException)
        {
        }
    }

    private static async Task SendForeverAsync(Stream stream, CancellationToken stop)
    {
        await WeightsServer.SendAsync(stream, "200 OK", File300);
        while (!stop.IsCancellationRequested)
        {
            await stream.WriteAsync(File300, stop);
        }
    }

    private async Task<string> DownloadAsync(
        WeightsServer server,
        Func<KnownWeights, KnownWeights>? change = null,
        IProgress<WeightsDownloadProgress>? progress = null,
        DownloadOptions? options = null)
    {
        using var downloader = new WeightsDownloader(options ?? Options);
        KnownWeights known = Known(server);
        return await downloader.DownloadAsync(change?.Invoke(known) ?? known, _folder.Path, progress, CancellationToken.None);
    }

    private WeightsUnavailableException Fails(
        WeightsServer server,
        Func<KnownWeights, KnownWeights>? change = null,
        DownloadOptions? options = null,
        IProgress<WeightsDownloadProgress>? progress = null)
    {
        WeightsUnavailableException? error =
            Assert.ThrowsAsync<WeightsUnavailableException>(() => DownloadAsync(server, change, progress, options));
        Assert.That(_folder.Files(), Is.Empty);
        return error!;
    }

    private void AssertOnlyTheWholeFile()
    {
        Assert.That(_folder.Files(), Is.EqualTo(new[] { "w.pth" }));
        Assert.That(File.ReadAllBytes(_folder["w.pth"]), Is.EqualTo(File300));
    }
}
