namespace UcfActionRecognition.Tests.Files;

public class AtomicFileTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void Write_Fails_LeavesTheOldFileAndNothingElse()
    {
        File.WriteAllText(_folder["a.txt"], "old");
        Assert.That(() => AtomicFile.WriteStream(_folder["a.txt"], stream =>
        {
            stream.WriteByte(1);
            throw new FormatException("half way");
        }), Throws.TypeOf<FormatException>());
        Assert.Multiple(() =>
        {
            Assert.That(File.ReadAllText(_folder["a.txt"]), Is.EqualTo("old"));
            Assert.That(_folder.Files(), Is.EqualTo(new[] { "a.txt" }));
        });
    }

    [Test]
    public void Write_AfterAKill_DeletesWhatWasLeftOfTheSameFileAndIsNotInUse()
    {
        // What a killed process leaves: a temporary file that nobody has open. Another one is being written right now.
        File.WriteAllText(_folder[".a.txt.00000000000000000000000000000000.tmp"], "half");
        File.WriteAllText(_folder[".b.txt.00000000000000000000000000000000.tmp"], "of another file");
        File.WriteAllText(_folder[".a.txt.other.tmp"], "of a stranger");
        using (new FileStream(_folder[".a.txt.11111111111111111111111111111111.tmp"], FileMode.CreateNew, FileAccess.Write, FileShare.None))
        {
            AtomicFile.WriteStream(_folder["a.txt"], stream => stream.WriteByte((byte)'x'));
        }

        Assert.That(_folder.Files(), Is.EqualTo(new[]
        {
            ".a.txt.11111111111111111111111111111111.tmp", ".a.txt.other.tmp", ".b.txt.00000000000000000000000000000000.tmp", "a.txt",
        }));
    }

    [Test]
    public void Write_FullDisk_LeavesNothing()
    {
        using var disk = new SmallDisk();
        Assert.That(() => AtomicFile.WriteStream(Path.Combine(disk.Path, "a.bin"), stream => stream.Write(new byte[2 << 20])), Throws.InstanceOf<IOException>());
        Assert.That(disk.Files(), Is.Empty);
    }
}
