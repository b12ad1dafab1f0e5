namespace UcfActionRecognition.Tests.Datasets;

public class FolderDatasetTests
{
    private TemporaryFolder _root = null!;

    [SetUp]
    public void CreateRoot() => _root = new TemporaryFolder();

    [TearDown]
    public void DeleteRoot() => _root.Dispose();

    [Test]
    public void Load_AFolderPerClass_LabelsInOrdinalOrderAndSplitsEachClass()
    {
        _root.Write([.. Clips("walk", 10), .. Clips("Run", 5), "Run/readme.txt", ".cache/x.mp4", "walk/.half.mp4", "Run/raw/x.mp4"]);
        ActionDataset data = FolderDataset.Load(_root.Path);
        Assert.Multiple(() =>
        {
            Assert.That(data.Name, Is.EqualTo(Path.GetFileName(_root.Path)));
            Assert.That(data.Classes, Is.EqualTo(new[] { "Run", "walk" }));
            Assert.That(data.Test.CountBy(video => video.Label), Is.EquivalentTo(new Dictionary<int, int> { [0] = 2, [1] = 3 }));
            Assert.That(data.Train.CountBy(video => video.Label), Is.EquivalentTo(new Dictionary<int, int> { [0] = 3, [1] = 7 }));
            Assert.That(data.Train.Concat(data.Test).Select(video => video.Name), Is.EquivalentTo(Names("walk", 10).Concat(Names("Run", 5))));
            Assert.That(data.Train.Select(video => video.Group), Is.EqualTo(data.Train.Select(video => video.Name)), "each is a group of its own");
        });
    }

    [Test]
    public void Load_IsTheSameEverywhere_AndAnotherWithAnotherSeed()
    {
        // Written down: another split of the same folder would score other videos.
        _root.Write(Clips("Run", 6));
        string[] tests = [.. Enumerable.Range(0, 3).Select(seed => string.Join(' ', FolderDataset.Load(_root.Path, new() { Seed = seed }).Test.Select(video => video.Name)))];
        Assert.That(tests, Is.EqualTo(new[] { "Run/2 Run/3", "Run/1 Run/5", "Run/1 Run/2" }));
    }

    [Test]
    public void Load_APatternForGroups_KeepsRecordingsTogether()
    {
        _root.Write([.. from name in new[] { "Run", "Walk" } from recording in Enumerable.Range(1, 4) from clip in Enumerable.Range(1, 3) select $"{name}/v_g{recording}_c{clip}.avi"]);
        ActionDataset data = FolderDataset.Load(_root.Path, new FolderDatasetOptions { GroupPattern = @"_(g\d+)_c\d+$", TestShare = 0.5 });
        Assert.Multiple(() =>
        {
            Assert.That(data.Test.CountBy(video => video.Group).Select(group => group.Value), Is.EqualTo(new[] { 3, 3, 3, 3 }));
            Assert.That(data.Train.Concat(data.Test).Select(video => video.Group).Distinct(), Is.EquivalentTo(new[] { "Run", "Walk" }
                .SelectMany(name => Enumerable.Range(1, 4).Select(recording => $"{name}/g{recording}"))));
        });
    }

    [TestCase(0.0, 0)]
    [TestCase(0.01, 1)]
    [TestCase(0.25, 1)]
    [TestCase(0.5, 2)]
    [TestCase(0.99, 3)]
    [TestCase(1.0, 4)]
    public void Load_AShare_IsRoundedToGroupsWithBothSidesLeft(double share, int test)
    {
        _root.Write(Clips("Run", 4));
        ActionDataset data = FolderDataset.Load(_root.Path, new() { TestShare = share });
        Assert.That((data.Train.Count, data.Test.Count), Is.EqualTo((4 - test, test)));
    }

    [Test]
    public void Load_EveryKindOfProblem_OneErrorListsThemWithTheirFiles()
    {
        _root.Write("Empty/x.txt", "One/g1_a.mp4", "One/g1_b.mp4", "Run/g1_a.mp4", "Run/g2_a.mp4", "Run/g2_a.avi", "Run/nothing.mp4");
        Assert.That(DatasetFolder.Problems(() => FolderDataset.Load(_root.Path, new() { GroupPattern = @"^(g\d)" })), Is.EqualTo(new[]
        {
            $"The folder '{_root.Path}' has 5 problems:",
            "  Empty: no video: no file in it ends in .avi, .mp4, .mkv, .mov, .webm",
            "  One: all its videos are of one group; two sides take at least two groups",
            "  Run/g2_a.avi: there is a file '.mp4' of the same name, too; keep one of them",
            @"  Run/nothing.mp4: the name does not tell the recording: '^(g\d)' finds none in it",
            "  Run: all its videos are of one group; two sides take at least two groups",
        }));
    }

    [Test]
    [Platform("Linux")]
    public void Load_NamesThatSourcesDoNotRead_AreProblems()
    {
        _root.Write([.. Clips("Run", 3), "Run/loud.MP4", "Run/a\\b.mp4", "Run/\u001b[2J.MOV"]);
        Assert.That(DatasetFolder.Problems(() => FolderDataset.Load(_root.Path)), Is.EquivalentTo(new[]
        {
            $"The folder '{_root.Path}' has 3 problems:",
            "  Run/a\\b.mp4: the name has a character that no file name has on every system; rename the file",
            "  Run/loud.MP4: an extension in another case; rename the file, or add '.MP4' to the extensions",
            "  Run/?[2J.MOV: an extension in another case; rename the file, or add '.MOV' to the extensions",
        }));
    }

    [Test]
    public void Load_NoFolderOrAnEmptyOne_SaysWhatItMustHold() => Assert.Multiple(() =>
    {
        Assert.That(() => FolderDataset.Load(_root["none"]), Throws.TypeOf<DatasetFormatException>().With.Message.EqualTo(
            $"The folder '{_root["none"]}' is not there. It must hold a folder per class, and the videos in these."));
        Assert.That(() => FolderDataset.Load(_root.Path), Throws.TypeOf<DatasetFormatException>().With.Message.EqualTo(
            $"The folder '{_root.Path}' holds no folder. It must hold a folder per class, and the videos in these."));
    });

    [TestCase("g(", "cannot be used")]
    [TestCase("(?<=x)(y)", "cannot be used")]
    [TestCase(@"(a)\1", "cannot be used")]
    [TestCase("g1", "has no group in parentheses")]
    public void Load_APatternThatIsNone_Throws(string pattern, string message) =>
        Assert.That(() => FolderDataset.Load(_root.Path, new() { GroupPattern = pattern }), Throws.ArgumentException.With.Message.Contains(message)
            .And.Property("ParamName").EqualTo("GroupPattern"));

    [TestCase(-0.1)]
    [TestCase(1.1)]
    [TestCase(double.NaN)]
    public void Load_AShareThatIsNone_Throws(double share) =>
        Assert.That(() => FolderDataset.Load(_root.Path, new() { TestShare = share }), Throws.TypeOf<ArgumentOutOfRangeException>());

    [TestCase("mp4")]
    [TestCase(".m/4")]
    public void Load_AnExtensionThatIsNone_Throws(string extension) =>
        Assert.That(() => FolderDataset.Load(_root.Path, new() { Extensions = [extension] }), Throws.TypeOf<ArgumentOutOfRangeException>());

    // Runs for ever where the pattern backtracks.
    [Test]
    public void Load_AHostileName_TakesNoTime()
    {
        _root.Write($"Run/{new string('a', 200)}!.mp4", "Run/b.mp4");
        Assert.That(() => FolderDataset.Load(_root.Path, new() { GroupPattern = "^((a+)+)$" }), Throws.TypeOf<DatasetFormatException>());
    }

    [Test]
    public void OpenSource_ReadsTheVideosOfAnyExtension()
    {
        ExternalProgram.Require("the ffmpeg program", "ffmpeg", "-version");
        Directory.CreateDirectory(_root["Run"]);
        Sources.FFmpegVideos.Make(_root["Run/a.avi"], 5);
        Sources.FFmpegVideos.Make(_root["Run/b.mkv"], 7);
        using IVideoClipSource source = FolderDataset.OpenSource(_root.Path);
        int?[] frames = [.. FolderDataset.Load(_root.Path, new() { TestShare = 0 }).Train.Select(video =>
        {
            using VideoReader reader = source.Open(video.Name);
            return reader.Info.FrameCount;
        })];
        Assert.That(frames, Is.EqualTo(new int?[] { 5, 7 }));
    }

    [Test]
    public void OpenSource_Hdf5Alone_ReadsHdf5()
    {
        Hdf5VideoWriter.Write(_root["Run/a.hdf5"], 4, 4, new byte[3 * 4 * 4 * 3]);
        var options = new FolderDatasetOptions { Extensions = [".hdf5"], TestShare = 0 };
        using IVideoClipSource source = FolderDataset.OpenSource(_root.Path, options);
        using VideoReader reader = source.Open(FolderDataset.Load(_root.Path, options).Train[0].Name);
        Assert.That(reader.Info.FrameCount, Is.EqualTo(3));
    }

    private static string[] Names(string name, int clips) => [.. Enumerable.Range(0, clips).Select(clip => $"{name}/{clip}")];

    private static string[] Clips(string name, int clips) => [.. Names(name, clips).Select(clip => clip + ".mp4")];
}
