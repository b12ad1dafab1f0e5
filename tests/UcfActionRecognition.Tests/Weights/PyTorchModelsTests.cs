using System.Text.Json;
using TorchSharp;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>Whole models from PyTorch to the library and back, with PyTorch's own logits beside ours.</summary>
public class PyTorchModelsTests
{
    private static readonly string Script = Path.Combine(Repository.Root, "tests", "reference", "pytorch_models.py");

    private TemporaryFolder _saved = null!;
    private JsonElement _logits;

    [OneTimeSetUp]
    public void SaveModels()
    {
        RequirePyTorch();
        _saved = new TemporaryFolder();
        _logits = Run("write", _saved.Path);
    }

    [OneTimeTearDown]
    public void DeleteModels() => _saved?.Dispose();

    [Test]
    public void FromFile_ModelsThatPyTorchSaved_GivePyTorchsLogits()
    {
        Assert.Multiple(() =>
        {
            foreach (string name in new[] { "resnet50", "resnet3d50" })
            {
                foreach (string format in new[] { "zip", "legacy", "tar" })
                {
                    using ResNet model = Make(name, PretrainedWeights.FromFile(_saved[$"{name}-{format}.pth"]));
                    Assert.That(model.LoadReport!.HeadLoaded, Is.True);
                    Assert.That(Difference(model, _logits.GetProperty(name)), Is.LessThan(1e-4), $"{name}, {format}");
                }
            }
        });
    }

    [Test]
    [Platform("Linux")]
    [NonParallelizable]
    public void Load_TakesLittleMoreMemoryThanTheFileHas()
    {
        using ResNet model = Make("resnet50", null);
        Assert.Multiple(() =>
        {
            foreach (string format in (string[])["zip", "legacy", "tar"])
            {
                string path = _saved[$"resnet50-{format}.pth"];
                Assert.That(PeakMemory.Of(() => model.Load(PretrainedWeights.FromFile(path))).Rise, Is.LessThan(1.3 * new FileInfo(path).Length), format);
            }
        });
    }

    [TestCase("resnet50")]
    [TestCase("resnet3d50")]
    public void Save_ACheckpoint_GivesOurLogitsInPyTorch(string name)
    {
        using var folder = new TemporaryFolder();
        using ResNet model = Make(name, null);
        ModelCheckpoint.Save(folder["model.safetensors"], model);
        Assert.That(Difference(model, Run("read", folder["model.safetensors"], name)), Is.LessThan(1e-4));
    }

    private static void RequirePyTorch() =>
        ExternalProgram.Require("python3 with torch and torchvision", "/usr/bin/python3", "-c", "import torch, torchvision");

    private static ResNet Make(string name, PretrainedWeights? weights)
    {
        string[] classes = TestModels.Classes(20);
        return name == "resnet50"
            ? ActionModels.ResNet50(classes, weights, new ResNet2DOptions { Seed = 3 })
            : ActionModels.ResNet3D50(classes, weights, new ResNet3DOptions { Seed = 3 });
    }

    private static JsonElement Run(params string[] arguments) =>
        JsonDocument.Parse(ExternalProgram.Run("/usr/bin/python3", [Script, .. arguments])).RootElement;

    /// <summary>|ours - PyTorch's| / |PyTorch's|, on the input by formula.</summary>
    private static double Difference(ResNet model, JsonElement expected)
    {
        using var mode = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        model.eval();
        torch.Tensor logits = model.forward(Formula.Input([.. expected.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64())]));
        double[] theirs = [.. expected.GetProperty("logits").EnumerateArray().Select(value => value.GetDouble())];
        return TestModels.RelativeDifference(TestModels.Values(logits), theirs);
    }
}
