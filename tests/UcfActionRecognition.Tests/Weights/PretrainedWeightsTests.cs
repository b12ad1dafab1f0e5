using TorchSharp;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Weights;

public sealed class PretrainedWeightsTests : TensorFixture
{
    private static readonly Dictionary<string, string> NoMetadata = [];

    [Test]
    public void FromFile_ListsNamesWithoutTheModulePrefix()
    {
        var weights = PretrainedWeights.FromFile(TestModels.Fixture("weights", "module-prefix.safetensors"));

        Assert.That(weights.Names, Is.EqualTo((string[])["bias", "weight"]));
        using WeightsFile file = weights.Open();
        using torch.Tensor weight = file.Read("weight");
        Assert.That(TestModels.Values(weight), Is.EqualTo((double[])[1, 2, 3]));
    }

    [Test]
    public void FromFile_SeveralModulePrefixes_LeavesOutThoseThatAllNamesHave()
    {
        using var folder = new TemporaryFolder();
        using torch.Tensor one = torch.ones(1);
        SafetensorsFile.Write(folder["w"], new Dictionary<string, torch.Tensor> { ["module.module.a"] = one, ["module.module.module.b"] = one }, NoMetadata);

        var weights = PretrainedWeights.FromFile(folder["w"]);

        Assert.That(weights.Names, Is.EqualTo((string[])["a", "module.b"]));
        using WeightsFile file = weights.Open();
        Assert.That(file.Entries["module.b"].Name, Is.EqualTo("module.b"));
        using torch.Tensor read = file.Read("module.b");
        Assert.That(read.item<float>(), Is.EqualTo(1));
    }

    [Test]
    public void Load_UnexpectedLongName_IsShortenedInTheMessage()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        using ResNet2D source = Saved(folder["w"], state => new(state) { [new string('x', 10_000)] = torch.ones(1) });
        using ResNet2D model = TestModels.Small(seed: 2);

        Assert.That(() => model.Load(PretrainedWeights.FromFile(folder["w"])), Throws.TypeOf<WeightsFormatException>()
            .With.Message.Contains("1 unexpected: xxx").And.Message.Length.LessThan(1000));
    }

    [Test]
    public void Load_SameClasses_TakesEverything()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D source = Saved(folder["w"]);
        using ResNet2D model = TestModels.Small(seed: 2);

        WeightsLoadReport report = model.Load(PretrainedWeights.FromFile(folder["w"]));

        Assert.That(model.ComputeHash(), Is.EqualTo(source.ComputeHash()));
        Assert.That(report.HeadLoaded);
        Assert.That(report.FileClasses, Is.EqualTo(4));
        Assert.That(report.Loaded, Is.EqualTo(source.state_dict().Keys.Order(StringComparer.Ordinal)));
        Assert.That(report.KeptAsInitialized, Is.Empty);
        Assert.That(model.LoadReport, Is.SameAs(report));
        Assert.That(report.ToString(), Is.EqualTo($"{folder["w"]}: 122 tensors loaded, 0 kept as initialised; classifier loaded"));
    }

    [Test]
    public void Factory_LoadsWeights()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D source = Saved(folder["w"]);
        using ResNet2D model = ActionModels.ResNet18(
            source.Classes, PretrainedWeights.FromFile(folder["w"]), new() { Size = source.Input.Size, Scope = FineTuneScope.Head });

        Assert.That(model.ComputeHash(), Is.EqualTo(source.ComputeHash()));
        Assert.That(model.LoadReport!.HeadLoaded);
        Assert.That(model.TrainableParameters(), Has.Count.EqualTo(2));
    }

    [Test]
    public void Factory_NewHead_LeavesTheClassifierThoughItWouldFit()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D source = Saved(folder["w"]);
        var weights = PretrainedWeights.FromFile(folder["w"]);
        var options = new ResNet2DOptions { Size = source.Input.Size, Seed = 2, NewHead = true };
        using ResNet2D untrained = ActionModels.ResNet18(source.Classes, options: options);
        using ResNet2D model = ActionModels.ResNet18(source.Classes, weights, options);
        using ResNet ofRecipe = (Recipe.SingleFrame.Assignment with { Depth = 18, Network = options }).CreateModel(source.Classes, weights);

        foreach (ResNet made in new ResNet[] { model, ofRecipe })
        {
            Assert.That(made.LoadReport!.ToString(), Does.EndWith("; classifier of 4 classes left, a new one of 4 to be trained"));
            Assert.That(made.get_parameter("fc.weight")!.bytes.ToArray(), Is.EqualTo(untrained.get_parameter("fc.weight")!.bytes.ToArray()));
            Assert.That(made.get_parameter("conv1.weight")!.bytes.ToArray(), Is.EqualTo(source.get_parameter("conv1.weight")!.bytes.ToArray()));
        }
    }

    [Test]
    public void Load_OtherNumberOfClasses_KeepsTheInitializedClassifier()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D source = Saved(folder["w"]);
        using ResNet2D model = TestModels.Small(classes: 7, seed: 2);
        byte[] head = model.get_parameter("fc.weight")!.bytes.ToArray();

        WeightsLoadReport report = model.Load(PretrainedWeights.FromFile(folder["w"]));

        Assert.That(report.HeadLoaded, Is.False);
        Assert.That(report.FileClasses, Is.EqualTo(4));
        Assert.That(report.ToString(), Is.EqualTo(
            $"{folder["w"]}: 120 tensors loaded, 2 kept as initialised; classifier of 4 classes left, a new one of 7 to be trained"));
        Assert.That(report.KeptAsInitialized, Is.EqualTo((string[])["fc.bias", "fc.weight"]));
        Assert.That(model.get_parameter("fc.weight")!.bytes.ToArray(), Is.EqualTo(head));
        Assert.That(model.get_parameter("conv1.weight")!.bytes.ToArray(), Is.EqualTo(source.get_parameter("conv1.weight")!.bytes.ToArray()));
    }

    [Test]
    public void Load_CheckpointForAsManyOtherClasses_KeepsTheInitializedClassifier()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D source = ActionModels.ResNet18(["A", "B", "C", "D"], options: new() { Seed = 3 });
        ModelCheckpoint.Save(folder["w"], source);
        using ResNet2D model = TestModels.Small(classes: 4, seed: 2);
        byte[] head = model.get_parameter("fc.weight")!.bytes.ToArray();

        Assert.That(model.Load(PretrainedWeights.FromFile(folder["w"])).HeadLoaded, Is.False);
        Assert.That(model.get_parameter("fc.weight")!.bytes.ToArray(), Is.EqualTo(head));
    }

    [Test]
    public void Load_WithoutClassifierAndCounters_KeepsBothAsInitialized()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D source = Saved(folder["w"], state => state
            .Where(entry => !entry.Key.StartsWith("fc.", StringComparison.Ordinal) && !entry.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            .ToDictionary());
        using ResNet2D model = TestModels.Small(seed: 2);

        WeightsLoadReport report = model.Load(PretrainedWeights.FromFile(folder["w"]));

        Assert.That(report.HeadLoaded, Is.False);
        Assert.That(report.FileClasses, Is.Null);
        Assert.That(report.ToString(), Does.EndWith("; no classifier in the file, a new one of 4 to be trained"));
        Assert.That(report.Loaded, Has.Count.EqualTo(100));
        Assert.That(report.KeptAsInitialized, Has.Count.EqualTo(22));
    }

    [Test]
    public void Load_HalfPrecision_IsConverted()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        using ResNet2D source = Saved(folder["w"], state =>
            state.ToDictionary(entry => entry.Key, entry => entry.Value.is_floating_point() ? entry.Value.detach().bfloat16() : entry.Value));
        using ResNet2D model = TestModels.Small(seed: 2);

        model.Load(PretrainedWeights.FromFile(folder["w"]));

        double[] expected = TestModels.Values(source.get_parameter("layer3.0.conv1.weight")!);
        double[] actual = TestModels.Values(model.get_parameter("layer3.0.conv1.weight")!);
        Assert.That(TestModels.RelativeDifference(actual, expected), Is.LessThan(1.0 / 256).And.GreaterThan(0));
        Assert.That(model.get_parameter("layer3.0.conv1.weight")!.dtype, Is.EqualTo(torch.ScalarType.Float32));
    }

    [Test]
    public void Load_ThatDoesNotFit_ListsTheDifferenceAndChangesNothing()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        using ResNet2D source = Saved(folder["w"], state =>
        {
            var changed = new Dictionary<string, torch.Tensor>(state);
            changed.Remove("layer1.0.bn2.bias");
            changed.Remove("layer4.0.conv1.weight");
            changed["extra.weight"] = torch.ones(1);
            changed["bn1.weight"] = torch.ones(1); // would broadcast
            changed["bn1.num_batches_tracked"] = torch.tensor(1.5f);
            return changed;
        });
        using ResNet2D model = TestModels.Small(seed: 2);
        string before = model.ComputeHash();

        Assert.That(() => model.Load(PretrainedWeights.FromFile(folder["w"])), Throws.TypeOf<WeightsFormatException>().With.Message.EqualTo(
            $"{folder["w"]} does not fit resnet18; the model is unchanged. 2 missing: layer1.0.bn2.bias, layer4.0.conv1.weight. "
            + "1 unexpected: extra.weight. 2 different: bn1.num_batches_tracked (file Float32 [], model Int64 []), "
            + "bn1.weight (file Float32 [1], model Float32 [64])."));
        Assert.That(model.ComputeHash(), Is.EqualTo(before));
        Assert.That(model.LoadReport, Is.Null);
    }

    [Test]
    public void Load_OtherArchitecture_ShortensTheList()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D source = Saved(folder["w"]);
        using ResNet2D model = ActionModels.ResNet34(source.Classes);
        string before = model.ComputeHash();

        Assert.That(() => model.Load(PretrainedWeights.FromFile(folder["w"])), Throws.TypeOf<WeightsFormatException>()
            .With.Message.Contains("missing: layer1.2.bn1.bias, ").And.Message.Contains(" more.").And.Message.Length.LessThan(1000));
        Assert.That(model.ComputeHash(), Is.EqualTo(before));
    }

    [Test]
    public void Load_ClassifierOfAnotherWidth_IsAnError()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        using ResNet2D source = Saved(folder["w"], state => new(state) { ["fc.weight"] = torch.ones(9, 100), ["fc.bias"] = torch.ones(9) });
        using ResNet2D model = TestModels.Small(seed: 2);

        Assert.That(() => model.Load(PretrainedWeights.FromFile(folder["w"])), Throws.TypeOf<WeightsFormatException>()
            .With.Message.Contains("fc.weight (file Float32 [9, 100], model Float32 [4, 512])"));
    }

    [Test]
    public void Load_FileDamagedAfterItWasNamed_ChangesNothing()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D source = Saved(folder["w"]);
        var weights = PretrainedWeights.FromFile(folder["w"]);
        using (var cut = new FileStream(folder["w"], FileMode.Open))
        {
            cut.SetLength(cut.Length - 1);
        }

        using ResNet2D model = TestModels.Small(seed: 2);
        string before = model.ComputeHash();

        Assert.That(() => model.Load(weights), Throws.TypeOf<WeightsFormatException>());
        Assert.That(model.ComputeHash(), Is.EqualTo(before));
    }

    private static ResNet2D Saved(string path, Func<Dictionary<string, torch.Tensor>, Dictionary<string, torch.Tensor>>? change = null)
    {
        ResNet2D model = TestModels.Small(seed: 1);
        Formula.Fill(model);
        Dictionary<string, torch.Tensor> state = model.state_dict();
        SafetensorsFile.Write(path + ".tmp", change?.Invoke(state) ?? state, NoMetadata);
        File.Move(path + ".tmp", path);
        return model;
    }
}
