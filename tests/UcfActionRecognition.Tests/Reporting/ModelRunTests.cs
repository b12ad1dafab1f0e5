using UcfActionRecognition.Reporting;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Reporting;

public sealed class ModelRunTests
{
    [Test]
    public void Read_AFolderOfATrainer_KnowsTheModelAndItsCurves()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D model = TestModels.Small();
        LabeledVideo[] videos = FormulaVideos.Videos(4);
        using var source = new FormulaVideos();
        using var loader = new ClipLoader(videos, source, new RandomClip(1), AugmentationPipeline.Create().Resize(32), new ClipLoaderOptions { BatchSize = 2 });
        new Trainer(new TrainerOptions { Epochs = 2, OutputFolder = folder.Path, CheckpointMetadata = new Dictionary<string, string> { ["recipe"] = "ours" } }).Fit(model, loader);

        ModelRun run = ModelRun.Read(folder.Path)!;

        Assert.Multiple(() =>
        {
            Assert.That(run.ModelHash, Is.EqualTo(model.ComputeHash()));
            Assert.That(run.Classes, Is.EqualTo(model.Classes));
            Assert.That(run.Epochs.Select(epoch => epoch.Epoch), Is.EqualTo(new[] { 1, 2 }));
            Assert.That(run.Epochs.Select(epoch => epoch.TrainLoss), Is.All.Positive);
            Assert.That(run.Facts, Does.Contain(new ReportFact("Library version", "0.1.0")).And.Contain(new ReportFact("Commit", BuildVersion.Of(typeof(ActionModel).Assembly).Commit!)));
            Assert.That(run.Facts, Does.Contain(new ReportFact("Network", "resnet18")).And.Contain(new ReportFact("Recipe", "ours")).And.Contain(new ReportFact("Epochs", "2")));
        });
    }

    [TestCase("held-out groups")]
    [TestCase("test side")]
    public void Read_ASummary_KnowsWhatTheModelWasValidatedOn(string side)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["summary.json"], $$"""{ "recipe": { "name": "ours" }, "validated_on": "{{side}}", "hardware": "2 cores", "commit": "0123abc" }""");
        ModelRun run = ModelRun.Read(folder.Path)!;
        Assert.That(run.ValidatedOn, Is.EqualTo(side));
        Assert.That(run.Facts, Does.Contain(new ReportFact("Validated on", side)).And.Contain(new ReportFact("Hardware", "2 cores")).And.Contain(new ReportFact("Commit", "0123abc")));
    }

    [Test]
    public void Read_AFolderOfATrainer_KnowsWhatWasHeldOut_WithAndWithoutASummary()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D model = TestModels.Small();
        ModelCheckpoint.Save(folder[Trainer.LastCheckpoint], model, new Dictionary<string, string> { ["held_out_groups"] = "2", ["held_out_seed"] = "-7" });
        ModelRun alone = ModelRun.Read(folder.Path)!;
        File.WriteAllText(folder["summary.json"], "{}");
        ModelRun silent = ModelRun.Read(folder.Path)!;
        File.WriteAllText(folder["summary.json"], """{ "data": { "held_out_groups": 3, "held_out_seed": null } }""");
        ModelRun spoken = ModelRun.Read(folder.Path)!;
        Assert.Multiple(() =>
        {
            Assert.That((alone.HeldOutGroups, alone.HeldOutSeed), Is.EqualTo((2, -7L)));
            Assert.That((silent.HeldOutGroups, silent.HeldOutSeed), Is.EqualTo((2, -7L)));
            Assert.That((spoken.HeldOutGroups, spoken.HeldOutSeed), Is.EqualTo((3, (long?)null)));
            Assert.That(alone.Facts, Does.Contain(new ReportFact("Held-out groups of each class", "2")));
            Assert.That(spoken.Facts, Does.Contain(new ReportFact("Held-out groups of each class", "3")));
        });
    }

    [TestCase("metrics.csv")]
    [TestCase("summary.json")]
    public void Read_AFileThatIsTooLong_SaysSo(string name)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["summary.json"], """{ "recipe": { "name": "ours" } }""");
        using (FileStream file = File.Create(folder[name]))
        {
            file.SetLength((16 << 20) + 1);
        }

        Assert.That(
            () => ModelRun.Read(folder.Path),
            Throws.TypeOf<DatasetFormatException>().With.Message.EqualTo($"'{folder[name]}' has 16777217 bytes; a run writes at most 16777216. Run the part again, or remove the file."));
    }

    [Test]
    public void Read_ALongRow_IsShownShortened()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["summary.json"], """{ "recipe": { "name": "ours" } }""");
        File.WriteAllLines(folder["metrics.csv"], ["epoch", new string('9', 5000)]);
        Assert.That(
            () => ModelRun.Read(folder.Path),
            Throws.TypeOf<DatasetFormatException>().With.Message.Contains($"found '{new string('9', 100)}...'"));
    }

    [Test]
    public void Read_AFolderWithoutARun_IsNull()
    {
        using var folder = new TemporaryFolder();
        Assert.That(ModelRun.Read(folder.Path), Is.Null);
    }

    [Test]
    public void Read_ADamagedCheckpoint_NamesIt()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[Trainer.LastCheckpoint], "no checkpoint");
        Assert.That(() => ModelRun.Read(folder.Path), Throws.TypeOf<CheckpointException>().With.Message.Contains(folder[Trainer.LastCheckpoint]));
    }
}
