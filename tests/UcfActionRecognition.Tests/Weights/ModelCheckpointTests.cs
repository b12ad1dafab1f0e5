using TorchSharp;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Weights;

[NonParallelizable] // It draws from the global generator.
public sealed class ModelCheckpointTests : TensorFixture
{
    [Test]
    public void FromCheckpoint_GivesTheSameModelAndTheSameLogits()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D model = TestModels.Small(options: new() { Normalization = Normalization.Ucf101Assignment });
        model.FineTune(FineTuneScope.LastBlock, BatchNormMode.Frozen);
        ModelCheckpoint.Save(folder["m.safetensors"], model, new Dictionary<string, string> { ["epoch"] = "3" });

        using ActionModel loaded = ActionModels.FromCheckpoint(folder["m.safetensors"]);

        Assert.That(loaded, Is.TypeOf<ResNet2D>());
        Assert.That(loaded.Architecture, Is.EqualTo("resnet18"));
        Assert.That(loaded.Classes, Is.EqualTo(model.Classes));
        Assert.That(loaded.Input, Is.EqualTo(model.Input));
        Assert.That(loaded.ComputeHash(), Is.EqualTo(model.ComputeHash()));
        model.eval();
        loaded.eval();
        using var mode = torch.no_grad();
        using torch.Tensor frames = Formula.Input(2, 3, 32, 32);
        Assert.That(TestModels.Values(loaded.call(frames)), Is.EqualTo(TestModels.Values(model.call(frames))));
    }

    [Test]
    public void FromCheckpoint_LeavesTheGlobalGeneratorAlone()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D model = TestModels.Small();
        ModelCheckpoint.Save(folder["m"], model);
        torch.random.manual_seed(5);
        double expected = torch.rand(1).item<float>();

        torch.random.manual_seed(5);
        using ActionModel loaded = ActionModels.FromCheckpoint(folder["m"]);

        Assert.That(torch.rand(1).item<float>(), Is.EqualTo(expected));
    }

    [Test]
    public void ReadInfo_SaysWhatTheModelIs()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D model = TestModels.Small();
        ModelCheckpoint.Save(folder["m"], model, new Dictionary<string, string> { ["epoch"] = "3" });

        ModelCheckpointInfo info = ModelCheckpoint.ReadInfo(folder["m"]);

        Assert.That(info.Architecture, Is.EqualTo("resnet18"));
        Assert.That(info.Classes, Is.EqualTo(model.Classes));
        Assert.That(info.Input, Is.EqualTo(model.Input));
        Assert.That(info.ModelHash, Is.EqualTo(model.ComputeHash()));
        Assert.That(info.LibraryVersion, Does.StartWith("0."));
        Assert.That(info.Metadata, Is.EquivalentTo(new Dictionary<string, string> { ["epoch"] = "3" }));
    }

    [Test]
    public void Load_OtherClasses_ThrowsNamingBothAndChangesNothing()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D saved = ActionModels.ResNet18(["Class000", "Jump", "Run"]);
        ModelCheckpoint.Save(folder["m"], saved);
        using ResNet2D model = ActionModels.ResNet18(["Class000", "Sit"]);
        string before = model.ComputeHash();

        Assert.That(() => ModelCheckpoint.Load(folder["m"], model), Throws.TypeOf<CheckpointException>().With.Message.EqualTo(
            $"{folder["m"]} is for other classes: the file has 3, the model 2; the first difference is class 1, 'Jump' in the file and 'Sit' in the model."));
        Assert.That(model.ComputeHash(), Is.EqualTo(before));
    }

    [Test]
    public void Load_OtherPreprocessing_ThrowsNamingBoth()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D saved = TestModels.Small();
        ModelCheckpoint.Save(folder["m"], saved);
        using ResNet2D model = TestModels.Small(options: new() { Normalization = Normalization.Ucf101Assignment });

        Assert.That(() => ModelCheckpoint.Load(folder["m"], model), Throws.TypeOf<CheckpointException>().With.Message.EqualTo(
            $"{folder["m"]} is for frames of 32x32, RGB, values 0..1, mean (0.485, 0.456, 0.406), std (0.229, 0.224, 0.225); "
            + "the model is for frames of 32x32, RGB, values 0..1, mean (0.433, 0.4045, 0.3776), std (0.1519876, 0.14855877, 0.156976)."));
    }

    [Test]
    public void Load_OtherArchitecture_ThrowsNamingBoth()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D saved = TestModels.Small();
        ModelCheckpoint.Save(folder["m"], saved);
        using ResNet2D model = ActionModels.ResNet34(saved.Classes);

        Assert.That(() => ModelCheckpoint.Load(folder["m"], model), Throws.TypeOf<CheckpointException>()
            .With.Message.EqualTo($"{folder["m"]} is of resnet18; the model is resnet34."));
    }

    [Test]
    public void Load_OneFlippedBitOfTheWeights_ThrowsAndChangesNothing()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D saved = TestModels.Small(seed: 1);
        ModelCheckpoint.Save(folder["m"], saved);
        byte[] bytes = File.ReadAllBytes(folder["m"]);
        bytes[^1000] ^= 1;
        File.WriteAllBytes(folder["m"], bytes);
        using ResNet2D model = TestModels.Small(seed: 2);
        string before = model.ComputeHash();

        Assert.That(() => ModelCheckpoint.Load(folder["m"], model), Throws.TypeOf<CheckpointException>().With.Message.Contains("damaged or changed"));
        Assert.That(model.ComputeHash(), Is.EqualTo(before));
    }

    [Test]
    public void ReadInfo_PlainWeights_ThrowsSayingSo() =>
        Assert.That(() => ModelCheckpoint.ReadInfo(TestModels.Fixture("weights", "all-types.safetensors")), Throws.TypeOf<CheckpointException>()
            .With.Message.Contains("no checkpoint of a model, it has no 'classes'"));

    [Test]
    public void ReadInfo_MissingOrCutFile_Throws()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D model = TestModels.Small();
        ModelCheckpoint.Save(folder["m"], model);
        using (var cut = new FileStream(folder["m"], FileMode.Open))
        {
            cut.SetLength(cut.Length / 2);
        }

        Assert.That(() => ModelCheckpoint.ReadInfo(folder["m"]), Throws.TypeOf<CheckpointException>().With.Message.Contains("cut short"));
        Assert.That(() => ModelCheckpoint.ReadInfo(folder["none"]), Throws.TypeOf<CheckpointException>().With.Message.Contains("cannot be opened"));
    }

    [Test]
    public void FromCheckpoint_UnknownArchitecture_Throws()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D model = TestModels.Small();
        using torch.Tensor one = torch.ones(1);
        SafetensorsFile.Write(folder["m"], new Dictionary<string, torch.Tensor> { ["w"] = one }, new Dictionary<string, string>
        {
            ["architecture"] = "vit",
            ["classes"] = "[\"A\"]",
            ["input"] = model.Input.ToJson(),
            ["library_version"] = "9",
            ["model_hash"] = "",
        });

        Assert.That(() => ActionModels.FromCheckpoint(folder["m"]), Throws.TypeOf<CheckpointException>().With.Message.Contains("architecture 'vit'"));
    }

    [TestCase("classes", "7")]
    [TestCase("classes", "{")]
    [TestCase("classes", "[]")]
    [TestCase("classes", "[null]")]
    [TestCase("classes", "[\"A\",\"A\"]")]
    [TestCase("input", "{}")]
    [TestCase("classes", "[\"\\ud800\"]")]
    [TestCase("classes", "[\"\\udc00 \\ud800\"]")]
    [TestCase("input", "null")]
    [TestCase("input", "{\"\\ud800\":1}")]
    [TestCase("input", "{\"channelOrder\":\"\\ud800\"}")]
    [TestCase("input", "{\"channelOrder\":\"RGB\",\"\\ud800\":1}")]
    [TestCase("architecture", "resnet18\u001b[2J")]
    [TestCase("architecture", "resnet18\u202e")]
    [TestCase("trained_groups", "7")]
    [TestCase("trained_groups", "null")]
    [TestCase("trained_groups", "[null]")]
    [TestCase("trained_groups", "[\"\\ud800\"]")]
    [TestCase("trained_groups", "[\"\u001b[2J\"")]
    public void ReadInfo_BrokenMetadata_Throws(string key, string value)
    {
        using var folder = new TemporaryFolder();
        WriteTiny(folder["m"], key, value);

        string message = Assert.Throws<CheckpointException>(() => ModelCheckpoint.ReadInfo(folder["m"]))!.Message;

        Assert.That(message, Does.StartWith(folder["m"]));
        HostileFile.IsPlain(message);
    }

    [TestCase("architecture", "")]
    [TestCase("classes", "[\"#\"]")]
    [TestCase("classes", "[\"#\",\"#\"]")]
    [TestCase("classes", "{\"#\":1}")]
    [TestCase("input", "{\"channelOrder\":\"RGB\",\"#\":{\"#\":1}}")]
    [TestCase("trained_groups", "[\"#\",7]")]
    [TestCase("trained_groups", "[\"#\",null]")]
    public void FromCheckpointAndLoad_LongText_SayItShortly(string key, string value)
    {
        using var folder = new TemporaryFolder();
        using ResNet2D model = TestModels.Small();
        WriteTiny(folder["m"], key, value.Length == 0 ? new string('x', 100_000) : value.Replace("#", string.Concat(Enumerable.Repeat("x\\u001b", 20_000))));

        HostileFile.IsPlain(Assert.Throws<CheckpointException>(() => ModelCheckpoint.Load(folder["m"], model))!.Message);
        HostileFile.IsPlain(Assert.Throws<CheckpointException>(() => ActionModels.FromCheckpoint(folder["m"]))!.Message);
    }

    /// <summary>A file of a few hundred bytes would otherwise have a network made that takes hundreds of megabytes.</summary>
    [Test]
    public void FromCheckpoint_NetworkThatTheFileDoesNotHold_ThrowsBeforeItIsMade()
    {
        using var folder = new TemporaryFolder();
        WriteTiny(folder["m"], "architecture", "resnet152");

        Assert.That(() => ActionModels.FromCheckpoint(folder["m"]), Throws.TypeOf<CheckpointException>().With.Message.EqualTo(
            $"{folder["m"]}: says that it is of resnet152; its weights are of no network of this version. Get the file again."));
    }

    [Test]
    public void LoadPretrained_ClassesThatAreNoText_SayNothingAboutTheClassifier()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D source = TestModels.Small(seed: 1);
        SafetensorsFile.Write(folder["w"], source.state_dict(), new Dictionary<string, string> { ["classes"] = "[\"\\ud800\"]" });
        using ResNet2D model = TestModels.Small(seed: 2);

        Assert.That(model.Load(PretrainedWeights.FromFile(folder["w"])).HeadLoaded, Is.True);
    }

    [Test]
    public void Save_NameOfItsOwnInMetadata_Throws()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D model = TestModels.Small();

        Assert.That(() => ModelCheckpoint.Save(folder["m"], model, new Dictionary<string, string> { ["classes"] = "x" }),
            Throws.ArgumentException.With.Message.StartsWith("The name 'classes' is the checkpoint's own."));
        Assert.That(folder.Files(), Is.Empty);
    }

    [Test]
    public void Save_OverAnOldCheckpoint_LeavesOneWholeFile()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D first = TestModels.Small(seed: 1);
        using ResNet2D second = TestModels.Small(seed: 2);
        ModelCheckpoint.Save(folder["m"], first);
        ModelCheckpoint.Save(folder["m"], second);

        Assert.That(folder.Files(), Is.EqualTo((string[])["m"]));
        using ActionModel loaded = ActionModels.FromCheckpoint(folder["m"]);
        Assert.That(loaded.ComputeHash(), Is.EqualTo(second.ComputeHash()));
    }

    // What ReadInfo reads is all there; the weights are not.
    private static void WriteTiny(string path, string key, string value)
    {
        using ResNet2D model = TestModels.Small();
        using torch.Tensor one = torch.ones(1);
        SafetensorsFile.Write(path, new Dictionary<string, torch.Tensor> { ["w"] = one }, new Dictionary<string, string>
        {
            ["architecture"] = "resnet18",
            ["classes"] = "[\"A\"]",
            ["input"] = model.Input.ToJson(),
            ["library_version"] = "9",
            ["model_hash"] = "",
            [key] = value,
        });
    }
}
