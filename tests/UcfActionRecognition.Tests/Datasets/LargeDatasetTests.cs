using System.Diagnostics;

namespace UcfActionRecognition.Tests.Datasets;

/// <summary>Lists of 100,000 videos.</summary>
public class LargeDatasetTests
{
    private const int Classes = 100;
    private const int Groups = 25;
    private const int ClipsOfAGroup = 40;

    [Test]
    [Explicit(LongForm.Reason)]
    [Category(LongForm.Category)]
    public void Load_AHundredThousandVideos_FindsThemAll_AndPrintsItsTimes()
    {
        using var root = new TemporaryFolder();
        string videos = root["UCF-101"];
        var names = new List<string>();
        for (int label = 0; label < Classes; label++)
        {
            Directory.CreateDirectory(Path.Combine(videos, $"Class{label}"));
            for (int clip = 0; clip < Groups * ClipsOfAGroup; clip++)
            {
                string name = $"Class{label}/v_Class{label}_g{clip / ClipsOfAGroup + 1:00}_c{clip % ClipsOfAGroup + 1:00}.avi";
                File.Create(Path.Combine(videos, name)).Dispose();
                names.Add(name);
            }
        }

        Directory.CreateDirectory(root["ucfTrainTestlist"]);
        File.WriteAllLines(root["ucfTrainTestlist/classInd.txt"], Enumerable.Range(0, Classes).Select(label => $"{label + 1} Class{label}"));
        File.WriteAllLines(root["ucfTrainTestlist/trainlist01.txt"], names.Where(name => !IsTest(name)).Select(name => $"{name} {LabelOf(name) + 1}"));
        File.WriteAllLines(root["ucfTrainTestlist/testlist01.txt"], names.Where(IsTest));
        File.WriteAllLines(root["UCF-101/list.csv"], names.Select(name => $"{name},Class{LabelOf(name)},{(IsTest(name) ? "test" : "train")},{name[..name.LastIndexOf('_')]}").Prepend("video,label,split,group"));
        Assert.Multiple(() =>
        {
            AssertFindsAll("lists of UCF-101", () => Ucf101.Load(root.Path, split: 1));
            AssertFindsAll("CSV", () => CsvDataset.Load(root["UCF-101/list.csv"]));
            AssertFindsAll("folders", () => FolderDataset.Load(videos));
        });

        static int LabelOf(string name) => int.Parse(name.AsSpan("Class".Length, name.IndexOf('/', StringComparison.Ordinal) - "Class".Length));
        static bool IsTest(string name) => name.Contains("_g0", StringComparison.Ordinal);
    }

    private static void AssertFindsAll(string what, Func<ActionDataset> load)
    {
        var clock = Stopwatch.StartNew();
        ActionDataset data = load();
        TestContext.Out.WriteLine($"{what}: {clock.Elapsed.TotalSeconds:F2} s");
        Assert.That((data.Classes.Count, data.Train.Count + data.Test.Count), Is.EqualTo((Classes, Classes * Groups * ClipsOfAGroup)), what);
    }
}
