using TorchSharp;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Weights;

public class ResNetSignatureTests
{
    [TestCase(18)]
    [TestCase(34)]
    [TestCase(50)]
    [TestCase(101)]
    [TestCase(152)]
    public void Of_FramesOfAnyDepth_IsTheirArchitecture(int depth)
    {
        using ResNet2D model = ActionModels.ResNet2D(depth, TestModels.Classes(7), options: new ResNet2DOptions { Seed = 0 });
        Assert.That(Of(model).ToString(), Is.EqualTo($"resnet{depth} with 7 classes"));
    }

    [Test]
    [Pairwise]
    public void Of_ClipsOfAnyDepthShortcutAndTruncation_IsTheirArchitecture(
        [Values(10, 18, 34, 50, 101, 152, 200)] int depth, [Values] ShortcutType shortcut, [Values] bool truncated)
    {
        using ResNet3D model = ActionModels.ResNet3D(
            depth, TestModels.Classes(5), options: new ResNet3DOptions { Shortcut = shortcut, Layer4Blocks = truncated ? 1 : null, Seed = 0 });
        Assert.That(Of(model), Is.EqualTo(new ResNetSignature(model.Architecture, 5)));
    }

    [Test]
    public void Of_OtherWeights_IsNothing() => Assert.Multiple(() =>
    {
        Assert.That(ResNetSignature.Of(Entries([])), Is.Null);
        Assert.That(ResNetSignature.Of(Entries([("conv1.weight", [64, 3, 7, 7])])), Is.Null);
        Assert.That(ResNetSignature.Of(Entries([("conv1.weight", [64]), ("layer1.0.conv1.weight", [1])])), Is.Null);
    });

    // Shapes of wide_resnet50_2, resnext50_32x4d and resnext101_32x8d of torchvision, and of the 3D ResNeXt-101 and wide ResNet-50 of
    // kenshohara/3D-ResNets-PyTorch: keys and depths of ResNets.
    [TestCase(false, 50, 2, 1)]
    [TestCase(false, 50, 2, 32)]
    [TestCase(false, 101, 4, 32)]
    [TestCase(true, 101, 2, 32)]
    [TestCase(true, 50, 2, 1)]
    public void Of_WiderOrGroupedBottlenecks_IsNothing(bool clips, int depth, int wider, int groups)
    {
        using ResNet model = clips
            ? ActionModels.ResNet3D(depth, TestModels.Classes(5), options: new ResNet3DOptions { Seed = 0 })
            : ActionModels.ResNet2D(depth, TestModels.Classes(5), options: new ResNet2DOptions { Seed = 0 });
        (string Name, long[] Shape)[] shapes = [.. model.state_dict().Select(entry => (entry.Key, entry.Value.shape))];

        Assert.That(ResNetSignature.Of(Entries(shapes)), Is.Not.Null);
        Assert.That(ResNetSignature.Of(Entries([.. shapes.Select(entry => (entry.Name, Changed(entry.Name, entry.Shape)))])), Is.Null);

        long[] Changed(string name, long[] shape) => name.StartsWith("layer", StringComparison.Ordinal) ? name.Split('.')[^2] switch
        {
            "conv1" => [shape[0] * wider, .. shape[1..]],
            "conv2" => [shape[0] * wider, shape[1] * wider / groups, .. shape[2..]],
            "conv3" => [shape[0], shape[1] * wider, .. shape[2..]],
            _ => shape,
        } : shape;
    }

    [Test]
    public void Of_GroupsOfTheSameWidthOrAnotherStem_IsNothing()
    {
        using ResNet2D model = TestModels.Small();
        (string Name, long[] Shape)[] shapes = [.. model.state_dict().Select(entry => (entry.Key, entry.Value.shape))];
        Assert.Multiple(() =>
        {
            Assert.That(With("layer4.1.conv2.weight", [512, 16, 3, 3]), Is.Null);
            Assert.That(With("layer4.1.conv2.weight", [512, 512, 3, 3]), Is.Not.Null);
            Assert.That(With("conv1.weight", [64, 3, 3, 3]), Is.Null);
            Assert.That(With("conv1.weight", [64, 6, 7, 7]), Is.Null);
        });

        ResNetSignature? With(string name, long[] shape) =>
            ResNetSignature.Of(Entries([.. shapes.Select(entry => entry.Name == name ? (name, shape) : entry)]));
    }

    [Test]
    public void Load_WeightsOfAnotherNetwork_SaysWhichTheyAre()
    {
        using var folder = new TemporaryFolder();
        using ResNet3D kinetics = TestModels.SmallClips(new ResNet3DOptions { Shortcut = ShortcutType.A }, depth: 18);
        ModelCheckpoint.Save(folder["kinetics.safetensors"], kinetics);
        PretrainedWeights weights = PretrainedWeights.FromFile(folder["kinetics.safetensors"]);
        Assert.Multiple(() =>
        {
            AssertRefused(() => ActionModels.ResNet3D18(TestModels.Classes(4), weights), "resnet3d18");
            AssertRefused(() => ActionModels.ResNet3D34(TestModels.Classes(4), weights), "resnet3d34");
            AssertRefused(() => ActionModels.ResNet18(TestModels.Classes(4), weights), "resnet18");
        });

        static void AssertRefused(Func<ResNet> make, string asked) => Assert.That(
            make,
            Throws.TypeOf<WeightsFormatException>()
                .With.Message.Contains($"does not fit {asked}; the model is unchanged. By its keys and shapes it is of resnet3d18-shortcut-A with 4 classes."));
    }

    [Test]
    public void Load_ANewHead_LeavesTheClassifierThoughTheFilesWouldFit()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D trained = TestModels.Small(seed: 1);
        ModelCheckpoint.Save(folder["trained.safetensors"], trained);
        PretrainedWeights weights = PretrainedWeights.FromFile(folder["trained.safetensors"]);
        using ResNet2D model = TestModels.Small(seed: 2);
        double[] head = TestModels.Values(model.get_parameter("fc.weight")!);
        WeightsLoadReport report = model.Load(weights, newHead: true);
        Assert.Multiple(() =>
        {
            Assert.That(report.HeadLoaded, Is.False);
            Assert.That(TestModels.Values(model.get_parameter("fc.weight")!), Is.EqualTo(head));
            Assert.That(TestModels.Values(model.get_parameter("conv1.weight")!), Is.EqualTo(TestModels.Values(trained.get_parameter("conv1.weight")!)));
            Assert.That(model.Load(weights).HeadLoaded, Is.True);
        });
    }

    private static ResNetSignature Of(ResNet model) =>
        ResNetSignature.Of(Entries([.. model.state_dict().Select(entry => (entry.Key, entry.Value.shape))]))!;

    private static Dictionary<string, WeightsEntry> Entries((string Name, long[] Shape)[] tensors) =>
        tensors.ToDictionary(tensor => tensor.Name, tensor => new WeightsEntry(tensor.Name, torch.ScalarType.Float32, tensor.Shape));
}
