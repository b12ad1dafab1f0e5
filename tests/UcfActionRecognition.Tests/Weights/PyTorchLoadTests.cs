using System.Diagnostics;
using TorchSharp;
using UcfActionRecognition.Tests.Models;
using static UcfActionRecognition.Tests.Weights.PickleBytes;

namespace UcfActionRecognition.Tests.Weights;

/// <summary>Models take their weights from training checkpoints, and no more of them than that.</summary>
[NonParallelizable] // It measures memory of the process.
public sealed class PyTorchLoadTests : TensorFixture
{
    private const long OptimizerBytes = 1L << 30;

    [Test]
    public void Load_CheckpointWithOptimizer_TakesTheWeightsAndLeavesTheRest()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D source = TestModels.Small(seed: 1);
        WriteCheckpoint(folder["model_best.pth.tar"], source);
        using ResNet2D model = TestModels.Small(seed: 2);
        long before = Resident();

        WeightsLoadReport report = model.Load(PretrainedWeights.FromFile(folder["model_best.pth.tar"]));

        // The weights have 45 MB; the optimizer's state would be seen.
        Assert.That(Resident() - before, Is.LessThan(OptimizerBytes / 2));
        Assert.That(report.Loaded, Has.Count.EqualTo(122));
        Assert.That(report.HeadLoaded);
        Assert.That(model.ComputeHash(), Is.EqualTo(source.ComputeHash()));
    }

    [Test]
    public void Load_OtherModel_ListsTheDifferenceAndChangesNothing()
    {
        using var folder = new TemporaryFolder();
        using ResNet2D source = TestModels.Small(seed: 1);
        WriteCheckpoint(folder["w.pth"], source);
        using ResNet2D model = ActionModels.ResNet34(source.Classes);
        string before = model.ComputeHash();

        Assert.That(() => model.Load(PretrainedWeights.FromFile(folder["w.pth"])), Throws.TypeOf<WeightsFormatException>()
            .With.Message.Contains("does not fit resnet34; the model is unchanged.").And.Message.Contains("missing: layer1.2.bn1.bias, "));
        Assert.That(model.ComputeHash(), Is.EqualTo(before));
    }

    // {'epoch': 3, 'optimizer': [a tensor of 1 GiB], 'state_dict': {'module.' + key: tensor}}; the optimizer's storage is a hole in the file.
    private static void WriteCheckpoint(string path, ResNet2D model)
    {
        using var scope = torch.NewDisposeScope();
        using var stream = new FileStream(path, FileMode.CreateNew);
        var zip = new StoredZip(stream);
        var entries = new List<byte[]>();
        foreach ((string name, torch.Tensor tensor) in model.state_dict())
        {
            string key = $"{entries.Count / 2}";
            string type = tensor.dtype == torch.ScalarType.Int64 ? "LongStorage" : "FloatStorage";
            entries.Add(Text("module." + name));
            entries.Add(Tensor(Storage(key, tensor.numel(), type), 0, tensor.shape, tensor.stride()));
            zip.Add($"a/data/{key}", tensor.detach().bytes.ToArray());
        }

        zip.Add("a/data/optimizer", [], hole: OptimizerBytes);
        byte[] optimizer = Tensor(Storage("optimizer", OptimizerBytes / 4), 0, [OptimizerBytes / 4], [1]);
        zip.Add("a/data.pkl", Pickle(Dictionary(
            Text("epoch"), Integer(3),
            Text("optimizer"), [PickleOperation.EmptyList, .. optimizer, PickleOperation.Append],
            Text("state_dict"), Dictionary([.. entries]))));
        zip.Finish();
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
