using System.Security.Cryptography;
using System.Text.Json;
using TorchSharp;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Weights;

public sealed class SafetensorsFileTests : TensorFixture
{
    private const string Python = "/usr/bin/python3";

    [Test]
    public void Read_FileOfAnIndependentWriter_HasItsTypesShapesValuesAndMetadata()
    {
        using SafetensorsFile file = SafetensorsFile.Open(TestModels.Fixture("weights", "all-types.safetensors"));

        Assert.That(file.Metadata, Is.EquivalentTo(new Dictionary<string, string> { ["format"] = "pt", ["note"] = "written by Python" }));
        Assert.That(file.Entries, Has.Count.EqualTo(12));
        Same("flags", torch.ScalarType.Bool, [3], 1, 0, 1);
        Same("bytes", torch.ScalarType.Byte, [2, 2], 0, 127, 128, 255);
        Same("tiny", torch.ScalarType.Int8, [2], -128, 127);
        Same("short", torch.ScalarType.Int16, [2], -32768, 32767);
        Same("int", torch.ScalarType.Int32, [2], int.MinValue, int.MaxValue);
        Same("half", torch.ScalarType.Float16, [2], 0.5, -65504);
        Same("brain", torch.ScalarType.BFloat16, [3], 1.5, -2, 0.15625);
        Same("single", torch.ScalarType.Float32, [1, 2, 1], 1.5, -0.25);
        Same("double", torch.ScalarType.Float64, [], Math.PI);
        Same("empty", torch.ScalarType.Float32, [0, 3]);
        Same("naïve name \u2603", torch.ScalarType.Float32, [1], 7);
        using torch.Tensor longs = file.Read("long");
        Assert.That(longs.data<long>().ToArray(), Is.EqualTo((long[])[long.MinValue, long.MaxValue]));

        void Same(string name, torch.ScalarType type, long[] shape, params double[] values)
        {
            using torch.Tensor tensor = file.Read(name);
            Assert.That(tensor.dtype, Is.EqualTo(type), name);
            Assert.That(tensor.shape, Is.EqualTo(shape), name);
            Assert.That(TestModels.Values(tensor), Is.EqualTo(values), name);
        }
    }

    [Test]
    public void Write_ThenRead_GivesEveryTypeBack()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        Dictionary<string, torch.Tensor> tensors = Sample();

        SafetensorsFile.Write(folder["a.safetensors"], tensors, new Dictionary<string, string> { ["k"] = "v \"quoted\" ü" });

        using SafetensorsFile file = SafetensorsFile.Open(folder["a.safetensors"]);
        Assert.That(file.Metadata, Is.EquivalentTo(new Dictionary<string, string> { ["k"] = "v \"quoted\" ü" }));
        Assert.That(file.Entries.Keys, Is.EquivalentTo(tensors.Keys));
        foreach ((string name, torch.Tensor tensor) in tensors)
        {
            torch.Tensor read = file.Read(name);
            Assert.That(read.dtype, Is.EqualTo(tensor.dtype), name);
            Assert.That(read.shape, Is.EqualTo(tensor.shape), name);
            Assert.That(read.bytes.ToArray(), Is.EqualTo(tensor.contiguous().bytes.ToArray()), name);
        }
    }

    [Test]
    public void Write_IsTheSameForAnyOrderOfTensors()
    {
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        Dictionary<string, torch.Tensor> tensors = Sample();

        SafetensorsFile.Write(folder["a"], tensors, new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" });
        SafetensorsFile.Write(folder["b"], tensors.Reverse().ToDictionary(), new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" });

        Assert.That(File.ReadAllBytes(folder["b"]), Is.EqualTo(File.ReadAllBytes(folder["a"])));
    }

    [Test]
    public void Write_IsReadByAnIndependentReader()
    {
        ExternalProgram.Require("python3-numpy", Python, "-c", "import numpy");
        using var folder = new TemporaryFolder();
        using var scope = torch.NewDisposeScope();
        Dictionary<string, torch.Tensor> tensors = Sample();
        SafetensorsFile.Write(folder["a.safetensors"], tensors, new Dictionary<string, string> { ["k"] = "v ü" });

        string script = Path.Combine(TestContext.CurrentContext.TestDirectory, "../../../../reference/safetensors_reader.py");
        using var json = JsonDocument.Parse(ExternalProgram.Run(Python, script, folder["a.safetensors"]));

        Assert.That(json.RootElement.GetProperty("metadata").GetProperty("k").GetString(), Is.EqualTo("v ü"));
        JsonElement read = json.RootElement.GetProperty("tensors");
        Assert.That(read.EnumerateObject().Select(entry => entry.Name), Is.EquivalentTo(tensors.Keys));
        foreach ((string name, torch.Tensor tensor) in tensors)
        {
            JsonElement entry = read.GetProperty(name);
            Assert.That(entry.GetProperty("shape").EnumerateArray().Select(length => length.GetInt64()), Is.EqualTo(tensor.shape), name);
            Assert.That(entry.GetProperty("values").EnumerateArray().Select(value => value.GetDouble()), Is.EqualTo(TestModels.Values(tensor)), name);
            Assert.That(entry.GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(tensor.contiguous().bytes))), name);
        }
    }

    [Test]
    public void Write_WhenItFails_LeavesTheOldFileAndNoOther()
    {
        using var folder = new TemporaryFolder();
        using torch.Tensor good = torch.ones(2);
        SafetensorsFile.Write(folder["a"], new Dictionary<string, torch.Tensor> { ["t"] = good }, new Dictionary<string, string>());
        byte[] before = File.ReadAllBytes(folder["a"]);
        using torch.Tensor gone = torch.ones(3);
        gone.Dispose();

        Assert.That(() => SafetensorsFile.Write(folder["a"], new Dictionary<string, torch.Tensor> { ["t"] = gone }, new Dictionary<string, string>()),
            Throws.InstanceOf<Exception>());
        using torch.Tensor complex = torch.ones(3, torch.ScalarType.ComplexFloat32);
        Assert.That(() => SafetensorsFile.Write(folder["a"], new Dictionary<string, torch.Tensor> { ["t"] = complex }, new Dictionary<string, string>()),
            Throws.TypeOf<NotSupportedException>());

        Assert.That(folder.Files(), Is.EqualTo((string[])["a"]));
        Assert.That(File.ReadAllBytes(folder["a"]), Is.EqualTo(before));
    }

    [Test]
    public void Open_MissingFile_ThrowsNamingIt() =>
        Assert.That(() => SafetensorsFile.Open("/nowhere/w.safetensors"), Throws.TypeOf<WeightsFormatException>()
            .With.Message.StartsWith("/nowhere/w.safetensors: cannot be opened."));

    [Test]
    public void Open_Folder_Throws()
    {
        using var folder = new TemporaryFolder();

        Assert.That(() => SafetensorsFile.Open(folder.Path), Throws.TypeOf<WeightsFormatException>());
    }

    [Test]
    public void Read_FileCutWhileOpen_Throws()
    {
        using var folder = new TemporaryFolder();
        using torch.Tensor ones = torch.ones(100);
        SafetensorsFile.Write(folder["a"], new Dictionary<string, torch.Tensor> { ["t"] = ones }, new Dictionary<string, string>());
        using SafetensorsFile file = SafetensorsFile.Open(folder["a"]);
        using (var cut = new FileStream(folder["a"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            cut.SetLength(cut.Length - 4);
        }

        Assert.That(() => file.Read("t"), Throws.TypeOf<WeightsFormatException>().With.Message.Contains("cannot be read: the file now ends at byte"));
    }

    private static Dictionary<string, torch.Tensor> Sample() => new()
    {
        ["z.double"] = torch.tensor([1.5, -2.5]),
        ["single"] = torch.tensor([1f, 2f, 3f, 4f, 5f, 6f]).reshape(2, 3),
        ["strided"] = torch.tensor([1f, 2f, 3f, 4f, 5f, 6f]).reshape(2, 3).t(),
        ["half"] = torch.tensor([0.5f, -8f]).to(torch.ScalarType.Float16),
        ["brain"] = torch.tensor([0.5f, -8f, 3f]).to(torch.ScalarType.BFloat16),
        ["long"] = torch.tensor(new long[] { 1L << 40 }),
        ["int"] = torch.tensor(new[] { -7 }),
        ["short"] = torch.tensor(new short[] { -7, 8, 9 }),
        ["tiny"] = torch.tensor(new sbyte[] { -7 }),
        ["byte"] = torch.tensor(new byte[] { 200, 1, 2 }),
        ["flag"] = torch.tensor(new[] { true, false, true }),
        ["scalar"] = torch.tensor(5L),
        ["empty"] = torch.zeros(0, 4),
        ["name \"ü\" \u2603"] = torch.tensor([9f], requires_grad: true),
    };
}
