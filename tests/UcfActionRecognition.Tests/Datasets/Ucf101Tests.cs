namespace UcfActionRecognition.Tests.Datasets;

public class Ucf101Tests
{
    private TemporaryFolder _root = null!;

    [SetUp]
    public void CreateRoot()
    {
        _root = new TemporaryFolder();
        Write("ucfTrainTestlist/classInd.txt", "1 Zumba\r\n2 Archery\r\n3 HandstandPushups\r\n");
        Write("ucfTrainTestlist/trainlist01.txt",
            "Zumba/v_Zumba_g08_c01.avi 1\r\nArchery/v_Archery_g09_c02.avi 2\r\nHandStandPushups/v_HandStandPushups_g08_c01.avi 3\r\n");
        Write("ucfTrainTestlist/testlist01.txt", "Archery/v_Archery_g01_c01.avi\r\nHandstandPushups/v_HandStandPushups_g01_c01.avi\r\n");
        Write("UCF-101/Zumba/v_Zumba_g08_c01.avi", "");
        Write("UCF-101/Archery/v_Archery_g09_c02.avi", "");
        Write("UCF-101/Archery/v_Archery_g01_c01.avi", "");
        Write("UCF-101/HandstandPushups/v_HandStandPushups_g08_c01.avi", "");
        Write("UCF-101/HandstandPushups/v_HandStandPushups_g01_c01.avi", "");
    }

    [TearDown]
    public void DeleteRoot() => _root.Dispose();

    [Test]
    public void Load_LabelsFollowClassInd_NotTheAlphabet()
    {
        ActionDataset data = Ucf101.Load(_root.Path, 1);
        Assert.Multiple(() =>
        {
            Assert.That(data.Name, Is.EqualTo("UCF-101 split 1"));
            Assert.That(data.Classes, Is.EqualTo(new[] { "Zumba", "Archery", "HandstandPushups" }));
            Assert.That(data.Train, Is.EqualTo(new[]
            {
                new LabeledVideo("Zumba/v_Zumba_g08_c01", 0, "Zumba/g08"),
                new LabeledVideo("Archery/v_Archery_g09_c02", 1, "Archery/g09"),
                new LabeledVideo("HandstandPushups/v_HandStandPushups_g08_c01", 2, "HandstandPushups/g08"),
            }));
            Assert.That(data.Test.Select(video => video.Label), Is.EqualTo(new[] { 1, 2 }));
        });
    }

    [Test]
    public void Load_LinesThatAreLongOrDrawOnATerminal_AreShownShortlyAndPlainly()
    {
        Write("ucfTrainTestlist/testlist01.txt", $"\u001b[2J\n{new string('x', 100_000)}\n");

        string message = Assert.Throws<DatasetFormatException>(() => Ucf101.Load(_root.Path, 1))!.Message;

        Assert.That(message, Does.Contain("found '?[2J'").And.Contains("xxx..."));
        Assert.That(message, Has.Length.LessThan(1500));
    }

    [Test]
    public void Load_LfLineEnds_ReadsTheSame()
    {
        ActionDataset expected = Ucf101.Load(_root.Path, 1);
        foreach (string list in Directory.GetFiles(_root["ucfTrainTestlist"]))
        {
            File.WriteAllText(list, File.ReadAllText(list).Replace("\r\n", "\n", StringComparison.Ordinal));
        }

        ActionDataset actual = Ucf101.Load(_root.Path, 1);
        Assert.Multiple(() =>
        {
            Assert.That(actual.Train, Is.EqualTo(expected.Train));
            Assert.That(actual.Test, Is.EqualTo(expected.Test));
        });
    }

    [Test]
    public void Load_SomeClasses_CountsLabelsAmongThem()
    {
        ActionDataset data = Ucf101.Load(_root.Path, 1, new Ucf101Options { Classes = ["handstandpushups", "Archery"] });
        Assert.Multiple(() =>
        {
            Assert.That(data.Classes, Is.EqualTo(new[] { "Archery", "HandstandPushups" }));
            Assert.That(data.Train.Select(video => video.Label), Is.EqualTo(new[] { 0, 1 }));
        });
    }

    [Test]
    public void Load_UnknownClassToKeep_Throws() =>
        Assert.That(() => Ucf101.Load(_root.Path, 1, new Ucf101Options { Classes = ["Archery", "Juggling"] }),
            Throws.TypeOf<DatasetFormatException>().With.Message.EndsWith(
                "classInd.txt' (Zumba, Archery, HandstandPushups); not there: Juggling.").And.Message.StartsWith("The classes to keep must be among the 3 of '"));

    [Test]
    public void Load_EveryKindOfProblem_OneErrorListsThemWithFileAndLine()
    {
        Write("ucfTrainTestlist/trainlist01.txt",
            "Zumba/v_Zumba_g08_c01.avi 1\nnonsense\nJuggling/v_Juggling_g01_c01.avi 4\nZumba/v_Zumba_g08_c01.avi 1\n"
            + "Archery/v_Archery_g09_c02.avi 1\nZumba/v_Zumba_g09_c09.avi 1\n../v_.._g01_c01.avi\n");
        Write("ucfTrainTestlist/testlist01.txt", "Zumba/v_Zumba_g08_c01.avi\n");
        var error = Assert.Throws<DatasetFormatException>(() => Ucf101.Load(_root.Path, 1))!;
        string[] lines = error.Message.Split(Environment.NewLine);
        Assert.That(lines, Is.EqualTo(new[]
        {
            $"UCF-101 split 1 in '{_root.Path}' has 7 problems:",
            "  trainlist01.txt(2): expected '<Class>/v_<Class>_g<group>_c<clip>.avi [<class number>]', found 'nonsense'",
            "  trainlist01.txt(3): 'Juggling/v_Juggling_g01_c01' names a class that classInd.txt does not have",
            "  trainlist01.txt(4): 'Zumba/v_Zumba_g08_c01' stands in trainlist01.txt(1) already",
            "  trainlist01.txt(5): the line says class 1; classInd.txt says Archery is 2",
            $"  trainlist01.txt(6): the file '{Path.Combine(_root.Path, "UCF-101", "Zumba/v_Zumba_g09_c09.avi")}' is not there",
            "  trainlist01.txt(7): expected '<Class>/v_<Class>_g<group>_c<clip>.avi [<class number>]', found '../v_.._g01_c01.avi'",
            "  testlist01.txt(1): 'Zumba/v_Zumba_g08_c01' stands in trainlist01.txt(1) already",
        }));
    }

    [Test]
    public void Load_ManyProblems_ShowsTwentyAndCountsTheRest()
    {
        Write("ucfTrainTestlist/trainlist01.txt", string.Concat(Enumerable.Repeat("nonsense\n", 50)));
        Assert.That(() => Ucf101.Load(_root.Path, 1), Throws.TypeOf<DatasetFormatException>().With.Message.EndsWith("... and 30 more"));
    }

    [Test]
    public void Load_BadClassInd_NamesTheLines()
    {
        Write("ucfTrainTestlist/classInd.txt", "1 Zumba\ntwo Archery\n1 HandstandPushups\n");
        Assert.That(() => Ucf101.Load(_root.Path, 1), Throws.TypeOf<DatasetFormatException>()
            .With.Message.Contains("classInd.txt(2): expected '<number from 1> <class>', found 'two Archery'")
            .And.Message.Contains("classInd.txt(3): the number 1 or the class 'HandstandPushups' is there twice"));
    }

    [Test]
    public void Load_BadClassIndAndSomeClasses_NamesTheLineFirst()
    {
        Write("ucfTrainTestlist/classInd.txt", "1Zumba\n2 Archery\n");
        Assert.That(() => Ucf101.Load(_root.Path, 1, new Ucf101Options { Classes = ["Zumba"] }), Throws.TypeOf<DatasetFormatException>()
            .With.Message.Contains("classInd.txt(1): expected '<number from 1> <class>', found '1Zumba'"));
    }

    [Test]
    public void Load_AFolderThatMayNotBeListed_SaysSo()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_root.Path, (UnixFileMode)0b111_101_101);
            File.SetUnixFileMode(_root["UCF-101/Archery"], UnixFileMode.None);
        }

        UnprivilegedThread.Run(() => Assert.That(() => Ucf101.Load(_root.Path, 1), Throws.TypeOf<DatasetFormatException>()
            .With.Message.Matches("The folder '.*UCF-101.Archery' cannot be listed: .*Archery.* Give this user the right to read it.")));
    }

    [Test]
    public void Load_AListThatMayNotBeRead_SaysSo()
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_root.Path, (UnixFileMode)0b111_101_101);
            File.SetUnixFileMode(_root["ucfTrainTestlist/testlist01.txt"], UnixFileMode.None);
        }

        UnprivilegedThread.Run(() => Assert.That(() => Ucf101.Load(_root.Path, 1), Throws.TypeOf<DatasetFormatException>()
            .With.Message.Matches("The list '.*testlist01.txt' cannot be read: .* Give this user the right to read it.")));
    }

    [Test]
    public void Load_AListThatIsNotUtf8_SaysSo()
    {
        File.WriteAllBytes(_root["ucfTrainTestlist/classInd.txt"], System.Text.Encoding.Latin1.GetBytes("1 Zumba\n2 Größe\n"));
        Assert.That(() => Ucf101.Load(_root.Path, 1), Throws.TypeOf<DatasetFormatException>()
            .With.Message.EqualTo($"The list '{Path.Combine(_root.Path, "ucfTrainTestlist", "classInd.txt")}' is not UTF-8. Save it in UTF-8."));
    }

    [Test]
    public void Load_AGroupOnBothSides_SaysWhich()
    {
        Write("ucfTrainTestlist/testlist01.txt", "Archery/v_Archery_g01_c01.avi\nZumba/v_Zumba_g08_c02.avi\n");
        Write("UCF-101/Zumba/v_Zumba_g08_c02.avi", "");
        Assert.That(() => Ucf101.Load(_root.Path, 1), Throws.TypeOf<DatasetFormatException>().With.Message.StartsWith(
            "1 group is both in the training side of UCF-101 split 1 and in its test side: 'Zumba/g08' ('Zumba/v_Zumba_g08_c01' and 'Zumba/v_Zumba_g08_c02')."));
    }

    [Test]
    public void Load_SkipMissing_LeavesThemOutAndCountsThem()
    {
        File.Delete(_root["UCF-101/Archery/v_Archery_g09_c02.avi"]);
        ActionDataset data = Ucf101.Load(_root.Path, 1, new Ucf101Options { SkipMissing = true });
        Assert.Multiple(() =>
        {
            Assert.That(data.Train, Has.Count.EqualTo(2));
            Assert.That(data.MissingVideos, Is.EqualTo(1));
        });
    }

    [Test]
    public void Load_FolderInAnotherCase_UsesTheNameOnDisk()
    {
        Directory.Move(_root["UCF-101/HandstandPushups"], _root["UCF-101/handstandPushUps"]);
        Assert.That(Ucf101.Load(_root.Path, 1).Test[^1].Name, Is.EqualTo("handstandPushUps/v_HandStandPushups_g01_c01"));
    }

    [Test]
    public void Load_Hdf5FolderIsThere_LooksForHdf5Files()
    {
        Write("UCF-101-hdf5/Zumba/v_Zumba_g08_c01.hdf5", "");
        var options = new Ucf101Options { SkipMissing = true };
        Assert.Multiple(() =>
        {
            Assert.That(Ucf101.Load(_root.Path, 1, options).Train, Has.Count.EqualTo(1));
            Assert.That(Ucf101.Load(_root.Path, 1, options with { Format = VideoFormat.Avi }).Train, Has.Count.EqualTo(3));
        });
    }

    [Test]
    public void Load_CompactFolderIsThere_ComesAfterRawAndBeforeAvi()
    {
        Write("UCF-101-compact/Zumba/v_Zumba_g08_c01.hdf5", "");
        Write("UCF-101-compact/Archery/v_Archery_g09_c02.hdf5", "");
        Write("UCF-101-compact/compact.json", "{}");
        var options = new Ucf101Options { SkipMissing = true };
        Assert.That(Ucf101.FindFormat(_root.Path), Is.EqualTo(VideoFormat.Compact));
        Assert.That(Ucf101.Load(_root.Path, 1, options).Train, Has.Count.EqualTo(2));
        using (IVideoClipSource source = Ucf101.OpenSource(_root.Path))
        {
            Assert.That(() => source.Open("Zumba/v_Zumba_g08_c01"), Throws.TypeOf<VideoReadException>().With.Message.Contains("UCF-101-compact/Zumba"));
        }

        Write("UCF-101-hdf5/Zumba/v_Zumba_g08_c01.hdf5", "");
        Assert.That(Ucf101.FindFormat(_root.Path), Is.EqualTo(VideoFormat.Hdf5));
        Assert.That(Ucf101.FindFormat(_root.Path, VideoFormat.Compact), Is.EqualTo(VideoFormat.Compact));
        Assert.That(Ucf101.Load(_root.Path, 1, options).Train, Has.Count.EqualTo(1));
        Assert.That(Ucf101.Load(_root.Path, 1, options with { Format = VideoFormat.Compact }).Train, Has.Count.EqualTo(2));
        using (IVideoClipSource source = Ucf101.OpenSource(_root.Path, options with { Format = VideoFormat.Compact }))
        {
            Assert.That(() => source.Open("Zumba/v_Zumba_g08_c01"), Throws.TypeOf<VideoReadException>().With.Message.Contains("UCF-101-compact/Zumba"));
        }
    }

    [Test]
    public void Load_NoCompactFolder_SaysSo() =>
        Assert.That(
            () => Ucf101.Load(_root.Path, 1, new Ucf101Options { Format = VideoFormat.Compact }),
            Throws.TypeOf<DatasetFormatException>().With.Message.Contains("does not hold UCF-101-compact/. It must"));

    [Test]
    public void Load_NoVideoFolder_SaysWhatTheRootMustHold()
    {
        Directory.Delete(_root["UCF-101"], recursive: true);
        Assert.That(() => Ucf101.Load(_root.Path, 1), Throws.TypeOf<DatasetFormatException>().With.Message.EqualTo(
            $"The data root '{_root.Path}' does not hold UCF-101-hdf5/ nor UCF-101-compact/ nor UCF-101/. It must hold the videos, one folder per class, and ucfTrainTestlist/."));
    }

    [Test]
    public void Load_NoLists_SaysWhereTheyBelong()
    {
        Directory.Delete(_root["ucfTrainTestlist"], recursive: true);
        Assert.That(() => Ucf101.Load(_root.Path, 1), Throws.TypeOf<DatasetFormatException>()
            .With.Message.Contains("classInd.txt' is not there. Unpack UCF101TrainTestSplits-RecognitionTask.zip"));
    }

    [TestCase(0)]
    [TestCase(4)]
    public void Load_UnknownSplit_Throws(int split) =>
        Assert.That(() => Ucf101.Load(_root.Path, split), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [TestCase(1, 9537, 3783)]
    [TestCase(2, 9586, 3734)]
    [TestCase(3, 9624, 3696)]
    public void Load_OfficialLists_HaveTheirNumbersAndNoGroupOnBothSides(int split, int train, int test)
    {
        // The lists are real; of the videos only a part is there, so empty files stand in for them.
        using var root = new TemporaryFolder();
        Directory.CreateDirectory(root["ucfTrainTestlist"]);
        foreach (string list in Directory.GetFiles(Path.Combine(RealClips.Root, "ucfTrainTestlist"), "*.txt"))
        {
            File.Copy(list, Path.Combine(root["ucfTrainTestlist"], Path.GetFileName(list)));
        }

        string[] lists = [root[$"ucfTrainTestlist/trainlist0{split}.txt"], root[$"ucfTrainTestlist/testlist0{split}.txt"]];
        root.Write([.. lists.SelectMany(File.ReadLines).Select(line => $"UCF-101/{line.Trim().Split(' ')[0]}")]);
        ActionDataset data = Ucf101.Load(root.Path, split);
        Assert.Multiple(() =>
        {
            Assert.That((data.Train.Count, data.Test.Count), Is.EqualTo((train, test)));
            Assert.That(data.Classes, Has.Count.EqualTo(101));
            Assert.That(data.Train.Select(v => v.Group).Intersect(data.Test.Select(v => v.Group)), Is.Empty);
            Assert.That(data.Train.Concat(data.Test).Select(v => v.Group).Distinct().Count(), Is.EqualTo(101 * 25));
        });
    }

    [Test]
    public void Load_RealClips_HaveTheSidesOfTheInventory()
    {
        string root = RealClips.Root;
        ActionDataset data = Ucf101.Load(root, 1, new Ucf101Options { SkipMissing = true });
        string[][] inventory = [.. File.ReadLines(Path.Combine(root, "inventory.csv")).Skip(1).Select(line => line.Split(','))];
        Assert.Multiple(() =>
        {
            Assert.That(data.Train.Select(v => v.Name + ".avi"), Is.EquivalentTo(inventory.Where(row => row[4] == "train").Select(row => row[0])));
            Assert.That(data.Test.Select(v => v.Name + ".avi"), Is.EquivalentTo(inventory.Where(row => row[4] == "test").Select(row => row[0])));
        });
    }

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root[name])!);
        File.WriteAllText(_root[name], text);
    }
}
