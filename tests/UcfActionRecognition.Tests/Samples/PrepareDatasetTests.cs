namespace UcfActionRecognition.Tests.Samples;

/// <summary>PrepareDataset as a user runs it, on real clips.</summary>
public class PrepareDatasetTests
{
    private RealClipSample _clips = null!;

    [OneTimeSetUp]
    public void ConvertClips()
    {
        _clips = new RealClipSample();
        (int exitCode, string output) = FreshProcess.RunSample("PrepareDataset", "--data", _clips.Folder.Path);
        Assert.That(exitCode, Is.Zero, output);
        Assert.That(output, Does.Contain("8 videos converted ("));
    }

    [OneTimeTearDown]
    public void DeleteFolder() => _clips?.Dispose();

    [Test]
    public void PrepareDataset_Again_KeepsWhatIsThere()
    {
        string hdf5 = _clips.Folder["UCF-101-hdf5/Punch/v_Punch_g01_c03.hdf5"];
        DateTime written = File.GetLastWriteTimeUtc(hdf5);
        (int exitCode, string output) = FreshProcess.RunSample("PrepareDataset", "--data", _clips.Folder.Path);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero, output);
            Assert.That(output, Does.Contain("0 videos converted (0 frames, 0.0 MB)"));
            Assert.That(File.GetLastWriteTimeUtc(hdf5), Is.EqualTo(written));
        });
    }

    [Test]
    public void PrepareDataset_Verify_FindsAMissingAShortAndAChangedFile()
    {
        using var copy = new TemporaryFolder();
        Directory.CreateSymbolicLink(copy["UCF-101"], _clips.Folder["UCF-101"]);
        foreach (string file in Directory.GetFiles(_clips.Folder["UCF-101-hdf5"], "*.hdf5", SearchOption.AllDirectories))
        {
            string to = copy[Path.GetRelativePath(_clips.Folder.Path, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        (int exitCode, string output) whole = FreshProcess.RunSample("PrepareDataset", "--data", copy.Path, "--verify");
        File.Delete(copy["UCF-101-hdf5/Punch/v_Punch_g01_c03.hdf5"]);
        string shortFile = copy["UCF-101-hdf5/Punch/v_Punch_g02_c03.hdf5"];
        using (FileStream file = File.OpenWrite(shortFile))
        {
            file.SetLength(file.Length - 1);
        }

        using (FileStream file = File.Open(copy["UCF-101-hdf5/PushUps/v_PushUps_g01_c02.hdf5"], FileMode.Open))
        {
            file.Position = file.Length / 2;
            int value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)(value + 1));
        }

        (int exitCode, string output) = FreshProcess.RunSample("PrepareDataset", "--data", copy.Path, "--verify");
        Assert.Multiple(() =>
        {
            Assert.That(whole.exitCode, Is.Zero, whole.output);
            Assert.That(exitCode, Is.EqualTo(1));
            Assert.That(output, Does.Contain("3 failed."));
            Assert.That(output, Does.Match("(?m)^Punch/v_Punch_g01_c03: .*v_Punch_g01_c03.hdf5"));
            Assert.That(output, Does.Match("(?m)^Punch/v_Punch_g02_c03: .*v_Punch_g02_c03.hdf5"));
            Assert.That(output, Does.Match("(?m)^PushUps/v_PushUps_g01_c02: Frame 26 of the HDF5 file is not that of the video"));
        });
    }

    [TestCase(new[] { "--classes", "punch" }, 4)]
    [TestCase(new[] { "--split", "1", "--classes", "PushUps" }, 4)]
    public void PrepareDataset_APart_GoesToTheOutputWithItsLists(string[] part, int videos)
    {
        using var output = new TemporaryFolder();
        (int exitCode, string text) = FreshProcess.RunSample("PrepareDataset", ["--data", _clips.Folder.Path, "--output", output.Path, .. part]);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.Zero, text);
            Assert.That(output.Files().Count(file => file.EndsWith(".hdf5", StringComparison.Ordinal)), Is.EqualTo(videos));
            Assert.That(output.Files(), Does.Contain("ucfTrainTestlist/classInd.txt").And.Contain("ucfTrainTestlist/testlist03.txt"));
        });
    }

    [Test]
    public void PrepareDataset_TooLittleSpace_SaysSoAndLeavesNothing()
    {
        using var disk = new SmallDisk();
        (int exitCode, string text) = FreshProcess.RunSample("PrepareDataset", "--data", _clips.Folder.Path, "--output", disk.Path);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(1));
            Assert.That(text, Does.Match(@"has 1\.0 MB free and about 1\d\d\.\d MB are needed\. Free some, choose another --output"));
            Assert.That(disk.Files(), Is.Empty);
            Assert.That(Directory.Exists(Path.Combine(disk.Path, "UCF-101-hdf5")), Is.False, "an empty folder would hide the AVI files");
        });
    }

    [Test]
    public void PrepareDataset_AVideoThatCannotBeRead_IsListedAndTheOthersAreConverted()
    {
        using var root = new TemporaryFolder();
        Directory.CreateDirectory(root["UCF-101/Punch"]);
        File.CreateSymbolicLink(root["UCF-101/Punch/v_Punch_g01_c03.avi"], _clips.Folder["UCF-101/Punch/v_Punch_g01_c03.avi"]);
        File.WriteAllText(root["UCF-101/Punch/v_Punch_g01_c04.avi"], "not a video");
        (int exitCode, string text) = FreshProcess.RunSample("PrepareDataset", "--data", root.Path);
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(1));
            Assert.That(text, Does.Contain("1 videos converted").And.Contain("1 failed.").And.Match("(?m)^Punch/v_Punch_g01_c04: .*v_Punch_g01_c04.avi"));
            Assert.That(root.Files(), Is.EqualTo(new[]
            {
                "UCF-101-hdf5/Punch/v_Punch_g01_c03.hdf5", "UCF-101/Punch/v_Punch_g01_c03.avi", "UCF-101/Punch/v_Punch_g01_c04.avi",
            }));
        });
    }
}
