using System.Text;

namespace UcfActionRecognition.Tests.Datasets;

public class CsvDatasetTests
{
    private TemporaryFolder _root = null!;

    [SetUp]
    public void CreateRoot()
    {
        _root = new TemporaryFolder();
        _root.Write("walk/a.mp4", "walk/b.mp4", "Run/c.avi", "Run/deep/d, e.webm", "f.mkv");
    }

    [TearDown]
    public void DeleteRoot() => _root.Dispose();

    [Test]
    public void Load_AList_GivesSidesLabelsAndGroups()
    {
        ActionDataset data = Load("video,label,split,group\r\nwalk/a.mp4,walk,train,film 1\r\nwalk/b,walk,test,\r\n\"Run/deep/d, e\",Run,Validation,film 2\r\nf,Run,TRAIN,film 1\r\n");
        Assert.Multiple(() =>
        {
            Assert.That(data.Name, Is.EqualTo("films"));
            Assert.That(data.Classes, Is.EqualTo(new[] { "Run", "walk" }));
            Assert.That(data.Train, Is.EqualTo(new[] { new LabeledVideo("walk/a", 1, "film 1"), new LabeledVideo("f", 0, "film 1") }));
            Assert.That(data.Test, Is.EqualTo(new[] { new LabeledVideo("walk/b", 1, "walk/b") }));
            Assert.That(data.HeldOut, Is.EqualTo(new[] { new LabeledVideo("Run/deep/d, e", 0, "film 2") }));
            Assert.That(data.MissingVideos, Is.Zero);
        });
    }

    [Test]
    public void Load_ByteOrderMarkOtherOrderAndNoGroups_ReadsTheSame()
    {
        string list = _root["films.csv"];
        File.WriteAllText(list, "\n split,VIDEO,label\n\nheld-out,RUN/C,Größe\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        ActionDataset data = CsvDataset.Load(list);
        Assert.Multiple(() =>
        {
            Assert.That(data.Classes, Is.EqualTo(new[] { "Größe" }));
            Assert.That(data.HeldOut, Is.EqualTo(new[] { new LabeledVideo("Run/c", 0, "Run/c") }));
        });
    }

    [Test]
    public void Load_EveryKindOfProblem_OneErrorListsThemWithFileAndLine()
    {
        _root.Write("Run/c.mov");
        string[] problems = DatasetFolder.Problems(() => Load(
            "video,label,split,group\nwalk/a,walk,train,\nwalk/a.mp4,walk,test,\nwalk/none.mp4,walk,test,\nwalk/b,walk,dev,\nwalk/b,,test,\n,,,\nwalk/b,walk\n"
            + "walk/\"b\",walk,test,\n../secret,walk,test,\nRun/c,Run,test,\nwalk/\u001b[2J,walk,test,\n\"f\n,Run,train,\n"));
        Assert.That(problems, Is.EqualTo(new[]
        {
            $"The list '{_root["films.csv"]}' has 11 problems:",
            "  films.csv(3): 'walk/a' stands in films.csv(2) already",
            $"  films.csv(4): the file '{_root["walk/none.mp4"]} (.avi, .mp4, .mkv, .mov, .webm)' is not there",
            "  films.csv(5): expected the split train, validation, held-out or test, found 'dev'",
            "  films.csv(6): label is empty",
            "  films.csv(7): video and label and split are empty",
            "  films.csv(8): expected 4 fields, found 2",
            "  films.csv(9): quotes inside of a field; put the whole field in quotes and double those inside",
            $"  films.csv(10): the file '{_root["../secret"]} (.avi, .mp4, .mkv, .mov, .webm)' is not there",
            "  films.csv(11): 'Run/c' is there as .avi and as .mov; keep one of the files",
            $"  films.csv(12): the file '{_root["walk/?[2J"]} (.avi, .mp4, .mkv, .mov, .webm)' is not there",
            "  films.csv(13): the quotes of a field are not closed",
        }));
    }

    [TestCase("", "films.csv(1): expected the header video,label,split,group, found nothing")]
    [TestCase("\n\n", "films.csv(1): expected the header video,label,split,group, found nothing")]
    [TestCase("video,label,split\n", "films.csv(1): no video after the header")]
    [TestCase("video;label;split\na;b;c\n", "films.csv(1): expected the columns video,label,split and at most group beside them, found 'video;label;split'")]
    [TestCase("video,label\na,b\n", "films.csv(1): expected the columns video,label,split and at most group beside them, found 'video,label'")]
    [TestCase("\nvideo,label,split,groups\na,b,c,d\n", "films.csv(2): expected the columns video,label,split and at most group beside them, found 'video,label,split,groups'")]
    [TestCase("video,label,split,label\n", "films.csv(1): expected the columns video,label,split and at most group beside them, found 'video,label,split,label'")]
    [TestCase("\"video\n", "films.csv(1): the quotes of a field are not closed")]
    public void Load_ABadHeader_IsTheOnlyProblem(string text, string problem) =>
        Assert.That(DatasetFolder.Problems(() => Load(text)), Is.EqualTo(new[] { $"The list '{_root["films.csv"]}' has 1 problem:", "  " + problem }));

    [Test]
    public void Load_SkipMissing_LeavesThemOutAndCountsThem()
    {
        ActionDataset data = Load("video,label,split\nwalk/a,walk,train\nwalk/none,walk,train\nnone/x,walk,test\n", new() { SkipMissing = true });
        Assert.That((data.Train.Count, data.Test.Count, data.MissingVideos), Is.EqualTo((1, 0, 2)));
    }

    [Test]
    public void Load_AGroupOnTwoSides_SaysWhich() =>
        Assert.That(() => Load("video,label,split,group\nwalk/a,walk,train,film 1\nRun/c,Run,validation,film 1\n"), Throws.TypeOf<DatasetFormatException>().With.Message.StartsWith(
            "1 group is both in the training side of films and in its held-out videos: 'film 1' ('walk/a' and 'Run/c')."));

    [Test]
    public void Load_NoListNoFolderOrNoUtf8_SaysSo()
    {
        File.WriteAllBytes(_root["latin.csv"], Encoding.Latin1.GetBytes("video,label,split\nwalk/a,Größe,train\n"));
        Assert.Multiple(() =>
        {
            Assert.That(() => CsvDataset.Load(_root["none.csv"]), Throws.TypeOf<DatasetFormatException>().With.Message.EqualTo(
                $"The list '{_root["none.csv"]}' is not there. It must be a CSV file with the header video,label,split,group, a video a line."));
            Assert.That(() => CsvDataset.Load(_root["latin.csv"], new() { Folder = _root["none"] }), Throws.TypeOf<DatasetFormatException>().With.Message.EqualTo(
                $"The folder of the videos '{_root["none"]}' is not there. Name it in CsvDatasetOptions.Folder."));
            Assert.That(() => CsvDataset.Load(_root["latin.csv"]), Throws.TypeOf<DatasetFormatException>().With.Message.EqualTo(
                $"The list '{_root["latin.csv"]}' is not UTF-8. Save it in UTF-8."));
        });
    }

    [Test]
    public void Load_ManyVideos_FindsAll()
    {
        string[] names = [.. from folder in Enumerable.Range(0, 20) from clip in Enumerable.Range(0, 100) select $"c{folder}/{clip}"];
        _root.Write([.. names.Select(name => name + ".mp4")]);
        ActionDataset data = Load("video,label,split\n" + string.Concat(names.Select((name, i) => $"{name},{name.Split('/')[0]},{(i % 3 == 0 ? "test" : "train")}\n")));
        Assert.That((data.Train.Count, data.Test.Count, data.Classes.Count), Is.EqualTo((1333, 667, 20)));
    }

    [Test]
    public void OpenSource_ReadsFromTheListsFolder()
    {
        Hdf5VideoWriter.Write(_root["Run/a.hdf5"], 4, 4, new byte[3 * 4 * 4 * 3]);
        var options = new CsvDatasetOptions { Extensions = [".hdf5"] };
        string list = _root["films.csv"];
        File.WriteAllText(list, "video,label,split\nRun/a.hdf5,Run,test\n");
        using IVideoClipSource source = CsvDataset.OpenSource(list, options);
        using VideoReader reader = source.Open(CsvDataset.Load(list, options).Test[0].Name);
        Assert.That(reader.Info.FrameCount, Is.EqualTo(3));
    }

    private ActionDataset Load(string text, CsvDatasetOptions? options = null)
    {
        File.WriteAllText(_root["films.csv"], text);
        return CsvDataset.Load(_root["films.csv"], options);
    }
}
