namespace UcfActionRecognition.Tests.Datasets;

public class VideoFilesTests
{
    private TemporaryFolder _root = null!;

    [SetUp]
    public void CreateRoot() => _root = new TemporaryFolder();

    [TearDown]
    public void DeleteRoot() => _root.Dispose();

    [TestCase("Run/a", "Run/a")]
    [TestCase("rUN/A", "Run/a")]
    [TestCase("Run/deeper/still/B", "Run/deeper/Still/b")]
    [TestCase("top", "top")]
    public void TryFind_AnyDepthAndCase_GivesTheNameOnDisk(string name, string actual)
    {
        _root.Write("Run/a.avi", "Run/deeper/Still/b.avi", "top.avi");
        Assert.That((Files().TryFind(name, out VideoFile video), video.Name), Is.EqualTo((true, actual)));
    }

    [TestCase("Run/a.avi")]
    [TestCase("Run")]
    [TestCase("Run/")]
    [TestCase("/Run/a")]
    [TestCase("./Run/a")]
    [TestCase("Run/../Run/a")]
    [TestCase("Run//a")]
    [TestCase("Run/.hidden")]
    [TestCase("Run/note")]
    [TestCase("")]
    public void TryFind_NoNameOfAVideo_FindsNone(string name)
    {
        _root.Write("Run/a.avi", "Run/.hidden.avi", "Run/note.txt");
        Assert.That(Files().TryFind(name, out _), Is.False);
    }

    [Test]
    public void TryFind_AMillionFoldersInAName_FindsNone() =>
        Assert.That(Files().TryFind(string.Concat(Enumerable.Repeat("a/", 1_000_000)), out _), Is.False);

    [Test]
    [Platform("Linux")]
    public void TryFind_TwoSpellings_FindsEachAsSpelled()
    {
        _root.Write("Run/how.avi", "Run/How.avi", "run/how.avi");
        Assert.Multiple(() =>
        {
            foreach (string name in new[] { "Run/how", "Run/How", "run/how" })
            {
                Assert.That((Files().TryFind(name, out VideoFile video), video.Name), Is.EqualTo((true, name)));
            }
        });
    }

    [Test]
    public void TryFind_TwoExtensions_TellsWhichASourceReads()
    {
        _root.Write("Run/a.mp4", "Run/a.avi");
        Assert.Multiple(() =>
        {
            Assert.That(new VideoFiles(_root.Path, [".avi", ".mp4"]).TryFind("Run/a", out VideoFile first) ? first : default, Is.EqualTo(new VideoFile("Run/a", ".avi", ".mp4")));
            Assert.That(new VideoFiles(_root.Path, [".mp4", ".avi"]).TryFind("Run/a", out VideoFile second) ? second : default, Is.EqualTo(new VideoFile("Run/a", ".mp4", ".avi")));
            Assert.That(new VideoFiles(_root.Path, [".mp4"]).TryFind("Run/a", out VideoFile only) ? only : default, Is.EqualTo(new VideoFile("Run/a", ".mp4")));
        });
    }

    private VideoFiles Files() => new(_root.Path, [".avi"]);
}
