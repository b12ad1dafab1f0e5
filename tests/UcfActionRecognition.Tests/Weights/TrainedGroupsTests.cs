using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>What a model remembers of the videos that it was trained on.</summary>
public sealed class TrainedGroupsTests : TensorFixture
{
    private static readonly string[] Groups = ["YoYo/g08", "YoYo/g10", "Straße/\"1\"\\", "a"];

    [Test]
    public void SaveAndFromCheckpoint_KeepThem()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D model = Trained(Groups);
        ModelCheckpoint.Save(folder["m"], model, new Dictionary<string, string> { ["epoch"] = "3" });

        using ActionModel loaded = ActionModels.FromCheckpoint(folder["m"]);

        ModelCheckpointInfo info = ModelCheckpoint.ReadInfo(folder["m"]);
        Assert.That(loaded.TrainedGroups, Is.EquivalentTo(Groups));
        Assert.That(info.TrainedGroups, Is.EquivalentTo(Groups));
        Assert.That(info.Metadata.Keys, Is.EqualTo(new[] { "epoch" }));
        using SafetensorsFile file = SafetensorsFile.Open(folder["m"]);
        Assert.That(file.Metadata["trained_groups"], Is.EqualTo("""["Stra\u00DFe/\u00221\u0022\\","YoYo/g08","YoYo/g10","a"]"""), "a sorted JSON array");
    }

    [Test]
    public void Save_AModelThatWasNotTrained_SaysNothing()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D model = TestModels.Small();
        ModelCheckpoint.Save(folder["m"], model);

        using ActionModel loaded = ActionModels.FromCheckpoint(folder["m"]);

        using SafetensorsFile file = SafetensorsFile.Open(folder["m"]);
        Assert.That(file.Metadata, Does.Not.ContainKey("trained_groups"), "as versions wrote it that did not know");
        Assert.That(loaded.TrainedGroups, Is.Empty);
    }

    [Test]
    public void LoadOfACheckpoint_IntoATrainedModel_ForgetsTheOthers()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D saved = Trained(["a"]);
        ModelCheckpoint.Save(folder["m"], saved);
        using ResNet2D model = Trained(["b"]);

        ModelCheckpoint.Load(folder["m"], model);

        Assert.That(model.TrainedGroups, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void LoadOfACheckpoint_ThatDoesNotFit_ChangesNothing()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D saved = Trained(["a"]);
        ModelCheckpoint.Save(folder["m"], saved);
        byte[] bytes = File.ReadAllBytes(folder["m"]);
        bytes[^1000] ^= 1;
        File.WriteAllBytes(folder["m"], bytes);
        using ResNet2D model = Trained(["b"]);

        Assert.That(() => ModelCheckpoint.Load(folder["m"], model), Throws.TypeOf<CheckpointException>());
        Assert.That(model.TrainedGroups, Is.EqualTo(new[] { "b" }));
    }

    [Test]
    public void LoadOfWeights_OfACheckpoint_HandsThemOnToWhatIsFineTuned()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D saved = Trained(["a", "b"]);
        ModelCheckpoint.Save(folder["m"], saved);

        using ResNet2D model = ActionModels.ResNet18(["Other"], PretrainedWeights.FromFile(folder["m"]));
        model.AddTrainedGroups([new LabeledVideo("c1", 0, "c"), new LabeledVideo("c2", 0, "c"), new LabeledVideo("b1", 0, "b")]);
        ModelCheckpoint.Save(folder["n"], model);

        Assert.That(model.LoadReport!.HeadLoaded, Is.False);
        Assert.That(ModelCheckpoint.ReadInfo(folder["n"]).TrainedGroups, Is.EquivalentTo(new[] { "a", "b", "c" }));
    }

    [TestCase("7")]
    [TestCase("[7]")]
    [TestCase("[\"\\ud800\"]")]
    public void LoadOfWeights_AnotherProgramsMetadataUnderTheName_SaysNothing(string value)
    {
        using var folder = new TemporaryFolder();
        using ResNet2D source = TestModels.Small();
        SafetensorsFile.Write(folder["w"], source.state_dict(), new Dictionary<string, string> { ["trained_groups"] = value });
        using ResNet2D model = TestModels.Small();

        model.Load(PretrainedWeights.FromFile(folder["w"]));

        Assert.That(model.TrainedGroups, Is.Empty);
    }

    [Test]
    public void AddTrainedGroups_MoreThanACheckpointKeeps_ThrowsBeforeTheTraining()
    {
        using ResNet2D model = Trained(["a"]);
        LabeledVideo[] videos = [.. Enumerable.Range(0, 130).Select(i => new LabeledVideo($"{i}", 0, $"{i}{new string('x', 100_000)}"))];

        Assert.That(() => model.AddTrainedGroups(videos), Throws.ArgumentException.With.Message.StartsWith(
            "The names of the 131 groups that the model is trained on take 13000674 characters; a checkpoint has room for 12582912. Give the groups shorter names."));
        Assert.That(model.TrainedGroups, Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public void SaveAndReadInfo_AsManyAsACheckpointKeeps_AreAllThere()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D model = TestModels.Small();
        model.AddTrainedGroups(Enumerable.Range(0, 60).Select(i => new LabeledVideo($"{i}", 0, $"{i:D2}{new string('\u00df', 34_000)}")));
        ModelCheckpoint.Save(folder["m"], model);

        Assert.That(ModelCheckpoint.ReadInfo(folder["m"]).TrainedGroups, Has.Count.EqualTo(60));
    }

    private static ResNet2D Trained(IEnumerable<string> groups)
    {
        ResNet2D model = TestModels.Small();
        model.AddTrainedGroups(groups.Select(group => new LabeledVideo(group, 0, group)));
        return model;
    }
}
