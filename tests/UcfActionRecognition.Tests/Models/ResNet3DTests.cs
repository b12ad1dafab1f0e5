using TorchSharp;
using TorchSharp.Modules;
using static UcfActionRecognition.Tests.Models.TestModels;

namespace UcfActionRecognition.Tests.Models;

public sealed class ResNet3DTests : TensorFixture
{
    [Test]
    public void Model_CarriesWhatItWasMadeWith()
    {
        using ResNet3D model = ActionModels.ResNet3D50(["Run", "Walk"], options: new()
        {
            ClipLength = 8,
            Size = new(112, 96),
            Normalization = Normalization.Ucf101Assignment,
            Shortcut = ShortcutType.A,
            Layer4Blocks = 2,
        });

        Assert.That(model.Architecture, Is.EqualTo("resnet3d50-shortcut-A-layer4-blocks-2"));
        Assert.That((model.Depth, model.Shortcut, model.Layer4Blocks), Is.EqualTo((50, ShortcutType.A, 2)));
        Assert.That(model.Input, Is.EqualTo(new InputSpec { ClipLength = 8, Size = new(112, 96), Normalization = Normalization.Ucf101Assignment }));
    }

    [Test]
    public void Options_ByDefault_Are16FramesOf224OfKineticsAndTheWholeNetwork()
    {
        using ResNet3D model = ActionModels.ResNet3D10(Classes(2));

        Assert.That(model.Architecture, Is.EqualTo("resnet3d10"));
        Assert.That((model.Shortcut, model.Layer4Blocks), Is.EqualTo((ShortcutType.B, 1)));
        Assert.That(model.Input, Is.EqualTo(new InputSpec { ClipLength = 16, Size = FrameSize.Square(224), Normalization = Normalization.Kinetics400 }));
    }

    [TestCase(1, 1, 1)]
    [TestCase(1, 1, 40)]
    [TestCase(2, 5, 3)]
    [TestCase(16, 33, 47)]
    [TestCase(37, 32, 32)]
    public void Forward_TakesAnyLengthHeightAndWidth(int length, int height, int width)
    {
        foreach (ShortcutType shortcut in Enum.GetValues<ShortcutType>())
        {
            using ResNet3D model = SmallClips(new() { Shortcut = shortcut });
            model.eval();
            using var mode = torch.no_grad();
            using torch.Tensor logits = model.call(torch.zeros([1, 3, length, height, width]));

            Assert.That(logits.shape, Is.EqualTo(new long[] { 1, 4 }));
            Assert.That(Values(logits), Is.All.Matches<double>(double.IsFinite));
        }
    }

    [TestCase(new long[] { 3, 16, 32, 32 })]
    [TestCase(new long[] { 1, 3, 32, 32 })]
    [TestCase(new long[] { 1, 1, 3, 16, 32, 32 })]
    [TestCase(new long[] { 1, 4, 16, 32, 32 })]
    [TestCase(new long[] { 1, 16, 32, 32, 3 })]
    [TestCase(new long[] { 0, 3, 16, 32, 32 })]
    [TestCase(new long[] { 1, 3, 0, 32, 32 })]
    [TestCase(new long[] { 1, 3, 16, 0, 32 })]
    [TestCase(new long[] { 1, 3, 16, 32, 0 })]
    public void Forward_WrongShape_ThrowsBeforeNativeCode(long[] shape)
    {
        using ResNet3D model = SmallClips();
        using torch.Tensor input = torch.zeros(shape);

        Assert.That(() => model.call(input), Throws.ArgumentException.With.Message.EqualTo(
            $"resnet3d10 takes N x 3 x T x H x W; the input is {string.Join(" x ", shape)}. (Parameter 'input')"));
    }

    [Test]
    public void TrainingMode_ClipThatLeavesOneValuePerChannel_ThrowsAndKeepsTheStatistics()
    {
        using ResNet3D model = SmallClips();
        using torch.Tensor clip = Formula.Input(1, 3, 16, 32, 32);

        Assert.That(() => model.call(clip), Throws.ArgumentException.With.Message.Contains("more than one value per channel"));
        Assert.That(model.state_dict()["layer4.0.bn2.running_var"].isnan().any().item<bool>(), Is.False);
    }

    [TestCase(0)]
    [TestCase(20)]
    [TestCase(-50)]
    public void Depth_Unknown_Throws(int depth) => Assert.That(() => ActionModels.ResNet3D(depth, Classes(2)),
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("depth")
            .And.Message.StartsWith("The depth is 10, 18, 34, 50, 101, 152 or 200."));

    private static IEnumerable<TestCaseData> OutOfRange()
    {
        yield return new(new ResNet3DOptions { ClipLength = 0 }, "ClipLength");
        yield return new(new ResNet3DOptions { ClipLength = -16 }, "ClipLength");
        yield return new(new ResNet3DOptions { ClipLength = 1 }, "ClipLength");
        yield return new(new ResNet3DOptions { Size = new(0, 224) }, "Size");
        yield return new(new ResNet3DOptions { Shortcut = (ShortcutType)2 }, "Shortcut");
        yield return new(new ResNet3DOptions { Layer4Blocks = 0 }, "Layer4Blocks");
        yield return new(new ResNet3DOptions { Layer4Blocks = 3 }, "Layer4Blocks");
        yield return new(new ResNet3DOptions { Scope = (FineTuneScope)9 }, "scope");
        yield return new(new ResNet3DOptions { BatchNorm = (BatchNormMode)9 }, "batchNorm");
    }

    [TestCaseSource(nameof(OutOfRange))]
    public void Options_OutOfRange_ThrowNamingTheOption(ResNet3DOptions options, string name) =>
        Assert.That(() => ActionModels.ResNet3D18(Classes(2), options: options),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(name));

    [Test]
    public void ShortcutA_HasTheKeysOfBWithoutDownsample()
    {
        using ResNet3D a = ActionModels.ResNet3D50(Classes(2), options: new() { Shortcut = ShortcutType.A });
        using ResNet3D b = ActionModels.ResNet3D50(Classes(2));

        Assert.That(a.state_dict().Keys, Is.EquivalentTo(b.state_dict().Keys.Where(key => !key.Contains("downsample", StringComparison.Ordinal))));
    }

    [Test]
    public void ShortcutA_WithADeadBranch_IsAveragePoolingAndZeroChannelsForwardAndBackward()
    {
        using var block = new BasicBlock(new BlockPlace(3, 2, ShortcutType.A, 5), 5);
        block.eval();
        foreach ((_, Parameter parameter) in block.named_parameters())
        {
            using var mode = torch.no_grad();
            parameter.zero_();
        }

        torch.Tensor input = Formula.Input(2, 3, 5, 4, 7).requires_grad_();
        torch.Tensor same = input.detach().clone().requires_grad_();
        torch.Tensor pooled = torch.nn.functional.avg_pool3d(same, [1, 1, 1], [2, 2, 2]);
        torch.Tensor expected = torch.cat([pooled, torch.zeros([2, 2, 3, 2, 4])], 1).relu();
        torch.Tensor actual = block.call(input);
        (actual * Formula.Input(actual.shape)).sum().backward();
        (expected * Formula.Input(expected.shape)).sum().backward();

        Assert.That(actual.shape, Is.EqualTo(expected.shape));
        Assert.That(Values(actual), Is.EqualTo(Values(expected)));
        Assert.That(Values(input.grad!), Is.EqualTo(Values(same.grad!)));
        Assert.That(Norm(input.grad!), Is.GreaterThan(0));
    }

    [Test]
    public void Initialization_IsKaimingFanOut()
    {
        using ResNet3D model = ActionModels.ResNet3D18(Classes(7), options: new() { Seed = 0 });
        Dictionary<string, torch.Tensor> state = model.state_dict();

        // std = sqrt(2 / (out channels * kernel volume)).
        Assert.That(Std("conv1.weight"), Is.EqualTo(Math.Sqrt(2.0 / (64 * 343))).Within(2).Percent);
        Assert.That(Std("layer3.0.conv1.weight"), Is.EqualTo(Math.Sqrt(2.0 / (256 * 27))).Within(0.5).Percent);
        Assert.That(Std("layer4.0.downsample.0.weight"), Is.EqualTo(Math.Sqrt(2.0 / 512)).Within(1).Percent);
        Assert.That(Values(state["layer4.1.bn2.weight"]), Is.All.EqualTo(1));
        Assert.That(Values(state["layer4.1.bn2.bias"]), Is.All.EqualTo(0));

        double Std(string key) => Norm(state[key]) / Math.Sqrt(state[key].numel());
    }

    [Test]
    public void LastBlock_OfATruncatedNetwork_IsTheLastBlockThatExists()
    {
        using ResNet3D model = SmallClips(new() { Layer4Blocks = 1, Scope = FineTuneScope.LastBlock }, depth: 18);

        Assert.That(model.TrainableParameters().Select(entry => entry.Name), Is.EquivalentTo((string[])
        [
            "layer4.0.conv1.weight", "layer4.0.bn1.weight", "layer4.0.bn1.bias",
            "layer4.0.conv2.weight", "layer4.0.bn2.weight", "layer4.0.bn2.bias",
            "layer4.0.downsample.0.weight", "layer4.0.downsample.1.weight", "layer4.0.downsample.1.bias",
            "fc.weight", "fc.bias",
        ]));
        Assert.That(model.state_dict().Keys, Has.None.StartsWith("layer4.1."));
    }

    [Test]
    public void FrozenPrefix_RecordsNoGraph_EvenForInputThatWantsGradients([Values] ShortcutType shortcut)
    {
        using ResNet3D model = SmallClips(new() { Shortcut = shortcut, Scope = FineTuneScope.LastBlock, BatchNorm = BatchNormMode.Frozen });
        torch.Tensor clips = Formula.Input(2, 3, 16, 32, 32).requires_grad_();
        model.call(clips).sum().backward();

        Assert.That(clips.grad, Is.Null, "nothing leads back to the input");
        Assert.That(model.named_parameters().Where(entry => entry.parameter.grad is not null).Select(entry => entry.name),
            Is.EquivalentTo(model.TrainableParameters().Select(entry => entry.Name)));
    }

    [Test]
    public void FrozenBatchNorms_UnderTrain_KeepEveryBitAndOthersMove([Values] BatchNormMode batchNorm)
    {
        using ResNet3D model = SmallClips(new() { Scope = FineTuneScope.LastBlock, BatchNorm = batchNorm });
        byte[][] before = Statistics();

        model.train();
        using torch.Tensor logits = model.call(Formula.Input(2, 3, 17, 33, 33));

        Assert.That(before.Zip(Statistics()).All(pair => pair.First.SequenceEqual(pair.Second) == (batchNorm == BatchNormMode.Frozen)));

        byte[][] Statistics() => [.. model.named_buffers().Select(entry => entry.buffer.bytes.ToArray())];
    }

    [Test]
    public void Forward_InsideADisposeScope_LeavesOnlyTheLogitsToIt([Values] ShortcutType shortcut)
    {
        using ResNet3D model = SmallClips(new() { Shortcut = shortcut });
        model.eval();
        using torch.Tensor input = Formula.Input(1, 3, 4, 32, 32);
        using var mode = torch.no_grad();
        using var scope = torch.NewDisposeScope();

        using torch.Tensor logits = model.call(input);

        Assert.That(scope.DisposablesCount, Is.EqualTo(1));
    }

    [Test]
    public void FullWeights_IntoATruncatedModel_LoadAndTheReportNamesWhatIsDropped()
    {
        using var folder = new TemporaryFolder();
        using ResNet3D whole = SmallClips(depth: 18, seed: 2);
        ModelCheckpoint.Save(folder["whole"], whole);
        using ResNet3D model = SmallClips(new() { Layer4Blocks = 1 }, depth: 18);

        WeightsLoadReport report = model.Load(PretrainedWeights.FromFile(folder["whole"]));

        Assert.That(report.Dropped, Is.EqualTo(whole.state_dict().Keys.Where(key => key.StartsWith("layer4.1.", StringComparison.Ordinal)).Order(StringComparer.Ordinal)));
        Assert.That(report.Dropped, Has.Count.EqualTo(12));
        Assert.That(report.Loaded, Is.EquivalentTo(model.state_dict().Keys));
        Assert.That(report.ToString(), Does.EndWith("0 kept as initialised, 12 dropped by truncation; classifier loaded"));
        foreach ((string key, torch.Tensor value) in model.state_dict())
        {
            Assert.That(value.bytes.SequenceEqual(whole.state_dict()[key].bytes), key);
        }
    }

    [TestCase("layer4.1.conv3.weight")]
    [TestCase("layer4.1.downsample.0.weight")]
    [TestCase("layer4.2.conv1.weight")]
    [TestCase("layer3.2.conv1.weight")]
    public void WeightsWithAKeyOfNoWholeNetwork_IntoATruncatedModel_Throw(string key)
    {
        using var folder = new TemporaryFolder();
        using ResNet3D model = SmallClips(new() { Layer4Blocks = 1 }, depth: 18);
        var state = new Dictionary<string, torch.Tensor>(model.state_dict()) { [key] = torch.zeros(2) };
        SafetensorsFile.Write(folder["w.safetensors"], state, new Dictionary<string, string>());

        Assert.That(() => model.Load(PretrainedWeights.FromFile(folder["w.safetensors"])),
            Throws.TypeOf<WeightsFormatException>().With.Message.Contains($"1 unexpected: {key}"));
    }

    [Test]
    public void TruncatedWeights_IntoAWholeModel_ThrowNamingWhatIsMissing()
    {
        using var folder = new TemporaryFolder();
        using ResNet3D truncated = SmallClips(new() { Layer4Blocks = 1 }, depth: 18);
        ModelCheckpoint.Save(folder["w"], truncated);
        using ResNet3D model = SmallClips(depth: 18);

        Assert.That(() => model.Load(PretrainedWeights.FromFile(folder["w"])),
            Throws.TypeOf<WeightsFormatException>().With.Message.Contains("10 missing: layer4.1.bn1.bias"));
    }

    [TestCase(ShortcutType.A, 1)]
    [TestCase(ShortcutType.B, 1)]
    [TestCase(ShortcutType.A, null)]
    public void Checkpoint_BringsBackTheSameModel(ShortcutType shortcut, int? layer4Blocks)
    {
        using var folder = new TemporaryFolder();
        using ResNet3D saved = SmallClips(
            new() { Shortcut = shortcut, Layer4Blocks = layer4Blocks, ClipLength = 12, Normalization = Normalization.Ucf101Assignment }, depth: 18);
        ModelCheckpoint.Save(folder["m"], saved);

        using var loaded = (ResNet3D)ActionModels.FromCheckpoint(folder["m"]);

        Assert.That(loaded.Architecture, Is.EqualTo(saved.Architecture));
        Assert.That((loaded.Depth, loaded.Shortcut, loaded.Layer4Blocks), Is.EqualTo((18, shortcut, layer4Blocks ?? 2)));
        Assert.That(loaded.Input, Is.EqualTo(saved.Input));
        Assert.That(loaded.Classes, Is.EqualTo(saved.Classes));
        Assert.That(loaded.ComputeHash(), Is.EqualTo(saved.ComputeHash()));
    }

    [Test]
    public void Checkpoint_IntoAModelOfAnotherTruncation_Throws()
    {
        using var folder = new TemporaryFolder();
        using ResNet3D saved = SmallClips(new() { Layer4Blocks = 1 }, depth: 18);
        ModelCheckpoint.Save(folder["m"], saved);
        using ResNet3D model = SmallClips(depth: 18);

        Assert.That(() => ModelCheckpoint.Load(folder["m"], model), Throws.TypeOf<CheckpointException>().With.Message.Contains(
            "is of resnet3d18-layer4-blocks-1; the model is resnet3d18"));
    }

    [TestCase("resnet3d50-layer4-blocks-3", TestName = "FromName_AllBlocksSpelledOut_IsNone")]
    [TestCase("resnet3d50-layer4-blocks-0", TestName = "FromName_NoBlocks_IsNone")]
    [TestCase("resnet3d50-shortcut-C", TestName = "FromName_UnknownShortcut_IsNone")]
    [TestCase("resnet3d20", TestName = "FromName_UnknownDepth_IsNone")]
    [TestCase("resnet50", TestName = "FromName_2D_IsNone")]
    public void FromName_OtherNames_AreNone(string name) => Assert.That(ResNet3D.FromName(name), Is.Null);
}
