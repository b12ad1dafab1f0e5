using System.Diagnostics;
using UcfActionRecognition.Tests.Sources;

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
    public void PrepareDataset_AClassWithoutAFolder_IsNamed()
    {
        (int exitCode, string output) = FreshProcess.RunSample("PrepareDataset", "--data", _clips.Folder.Path, "--classes", "punch,Juggling");
        Assert.That(exitCode, Is.EqualTo(1), output);
        Assert.That(output, Does.Contain("has no folder of Juggling."));
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

    [Test]
    public void PrepareDataset_Compact_IsConvertedVerifiedAndKeptAndHoldsOneSettingOnly()
    {
        using var output = new TemporaryFolder();
        string[] arguments = ["--data", _clips.Folder.Path, "--output", output.Path, "--format", "compact"];
        (int exitCode, string output) converted = FreshProcess.RunSample("PrepareDataset", arguments);
        (int exitCode, string output) verified = FreshProcess.RunSample("PrepareDataset", [.. arguments, "--verify"]);
        (int exitCode, string output) again = FreshProcess.RunSample("PrepareDataset", arguments);
        (int exitCode, string output) other = FreshProcess.RunSample("PrepareDataset", [.. arguments, "--quality", "75"]);
        (int exitCode, string output) smaller = FreshProcess.RunSample("PrepareDataset", [.. arguments, "--short-side", "128"]);
        Assert.Multiple(() =>
        {
            Assert.That(converted.exitCode, Is.Zero, converted.output);
            Assert.That(converted.output, Does.Match(@"8 videos converted \(\d+ frames, \d+\.\d MB, [3-9]\.\d % of the raw frames\)").And.Contain("compact HDF5, quality 90, full size"));
            Assert.That(verified.exitCode, Is.Zero, verified.output);
            Assert.That(verified.output, Does.Match(@"PSNR: 4\d\.\d\d dB on average, 3\d\.\d\d dB for the worst frame\."));
            Assert.That(again.output, Does.Contain("0 videos converted (0 frames, 0.0 MB), 8 kept from before"));
            Assert.That(other.exitCode, Is.EqualTo(1));
            Assert.That(other.output, Does.Contain("holds frames of quality 90, full size; asked for was quality 75, full size. Choose another --output"));
            Assert.That(smaller.output, Does.Contain("holds frames of quality 90, full size; asked for was quality 90, short side 128."));
            Assert.That(output.Files().Where(file => !file.StartsWith("ucfTrainTestlist", StringComparison.Ordinal)).ToArray(), Has.Length.EqualTo(9).And.All.StartsWith("UCF-101-compact/"));
        });
    }

    [Test]
    public void PrepareDataset_CompactVerify_FindsAMissingFileAndAnotherVideo()
    {
        using var root = new TemporaryFolder();
        Directory.CreateSymbolicLink(root["UCF-101"], _clips.Folder["UCF-101"]);
        string[] arguments = ["--data", root.Path, "--format", "compact", "--classes", "PushUps", "--short-side", "96"];
        (int exitCode, string output) converted = FreshProcess.RunSample("PrepareDataset", arguments);
        File.Delete(root["UCF-101-compact/PushUps/v_PushUps_g01_c02.hdf5"]);
        File.Copy(root["UCF-101-compact/PushUps/v_PushUps_g11_c03.hdf5"], root["UCF-101-compact/PushUps/v_PushUps_g16_c04.hdf5"], overwrite: true);
        (int exitCode, string output) = FreshProcess.RunSample("PrepareDataset", "--data", root.Path, "--format", "compact", "--classes", "PushUps", "--verify");
        Assert.Multiple(() =>
        {
            Assert.That(converted.exitCode, Is.Zero, converted.output);
            Assert.That(exitCode, Is.EqualTo(1));
            Assert.That(output, Does.Contain("2 failed."));
            Assert.That(output, Does.Match("(?m)^PushUps/v_PushUps_g01_c02: .*v_PushUps_g01_c02.hdf5"));
            Assert.That(output, Does.Match(@"(?m)^PushUps/v_PushUps_g16_c04: Frame 0 of the HDF5 file is \d+\.\d dB from that of the video; 28 or more are expected"));
        });
    }

    [Test]
    public void PrepareDataset_RawFilesInTheCompactFolder_IsRefused()
    {
        using var root = new TemporaryFolder();
        Directory.CreateSymbolicLink(root["UCF-101"], _clips.Folder["UCF-101"]);
        Directory.CreateDirectory(root["UCF-101-compact/Punch"]);
        File.Copy(_clips.Folder["UCF-101-hdf5/Punch/v_Punch_g01_c03.hdf5"], root["UCF-101-compact/Punch/v_Punch_g01_c03.hdf5"]);
        (int exitCode, string text) = FreshProcess.RunSample("PrepareDataset", "--data", root.Path, "--format", "compact");
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(text, Does.Contain("holds HDF5 files but no compact.json, so it is unknown how they were made."));
    }

    [Test]
    public void PrepareDataset_CompactOfNoReadableVideo_LeavesNoFolderThatWouldHideTheAviFiles()
    {
        using var root = new TemporaryFolder();
        Directory.CreateDirectory(root["UCF-101/Punch"]);
        File.WriteAllText(root["UCF-101/Punch/v_Punch_g01_c04.avi"], "not a video");
        (int exitCode, string text) = FreshProcess.RunSample("PrepareDataset", "--data", root.Path, "--format", "compact");
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(text, Does.Contain("0 videos converted").And.Contain("1 failed."));
        Assert.That(Directory.Exists(root["UCF-101-compact"]), Is.False);
    }

    [Test]
    public void PrepareDataset_QualityOfRawFrames_IsRefused()
    {
        (int exitCode, string text) = FreshProcess.RunSample("PrepareDataset", "--data", _clips.Folder.Path, "--quality", "75");
        Assert.That(exitCode, Is.EqualTo(1));
        Assert.That(text, Does.Contain("--quality and --short-side belong to --format compact"));
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
    public void PrepareDataset_ADiskThatFillsUp_NamesTheFileAndKeepsTheWholeOnes()
    {
        using var disk = new SmallDisk();
        using var root = new TemporaryFolder();
        Directory.CreateDirectory(root["UCF-101/Class"]);
        FFmpegVideos.Make(root["UCF-101/Class/v_1.avi"], frames: 10);
        FFmpegVideos.Make(root["UCF-101/Class/v_2.avi"], frames: 200);

        // dwTotalFrames: the check of the space beforehand believes it, the decoder does not.
        using (FileStream avi = File.Open(root["UCF-101/Class/v_2.avi"], FileMode.Open))
        {
            avi.Position = 48;
            avi.Write([1, 0, 0, 0]);
        }

        (int exitCode, string text) = FreshProcess.RunSample("PrepareDataset", "--data", root.Path, "--output", disk.Path, "--workers", "1");
        Assert.Multiple(() =>
        {
            Assert.That(exitCode, Is.EqualTo(1), text);
            Assert.That(text, Does.Match($"(?m)^Error: Cannot write '{disk.Path}/UCF-101-hdf5/Class/v_2\\.hdf5': the disk is full\\..* Nothing was left behind\\."));
            Assert.That(text, Does.Contain("1 videos converted (10 frames, 0.1 MB"));
            Assert.That(disk.Files(), Is.EqualTo(new[] { "UCF-101-hdf5/Class/v_1.hdf5" }));
        });
    }

    // A pipe in place of a video, which nobody writes to: the program waits where it does not look whether it is to stop.
    [Test]
    [Platform("Linux")]
    public void PrepareDataset_InterruptedTwice_EndsAtOnce()
    {
        using var root = new TemporaryFolder();
        Directory.CreateDirectory(root["UCF-101/Class"]);
        ExternalProgram.Run("mkfifo", root["UCF-101/Class/v_1.avi"]);
        using Process process = FreshProcess.StartSampleInItsOwnGroup("PrepareDataset", "--data", root.Path);
        Assert.That(process.StandardOutput.ReadLine(), Does.StartWith("1 videos in "));
        ExternalProgram.Run("kill", "-INT", "--", $"-{process.Id}");
        Assert.That(process.WaitForExit(500), Is.False, "the first one asks it to stop");
        ExternalProgram.Run("kill", "-INT", "--", $"-{process.Id}");
        (int exitCode, string text) = FreshProcess.Finish(process);
        Assert.That((exitCode, text), Is.EqualTo((130, "")));
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
