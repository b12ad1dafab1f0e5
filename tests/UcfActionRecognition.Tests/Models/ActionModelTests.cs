using TorchSharp;
using static UcfActionRecognition.Tests.Models.TestModels;

namespace UcfActionRecognition.Tests.Models;

[NonParallelizable] // It draws from the global generator.
public sealed class ActionModelTests : TensorFixture
{
    [Test]
    public void Model_CarriesWhatItWasMadeWith()
    {
        using ResNet2D model = ActionModels.ResNet34(["Run", "Walk"], options: new() { Size = new(120, 160), Normalization = Normalization.Ucf101Assignment });

        Assert.That(model.Architecture, Is.EqualTo("resnet34"));
        Assert.That(model.Depth, Is.EqualTo(34));
        Assert.That(model.Classes, Is.EqualTo((string[])["Run", "Walk"]));
        Assert.That(model.Input, Is.EqualTo(new InputSpec { Size = new(120, 160), Normalization = Normalization.Ucf101Assignment }));
        Assert.That(model.Device.type, Is.EqualTo(DeviceType.CPU));
        Assert.That((model.Scope, model.BatchNorm, model.training), Is.EqualTo((FineTuneScope.All, BatchNormMode.Train, true)));
        Assert.That(model.LoadReport, Is.Null);
    }

    [TestCase(1, 1)]
    [TestCase(33, 47)]
    [TestCase(224, 224)]
    public void Forward_TakesAnyHeightAndWidth(int height, int width)
    {
        using ResNet2D model = Small();
        model.eval();
        using var mode = torch.no_grad();
        using torch.Tensor logits = model.call(torch.zeros(1, 3, height, width));

        Assert.That(logits.shape, Is.EqualTo(new long[] { 1, 4 }));
    }

    [TestCase(new long[] { 3, 32, 32 })]
    [TestCase(new long[] { 1, 3, 1, 32, 32 })]
    [TestCase(new long[] { 1, 4, 32, 32 })]
    [TestCase(new long[] { 1, 32, 32, 3 })]
    [TestCase(new long[] { 0, 3, 32, 32 })]
    [TestCase(new long[] { 1, 3, 0, 32 })]
    public void Forward_WrongShape_ThrowsBeforeNativeCode(long[] shape)
    {
        using ResNet2D model = Small();
        using torch.Tensor input = torch.zeros(shape);

        Assert.That(() => model.call(input), Throws.ArgumentException.With.Message.EqualTo(
            $"resnet18 takes N x 3 x H x W; the input is {string.Join(" x ", shape)}. (Parameter 'input')"));
    }

    [Test]
    public void Forward_WrongType_ThrowsBeforeNativeCode()
    {
        using ResNet2D model = Small();
        using torch.Tensor input = torch.zeros([1, 3, 32, 32], torch.ScalarType.Byte);

        Assert.That(() => model.call(input), Throws.ArgumentException.With.Message.EqualTo(
            "resnet18 is Float32 on cpu; the input is Byte on cpu. (Parameter 'input')"));
    }

    [Test]
    public void Forward_InsideADisposeScope_LeavesOnlyTheLogitsToIt()
    {
        using ResNet2D model = Small();
        using torch.Tensor input = Formula.Input(2, 3, 32, 32);
        using var mode = torch.no_grad();
        using var scope = torch.NewDisposeScope();

        using torch.Tensor logits = model.call(input);

        Assert.That(scope.DisposablesCount, Is.EqualTo(1));
    }

    [Test]
    public void Model_MadeMovedAndLoadedInsideADisposeScope_OutlivesIt()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D saved = Small(seed: 4);
        ModelCheckpoint.Save(folder["m"], saved);
        ResNet2D model;
        using (torch.NewDisposeScope())
        {
            model = Small();
            model.FineTune(FineTuneScope.LastBlock, BatchNormMode.Frozen);
            model.Load(PretrainedWeights.FromFile(folder["m"]));
            model.to(torch.ScalarType.Float64);
            model.to(torch.ScalarType.Float32);
        }

        Assert.That(model.ComputeHash(), Is.EqualTo(saved.ComputeHash()));
        model.Dispose();
    }

    [Test]
    public void Seed_GivesTheSameWeightsAndLeavesTheGlobalGeneratorAlone()
    {
        torch.random.manual_seed(11);
        using torch.Tensor expected = torch.rand(4);
        torch.random.manual_seed(11);
        using ResNet2D first = Small(seed: 7);
        using torch.Tensor actual = torch.rand(4);
        using ResNet2D second = Small(seed: 7);
        using ResNet2D other = Small(seed: 8);

        Assert.That(second.ComputeHash(), Is.EqualTo(first.ComputeHash()));
        Assert.That(other.ComputeHash(), Is.Not.EqualTo(first.ComputeHash()));
        Assert.That(actual.bytes.ToArray(), Is.EqualTo(expected.bytes.ToArray()));
    }

    [Test]
    public void Seed_WhileAnotherThreadDraws_GivesTheSameWeights()
    {
        using ResNet2D alone = Small(seed: 7);
        using var stop = new CancellationTokenSource();
        using var begun = new ManualResetEventSlim();
        var drawing = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                torch.rand(4).Dispose();
                begun.Set();
            }
        });
        begun.Wait();
        try
        {
            using ResNet2D meanwhile = Small(seed: 7);
            Assert.That(meanwhile.ComputeHash(), Is.EqualTo(alone.ComputeHash()));
        }
        finally
        {
            stop.Cancel();
            drawing.Wait();
        }
    }

    [Test]
    public void NoSeed_DrawsFromTheGlobalGenerator()
    {
        torch.random.manual_seed(3);
        using ResNet2D first = ActionModels.ResNet18(Classes(2));
        using ResNet2D next = ActionModels.ResNet18(Classes(2));
        torch.random.manual_seed(3);
        using ResNet2D again = ActionModels.ResNet18(Classes(2));

        Assert.That(again.ComputeHash(), Is.EqualTo(first.ComputeHash()));
        Assert.That(next.ComputeHash(), Is.Not.EqualTo(first.ComputeHash()));
    }

    [Test]
    public void Initialization_IsTorchvisions()
    {
        using ResNet2D model = ActionModels.ResNet50(Classes(101), options: new() { Seed = 0 });
        Dictionary<string, torch.Tensor> state = model.state_dict();

        // Kaiming normal, fan-out, relu: std = sqrt(2 / (out channels * kernel area)).
        Assert.That(Std("layer3.1.conv2.weight"), Is.EqualTo(Math.Sqrt(2.0 / (256 * 9))).Within(0.5).Percent);
        Assert.That(Std("layer4.0.downsample.0.weight"), Is.EqualTo(Math.Sqrt(2.0 / 2048)).Within(0.5).Percent);
        double[] fc = Values(state["fc.weight"]);
        double bound = 1 / Math.Sqrt(2048);
        Assert.That(fc.Max(Math.Abs), Is.LessThanOrEqualTo(bound).And.GreaterThan(0.999 * bound), "uniform up to 1 / sqrt(features)");
        Assert.That(Values(state["layer1.0.bn3.weight"]), Is.All.EqualTo(1));
        Assert.That(Values(state["layer1.0.bn3.bias"]), Is.All.EqualTo(0));
        Assert.That(Values(state["bn1.running_mean"]), Is.All.EqualTo(0));
        Assert.That(Values(state["bn1.running_var"]), Is.All.EqualTo(1));
        Assert.That(Values(state["bn1.num_batches_tracked"]), Is.All.EqualTo(0));

        double Std(string key) => Norm(state[key]) / Math.Sqrt(state[key].numel());
    }

    [Test]
    public void ComputeHash_ChangesWithEveryValueKeyAndInput()
    {
        using ResNet2D model = Small();
        string hash = model.ComputeHash();
        Assert.That(hash, Does.Match("^[0-9a-f]{64}$"));

        using ResNet2D otherInput = Small(options: new() { Normalization = Normalization.Ucf101Assignment });
        Assert.That(otherInput.ComputeHash(), Is.Not.EqualTo(hash));

        using (torch.no_grad())
        {
            model.get_buffer("layer4.1.bn2.num_batches_tracked")!.add_(1);
        }

        Assert.That(model.ComputeHash(), Is.Not.EqualTo(hash));
    }

    [Test]
    public void ComputeHash_IsTheSameForAnyMemoryLayout()
    {
        using ResNet2D model = Small();
        string hash = model.ComputeHash();
        var convolution = (TorchSharp.Modules.Conv2d)model.named_children().Single(child => child.name == "conv1").module;
        using (torch.no_grad())
        {
            convolution.weight = new TorchSharp.Modules.Parameter(convolution.weight.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2));
        }

        Assert.That(convolution.weight.is_contiguous(), Is.False);
        Assert.That(model.ComputeHash(), Is.EqualTo(hash));
    }

    [Test]
    public void To_AnotherType_KeepsWhatIsTrainedAndFrozen()
    {
        // The same code of TorchSharp moves a model to a GPU: it replaces every parameter object.
        using ResNet2D model = Small();
        model.FineTune(FineTuneScope.LastBlock, BatchNormMode.Frozen);
        string[] trained = [.. model.TrainableParameters().Select(entry => entry.Name)];

        model.to(torch.ScalarType.Float64);

        Assert.That(model.TrainableParameters().Select(entry => entry.Name), Is.EqualTo(trained));
        Assert.That(model.state_dict().Values.Select(tensor => tensor.dtype).Distinct(),
            Is.EquivalentTo((torch.ScalarType[])[torch.ScalarType.Float64, torch.ScalarType.Int64]));
        using torch.Tensor loss = model.call(torch.zeros([1, 3, 32, 32], torch.ScalarType.Float64)).sum();
        loss.backward();
        Assert.That(model.TrainableParameters().All(entry => entry.Parameter.grad is not null));
    }

    [Test]
    public void Classes_EmptyOrTwice_Throw()
    {
        Assert.That(() => ActionModels.ResNet18([]), Throws.ArgumentException);
        Assert.That(() => ActionModels.ResNet18(["A", " "]), Throws.ArgumentException);
        Assert.That(() => ActionModels.ResNet18(["A", "B", "A"]), Throws.ArgumentException.With.Message.Contains("'A' is listed twice"));
    }

    [Test]
    public void Depth_Unknown_Throws() =>
        Assert.That(() => ActionModels.ResNet2D(20, Classes(2)), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("depth"));

    [Test]
    public void Options_OutOfRange_ThrowNamingTheOption() =>
        Assert.That(() => ActionModels.ResNet18(Classes(2), options: new() { Size = new(0, 224) }),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("Size"));
}
