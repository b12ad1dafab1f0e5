using System.Security.Cryptography;
using System.Text.Json;
using TorchSharp;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>Files that PyTorch wrote, in each of its formats, against what PyTorch reads from them.</summary>
public sealed class PyTorchFileTests : TensorFixture
{
    private const string Python = "/usr/bin/python3";

    private static readonly Dictionary<string, string> TypeNames = new()
    {
        ["torch.float64"] = "Float64",
        ["torch.float32"] = "Float32",
        ["torch.float16"] = "Float16",
        ["torch.bfloat16"] = "BFloat16",
        ["torch.int64"] = "Int64",
        ["torch.int32"] = "Int32",
        ["torch.int16"] = "Int16",
        ["torch.int8"] = "Int8",
        ["torch.uint8"] = "Byte",
        ["torch.bool"] = "Bool",
        ["torch.complex64"] = "ComplexFloat32",
        ["torch.complex128"] = "ComplexFloat64",
    };

    [TestCase("types-zip.pth", 16)]
    [TestCase("types-legacy.pth", 16)]
    [TestCase("layouts-zip.pth", 11)]
    [TestCase("layouts-legacy.pth", 11)]
    [TestCase("checkpoint-zip.pth.tar", 7)]
    [TestCase("checkpoint-legacy.pth.tar", 7)]
    [TestCase("protocol4-zip.pt", 11)]
    [TestCase("protocol4-legacy.pt", 11)]
    [TestCase("old-zip.th", 2)]
    [TestCase("old-legacy.th", 2)]
    [TestCase("python2.pth", 1)]
    [TestCase("types-tar.pth", 11)]
    [TestCase("layouts-tar.pth", 10)]
    [TestCase("checkpoint-tar.pth.tar", 11)]
    [TestCase("views-tar.pth", 2)]
    public void Read_HasTheTypesShapesAndBytesThatPyTorchReads(string name, int count)
    {
        using var expected = JsonDocument.Parse(File.ReadAllBytes(TestModels.Fixture("weights", "pytorch.json")));

        Assert.That(SameAs(TestModels.Fixture("weights", name), expected.RootElement.GetProperty(name)), Is.EqualTo(count));
    }

    [Test]
    public void Read_RealFiles_HaveTheTypesShapesAndBytesThatPyTorchReads()
    {
        string[] files = Directory.GetFiles(Path.Combine(RealClips.Root, "weights"));
        ExternalProgram.Require("python3-torch", Python, "-c", "import torch");
        string script = Path.Combine(Repository.Root, "tests", "reference", "pytorch_reader.py");
        using var expected = JsonDocument.Parse(ExternalProgram.Run(Python, [script, .. files]));

        Assert.That(files, Is.Not.Empty);
        foreach (string file in files)
        {
            Assert.That(SameAs(file, expected.RootElement.GetProperty(file)), Is.Positive, file);
        }
    }

    [TestCase("checkpoint-zip.pth.tar")]
    [TestCase("checkpoint-legacy.pth.tar")]
    public void FromFile_ListsTheStateDictWithoutModulePrefixes(string name)
    {
        var weights = PretrainedWeights.FromFile(TestModels.Fixture("weights", name));

        Assert.That(weights.Names, Is.EqualTo(
            (string[])["0.bias", "0.weight", "1.bias", "1.num_batches_tracked", "1.running_mean", "1.running_var", "1.weight"]));
        using WeightsFile file = weights.Open();
        using torch.Tensor counter = file.Read("1.num_batches_tracked");
        Assert.That(counter.item<long>(), Is.EqualTo(1));
    }

    private static int SameAs(string path, JsonElement expected)
    {
        using PyTorchFile file = PyTorchFile.Open(path);
        Assert.That(file.Entries.Keys, Is.EquivalentTo(expected.EnumerateObject().Select(entry => entry.Name)), path);
        foreach (JsonProperty entry in expected.EnumerateObject())
        {
            using torch.Tensor tensor = file.Read(entry.Name);
            long[] shape = [.. entry.Value.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64())];
            string what = $"{path}: {entry.Name}";
            Assert.That($"{tensor.dtype}", Is.EqualTo(TypeNames[entry.Value.GetProperty("dtype").GetString()!]), what);
            Assert.That(tensor.shape, Is.EqualTo(shape), what);
            Assert.That(file.Entries[entry.Name].Type, Is.EqualTo(tensor.dtype), what);
            Assert.That(file.Entries[entry.Name].Shape, Is.EqualTo(shape), what);
            Assert.That(tensor.is_contiguous(), what);
            Assert.That(Convert.ToHexStringLower(SHA256.HashData(tensor.bytes)), Is.EqualTo(entry.Value.GetProperty("sha256").GetString()), what);
        }

        return file.Entries.Count;
    }
}
