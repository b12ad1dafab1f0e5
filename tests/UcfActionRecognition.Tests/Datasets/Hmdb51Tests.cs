namespace UcfActionRecognition.Tests.Datasets;

public class Hmdb51Tests
{
    private TemporaryFolder _root = null!;

    // Names with the characters of the real ones; each line of a list ends in a space there.
    [SetUp]
    public void CreateRoot()
    {
        _root = new TemporaryFolder();
        List("run", 1, "#12_Up_&_down;-)_run_f_cm_np1_ba_med_8 1", "A!_[HD]_run_f_cm_np1_le_med_0 2", "A!_[HD]_run_u_nm_np2_fr_goo_11 2", "(Rad)_~_rad_run_f_cm_np1_fr_bad_1 0");
        List("climb_stairs", 1, "The_climb_stairs_video_climb_stairs_f_cm_np1_fr_med_9 1", "a_climb_stairs_f_cm_np1_fr_med_0 2", "A_climb_stairs_f_cm_np1_fr_med_0 1");
        _root.Write(
            "hmdb51_org/run/#12_Up_&_down;-)_run_f_cm_np1_ba_med_8.avi", "hmdb51_org/run/A!_[HD]_run_f_cm_np1_le_med_0.avi", "hmdb51_org/run/A!_[HD]_run_u_nm_np2_fr_goo_11.avi",
            "hmdb51_org/climb_stairs/The_climb_stairs_video_climb_stairs_f_cm_np1_fr_med_9.avi", "hmdb51_org/climb_stairs/a_climb_stairs_f_cm_np1_fr_med_0.avi",
            "hmdb51_org/climb_stairs/A_climb_stairs_f_cm_np1_fr_med_0.avi");
    }

    [TearDown]
    public void DeleteRoot() => _root.Dispose();

    [Test]
    [Platform("Linux", Reason = "two names that differ in case only")]
    public void Load_TheLists_GiveSidesLabelsAndRecordings()
    {
        ActionDataset data = Hmdb51.Load(_root.Path, 1);
        Assert.Multiple(() =>
        {
            Assert.That(data.Name, Is.EqualTo("HMDB51 split 1"));
            Assert.That(data.Classes, Is.EqualTo(new[] { "climb_stairs", "run" }));
            Assert.That(data.Train, Is.EqualTo(new[]
            {
                new LabeledVideo("climb_stairs/The_climb_stairs_video_climb_stairs_f_cm_np1_fr_med_9", 0, "climb_stairs/The_climb_stairs_video"),
                new LabeledVideo("climb_stairs/A_climb_stairs_f_cm_np1_fr_med_0", 0, "climb_stairs/A"),
                new LabeledVideo("run/#12_Up_&_down;-)_run_f_cm_np1_ba_med_8", 1, "run/#12_Up_&_down;-)"),
            }));
            Assert.That(data.Test, Is.EqualTo(new[]
            {
                new LabeledVideo("climb_stairs/a_climb_stairs_f_cm_np1_fr_med_0", 0, "climb_stairs/a"),
                new LabeledVideo("run/A!_[HD]_run_f_cm_np1_le_med_0", 1, "run/A!_[HD]"),
                new LabeledVideo("run/A!_[HD]_run_u_nm_np2_fr_goo_11", 1, "run/A!_[HD]"),
            }));
        });
    }

    [Test]
    public void Load_SomeClasses_CountsLabelsAmongThem()
    {
        ActionDataset data = Hmdb51.Load(_root.Path, 1, new Hmdb51Options { Classes = ["RUN"] });
        Assert.Multiple(() =>
        {
            Assert.That(data.Classes, Is.EqualTo(new[] { "run" }));
            Assert.That(data.Train.Select(video => video.Label), Is.EqualTo(new[] { 0 }));
            Assert.That(() => Hmdb51.Load(_root.Path, 1, new Hmdb51Options { Classes = ["run", "walk"] }),
                Throws.TypeOf<DatasetFormatException>().With.Message.EndsWith("not there: walk."));
        });
    }

    [Test]
    public void Load_EveryKindOfProblem_OneErrorListsThemWithFileAndLine()
    {
        List("run", 1, "a_run_f_cm_np1_ba_med_0 1", "A!_[HD]_run_f_cm_np1_le_med_0 1", "A!_[HD]_run_f_cm_np1_le_med_0 2", "b_run_f_cm_np1_ba_med_0 3", "../../etc_run_f 1");
        Assert.That(DatasetFolder.Problems(() => Hmdb51.Load(_root.Path, 1)), Is.EqualTo(new[]
        {
            $"HMDB51 split 1 in '{_root.Path}' has 4 problems:",
            $"  run_test_split1.txt(1): the file '{Path.Combine(_root.Path, "hmdb51_org", "run/a_run_f_cm_np1_ba_med_0.avi")}' is not there",
            "  run_test_split1.txt(3): 'run/A!_[HD]_run_f_cm_np1_le_med_0' stands in run_test_split1.txt(2) already",
            "  run_test_split1.txt(4): expected '<video>.avi <0, 1 or 2>', found 'b_run_f_cm_np1_ba_med_0.avi 3'",
            "  run_test_split1.txt(5): expected '<video>.avi <0, 1 or 2>', found '../../etc_run_f.avi 1'",
        }));
    }

    [Test]
    public void Load_ARecordingOnBothSides_SaysWhich()
    {
        List("run", 1, "A!_[HD]_run_f_cm_np1_le_med_0 1", "A!_[HD]_run_u_nm_np2_fr_goo_11 2");
        Assert.That(() => Hmdb51.Load(_root.Path, 1), Throws.TypeOf<DatasetFormatException>().With.Message.StartsWith(
            "1 group is both in the training side of HMDB51 split 1 and in its test side: 'run/A!_[HD]' "));
        ActionDataset allowed = Hmdb51.Load(_root.Path, 1, new Hmdb51Options { AllowSharedGroups = true });
        Assert.That((allowed.Train.Count, allowed.Test.Count), Is.EqualTo((3, 2)), "with another class");
    }

    [Test]
    public void Load_SkipMissing_LeavesThemOutAndCountsThem()
    {
        Directory.Delete(_root["hmdb51_org/climb_stairs"], recursive: true);
        ActionDataset data = Hmdb51.Load(_root.Path, 1, new Hmdb51Options { SkipMissing = true });
        Assert.That((data.Train.Count, data.Test.Count, data.MissingVideos), Is.EqualTo((1, 2, 3)));
    }

    [Test]
    public void Load_AListOfThisSplitIsMissing_SaysSo()
    {
        List("run", 2, "A!_[HD]_run_f_cm_np1_le_med_0 1");
        Assert.That(() => Hmdb51.Load(_root.Path, 2), Throws.TypeOf<DatasetFormatException>().With.Message.EqualTo(
            $"The list '{_root["testTrainMulti_7030_splits/climb_stairs_test_split2.txt"]}' is not there. "
            + "Unpack test_train_splits.rar so that the root holds testTrainMulti_7030_splits/ with three lists for each class."));
    }

    [Test]
    public void Load_AFolderIsMissingOrEmpty_SaysWhatItMustHold()
    {
        Directory.Move(_root["testTrainMulti_7030_splits"], _root["lists"]);
        Assert.That(() => Hmdb51.Load(_root.Path, 1), Throws.TypeOf<DatasetFormatException>().With.Message.StartsWith(
            $"The folder of the lists '{_root["testTrainMulti_7030_splits"]}' is not there. Unpack test_train_splits.rar"));
        Directory.CreateDirectory(_root["testTrainMulti_7030_splits"]);
        Assert.That(() => Hmdb51.Load(_root.Path, 1), Throws.TypeOf<DatasetFormatException>().With.Message.Contains("holds no list <class>_test_split1.txt."));
        Directory.Move(_root["hmdb51_org"], _root["HMDB51"]);
        Assert.That(() => Hmdb51.Load(_root.Path, 1), Throws.TypeOf<DatasetFormatException>().With.Message.EqualTo(
            $"The data root '{_root.Path}' does not hold hmdb51_org/. It must hold the videos there, one folder per class, and testTrainMulti_7030_splits/. Unpack "
            + "hmdb51_org.rar and the archives of the classes in it, or name the folder in Hmdb51Options.Folder."));
    }

    [Test]
    public void Load_TheFolderOfTheListsMayNotBeListed_SaysSo()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_root.Path, (UnixFileMode)0b111_101_101);
            File.SetUnixFileMode(_root["testTrainMulti_7030_splits"], UnixFileMode.None);
        }

        UnprivilegedThread.Run(() => Assert.That(() => Hmdb51.Load(_root.Path, 1), Throws.TypeOf<DatasetFormatException>()
            .With.Message.Matches("The folder '.*testTrainMulti_7030_splits' cannot be listed: .* Give this user the right to read it.")));
    }

    [TestCase(0)]
    [TestCase(4)]
    public void Load_UnknownSplit_Throws(int split) => Assert.That(() => Hmdb51.Load(_root.Path, split), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void OpenSource_TheNamesOfTheData_AreRead()
    {
        ExternalProgram.Require("the ffmpeg program", "ffmpeg", "-version");
        Directory.Move(_root["hmdb51_org"], _root["clips"]);
        var options = new Hmdb51Options { Folder = "clips", Classes = ["run"] };
        ActionDataset data = Hmdb51.Load(_root.Path, 1, options);
        LabeledVideo[] videos = [.. data.Train, .. data.Test, new("run/100%_(it_s) 'a' $b @c +d =e ,f {g} ^h `i`_run_f_cm_np1_fr_bad_1", 0, "")];
        using IVideoClipSource source = Hmdb51.OpenSource(_root.Path, options);
        Assert.Multiple(() =>
        {
            for (int i = 0; i < videos.Length; i++)
            {
                Sources.FFmpegVideos.Make(_root[$"clips/{videos[i].Name}.avi"], 5 + i);
                using VideoReader reader = source.Open(videos[i].Name);
                reader.ReadFrames([4], new byte[reader.Info.FrameBytes]);
                Assert.That(reader.Info.FrameCount, Is.EqualTo(5 + i), videos[i].Name);
            }
        });
    }

    private void List(string className, int split, params string[] lines) => _root.WriteText(
        $"testTrainMulti_7030_splits/{className}_test_split{split}.txt", string.Concat(lines.Select(line => $"{line[..^2]}.avi {line[^1]} \n")));
}
