using TorchSharp;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static UcfActionRecognition.Tests.Models.TestModels;

namespace UcfActionRecognition.Tests.Models;

public sealed class FineTuneTests : TensorFixture
{
    private static readonly string[] LastBlockOf18 =
    [
        "layer4.1.conv1.weight", "layer4.1.bn1.weight", "layer4.1.bn1.bias",
        "layer4.1.conv2.weight", "layer4.1.bn2.weight", "layer4.1.bn2.bias",
    ];

    private static readonly string[] FirstBlockOfLastStageOf18 =
    [
        "layer4.0.conv1.weight", "layer4.0.bn1.weight", "layer4.0.bn1.bias",
        "layer4.0.conv2.weight", "layer4.0.bn2.weight", "layer4.0.bn2.bias",
        "layer4.0.downsample.0.weight", "layer4.0.downsample.1.weight", "layer4.0.downsample.1.bias",
    ];

    private static readonly string[] Head = ["fc.weight", "fc.bias"];

    [Test]
    public void TrainableParameters_OfEachScope_AreExactlyItsKeys()
    {
        using ResNet2D model = Small();

        Assert.That(Trainable(FineTuneScope.Head), Is.EquivalentTo(Head));
        Assert.That(Trainable(FineTuneScope.LastBlock), Is.EquivalentTo((string[])[.. LastBlockOf18, .. Head]));
        Assert.That(Trainable(FineTuneScope.LastStage), Is.EquivalentTo((string[])[.. FirstBlockOfLastStageOf18, .. LastBlockOf18, .. Head]));
        Assert.That(Trainable(FineTuneScope.All), Is.EquivalentTo(model.named_parameters().Select(entry => entry.name)));

        IEnumerable<string> Trainable(FineTuneScope scope)
        {
            model.FineTune(scope, BatchNormMode.Train);
            return model.TrainableParameters().Select(entry => entry.Name);
        }
    }

    [Test]
    public void LastBlock_OfResNet50_IsLayer4Block2AndClassifier()
    {
        using ResNet2D model = ActionModels.ResNet50(Classes(5), options: new() { Scope = FineTuneScope.LastBlock });

        Assert.That(model.TrainableParameters().Select(entry => entry.Name), Is.EquivalentTo((string[])
        [
            "layer4.2.conv1.weight", "layer4.2.bn1.weight", "layer4.2.bn1.bias",
            "layer4.2.conv2.weight", "layer4.2.bn2.weight", "layer4.2.bn2.bias",
            "layer4.2.conv3.weight", "layer4.2.bn3.weight", "layer4.2.bn3.bias",
            "fc.weight", "fc.bias",
        ]));
    }

    [Test]
    public void FrozenBatchNorms_AfterTrainingStepsUnderTrain_KeepEveryBit([Values] FineTuneScope scope)
    {
        using ResNet2D model = Small();
        model.FineTune(scope, BatchNormMode.Frozen);
        Dictionary<string, byte[]> before = Statistics(model);

        Step(model);

        Assert.That(Statistics(model), Is.EqualTo(before));
    }

    [Test]
    public void TrainedBatchNorms_AfterATrainingStep_HaveMovedInFrozenLayersToo()
    {
        using ResNet2D model = Small();
        model.FineTune(FineTuneScope.Head, BatchNormMode.Train);
        Dictionary<string, byte[]> before = Statistics(model);

        Step(model);

        Dictionary<string, byte[]> after = Statistics(model);
        Assert.That(after.Keys.Where(key => after[key].SequenceEqual(before[key])), Is.Empty, "every BatchNorm moves");
        Assert.That(BitConverter.ToInt64(after["bn1.num_batches_tracked"]), Is.EqualTo(1));
    }

    [Test]
    public void FrozenBatchNorms_WhoeverCallsTrain_StayInEvaluationMode()
    {
        using ResNet2D model = Small();
        model.FineTune(FineTuneScope.LastBlock, BatchNormMode.Frozen);
        BatchNorm[] norms = [.. model.modules().OfType<BatchNorm>()];
        Assert.That(norms, Has.Length.EqualTo(20));

        model.train();
        Assert.That(model.training, "the model itself trains");
        AllFrozen("the model");
        model.eval();
        model.train(true);
        AllFrozen("eval and train");
        foreach (torch.nn.Module child in model.modules())
        {
            child.train();
        }

        AllFrozen("every child by itself");
        model.apply(module => module.train());
        AllFrozen("apply");

        void AllFrozen(string after) => Assert.That(norms.Where(norm => norm.training), Is.Empty, after);
    }

    [Test]
    public void Unfreezing_BringsBatchNormsToTheModelsMode()
    {
        using ResNet2D model = Small();
        model.FineTune(FineTuneScope.All, BatchNormMode.Frozen);
        model.FineTune(FineTuneScope.All, BatchNormMode.Train);
        Assert.That(model.modules().OfType<BatchNorm>().All(norm => norm.training));

        model.FineTune(FineTuneScope.All, BatchNormMode.Frozen);
        model.eval();
        model.FineTune(FineTuneScope.All, BatchNormMode.Train);
        Assert.That(model.modules().OfType<BatchNorm>().Any(norm => norm.training), Is.False);
    }

    [Test]
    public void FrozenPrefix_RecordsNoGraph_EvenForInputThatWantsGradients()
    {
        using ResNet2D model = Small();
        model.FineTune(FineTuneScope.LastBlock, BatchNormMode.Frozen);
        using torch.Tensor frames = Formula.Input(2, 3, 32, 32).requires_grad_();
        using torch.Tensor loss = model.call(frames).sum();

        loss.backward();

        Assert.That(frames.grad, Is.Null, "nothing leads back to the input");
        Assert.That(model.named_parameters().Where(entry => entry.parameter.grad is not null).Select(entry => entry.name),
            Is.EquivalentTo(model.TrainableParameters().Select(entry => entry.Name)));
    }

    [Test]
    public void GradientOfTheTrainedPart_IsTheSameAsWithoutFreezing([Values] BatchNormMode batchNorm)
    {
        using ResNet2D whole = Small(seed: 5);
        whole.FineTune(FineTuneScope.All, batchNorm);
        Backward(whole);
        using ResNet2D part = Small(seed: 5);
        part.FineTune(FineTuneScope.LastStage, batchNorm);
        Backward(part);

        // BatchNorms over the few values of a small batch amplify the last bit in which the two ways differ.
        double bound = batchNorm == BatchNormMode.Train ? 1e-3 : 1e-5;
        foreach ((string name, Parameter parameter) in part.TrainableParameters())
        {
            double[] expected = Values(whole.get_parameter(name)!.grad!);
            Assert.That(RelativeDifference(Values(parameter.grad!), expected), Is.LessThan(bound), name);
            Assert.That(expected.Any(value => value != 0), name);
        }
    }

    [Test]
    public void ParameterUnfrozenByHand_GetsItsGradient()
    {
        using ResNet2D model = Small();
        model.FineTune(FineTuneScope.Head, BatchNormMode.Frozen);
        Parameter parameter = model.get_parameter("layer2.1.conv1.weight")!;
        parameter.requires_grad = true;

        Backward(model);

        Assert.That(Norm(parameter.grad!), Is.GreaterThan(0));
    }

    [Test]
    public void FineTune_DropsGradientsOfWhatItFreezes()
    {
        using ResNet2D model = Small();
        Backward(model);
        Assert.That(model.get_parameter("conv1.weight")!.grad, Is.Not.Null);

        model.FineTune(FineTuneScope.Head, BatchNormMode.Train);

        Assert.That(model.get_parameter("conv1.weight")!.grad, Is.Null);
        Assert.That(model.get_parameter("fc.weight")!.grad, Is.Not.Null);
    }

    [Test]
    public void FineTune_UnknownValue_Throws()
    {
        using ResNet2D model = Small();

        Assert.That(() => model.FineTune((FineTuneScope)9, BatchNormMode.Train),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("scope"));
        Assert.That(() => model.FineTune(FineTuneScope.Head, (BatchNormMode)9),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("batchNorm"));
    }

    [Test]
    public void FrozenBatchNorms_OfAModelOfTheUsersOwn_StayInEvaluationMode()
    {
        using var model = new OwnModel();
        model.FineTune(FineTuneScope.Head, BatchNormMode.Frozen);
        byte[] before = model.get_buffer("norm.running_mean")!.bytes.ToArray();

        model.train();
        using torch.Tensor logits = model.call(Formula.Input(2, 3, 4, 4));

        Assert.That(logits.shape, Is.EqualTo(new long[] { 2, 2 }));
        Assert.That(model.get_buffer("norm.running_mean")!.bytes.ToArray(), Is.EqualTo(before));
        Assert.That(model.TrainableParameters().Select(entry => entry.Name), Is.EqualTo((string[])["fc.weight", "fc.bias"]));
    }

    [Test]
    public void TrainingMode_OneValuePerChannel_ThrowsAndKeepsTheStatistics()
    {
        using ResNet2D model = Small();
        model.FineTune(FineTuneScope.Head, BatchNormMode.Train);
        using torch.Tensor frame = Formula.Input(1, 3, 32, 32);

        Assert.That(() => model.call(frame), Throws.ArgumentException.With.Message.Contains("more than one value per channel"));
        Assert.That(model.state_dict()["layer4.1.bn2.running_var"].isnan().any().item<bool>(), Is.False);
        model.FineTune(FineTuneScope.Head, BatchNormMode.Frozen);
        using torch.Tensor logits = model.call(frame);
        Assert.That(logits.shape, Is.EqualTo(new long[] { 1, 4 }));
    }

    /// <summary>A model that derives from ActionModel outside the library, with TorchSharp's own BatchNorm.</summary>
    private sealed class OwnModel : ActionModel
    {
        [ComponentName(Name = "norm")]
        private readonly BatchNorm2d _norm;

        [ComponentName(Name = "fc")]
        private readonly Linear _fc;

        public OwnModel()
            : base("own", ["A", "B"], new InputSpec { Size = FrameSize.Square(4), Normalization = Normalization.ImageNet })
        {
            _norm = torch.nn.BatchNorm2d(3);
            _fc = torch.nn.Linear(3, 2);
            RegisterComponents();
        }

        protected override IReadOnlyList<string> TrainedPrefixes(FineTuneScope scope) => scope == FineTuneScope.Head ? ["fc."] : [""];

        protected override torch.Tensor Logits(torch.Tensor input) => _fc.call(_norm.call(input).mean([2, 3]));
    }

    private static void Step(ResNet2D model)
    {
        model.train();
        using var optimizer = torch.optim.SGD(model.TrainableParameters().Select(entry => entry.Parameter), 0.1);
        Backward(model);
        optimizer.step();
    }

    private static void Backward(ResNet2D model)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor loss = torch.nn.functional.cross_entropy(model.call(Formula.Input(4, 3, 32, 32)), torch.tensor(new long[] { 0, 1, 2, 3 }));
        loss.backward();
    }

    private static Dictionary<string, byte[]> Statistics(ResNet2D model) =>
        model.named_buffers().ToDictionary(entry => entry.name, entry => entry.buffer.bytes.ToArray());
}
