using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using static UcfActionRecognition.Tests.Models.TestModels;

namespace UcfActionRecognition.Tests.Models;

/// <summary>ResNet2D against torchvision, by the fixtures of tests/reference/resnet2d_fixtures.py.</summary>
public sealed class ResNet2DParityTests : TensorFixture
{
    private const double Float32 = 1e-4;
    private const double Float64 = 1e-9;

    [TestCase(18)]
    [TestCase(34)]
    [TestCase(50)]
    [TestCase(101)]
    [TestCase(152)]
    public void StateDict_HasTorchvisionsKeysTypesAndShapes(int depth)
    {
        using ResNet2D model = ActionModels.ResNet2D(depth, Classes(101));
        IEnumerable<string> keys = model.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => $"{entry.Key} {entry.Value.dtype.ToString().ToLowerInvariant()} [{string.Join(',', entry.Value.shape)}]");

        Assert.That(keys, Is.EqualTo(File.ReadLines(Fixture("models", $"resnet{depth}-keys.txt"))));
    }

    [TestCase(18)]
    [TestCase(50)]
    public void EvalLogits_AreTorchvisions(int depth)
    {
        Reference reference = Reference.Read(depth, Float32);
        using var scope = torch.NewDisposeScope();
        using ResNet2D model = reference.Model();
        Assert.That(Formula.Sha256(model), Is.EqualTo(reference.Text("weights_sha256")), "both sides have the same weights");

        model.eval();
        using var mode = torch.no_grad();
        reference.Close("logits", Values(model.call(reference.Frames())), reference.Numbers("eval_logits"));
    }

    // In float32 the rounding of 50 layers with random weights and BatchNorms in training mode adds up to 1e-4: that depth is
    // compared in float64 only.
    [TestCase(18, Float32)]
    [TestCase(18, Float64)]
    [TestCase(50, Float64)]
    public void AssignmentStep_HasTorchvisionsLossGradientsAndUpdate(int depth, double tolerance)
    {
        Reference reference = Reference.Read(depth, tolerance);
        using var scope = torch.NewDisposeScope();
        using ResNet2D model = reference.Model();
        torch.Tensor frames = reference.Frames();
        if (tolerance == Float64)
        {
            model.to(torch.ScalarType.Float64);
            frames = frames.to(torch.ScalarType.Float64);
        }

        torch.Tensor labels = torch.tensor(Array.ConvertAll(reference.Numbers("labels"), label => (long)label));

        model.FineTune(FineTuneScope.LastBlock, BatchNormMode.Train);
        model.train();
        IReadOnlyList<(string Name, Parameter Parameter)> trained = model.TrainableParameters();
        using var optimizer = new Adam(trained.Select(entry => entry.Parameter), learningRate: 1e-4);
        torch.Tensor logits = model.call(frames);
        torch.Tensor loss = torch.nn.functional.cross_entropy(logits, labels);
        loss.backward();

        reference.Close("logits", Values(logits), reference.Numbers("train_logits"));
        reference.Close("loss", Values(loss), reference.Numbers("loss"));
        Dictionary<string, double> norms = reference.NumbersByKey("gradient_norms");
        Assert.That(trained.Select(entry => entry.Name), Is.EquivalentTo(norms.Keys));
        foreach ((string name, Parameter parameter) in trained)
        {
            reference.Close($"gradient of {name}", [Norm(parameter.grad!)], [norms[name]]);
        }

        reference.Close("gradient of fc.bias", Values(model.get_parameter("fc.bias")!.grad!), reference.Numbers("fc_bias_gradient"));
        string lastNorm = reference.Text("last_norm");
        reference.Close("gradient of the last norm", Values(model.get_parameter($"{lastNorm}.bias")!.grad!), reference.Numbers("last_norm_bias_gradient"));

        Dictionary<string, double[]> before = trained.ToDictionary(entry => entry.Name, entry => Values(entry.Parameter));
        optimizer.Step();
        Dictionary<string, double> updates = reference.NumbersByKey("update_norms");
        foreach ((string name, Parameter parameter) in trained)
        {
            double update = Math.Sqrt(Values(parameter).Zip(before[name], (a, b) => (a - b) * (a - b)).Sum());
            // A float32 near 1 moves in steps of 6e-8: 1e-3 of Adam's first step.
            reference.Close($"update of {name}", [update], [updates[name]], slack: tolerance == Float32 ? 10 : 1);
        }

        Dictionary<string, torch.Tensor> state = model.state_dict();
        foreach ((string name, double norm) in reference.NumbersByKey("running_norms"))
        {
            reference.Close(name, [Norm(state[name])], [norm]);
        }

        using var mode = torch.no_grad();
        reference.Close("loss after the step", Values(torch.nn.functional.cross_entropy(model.call(frames), labels)), reference.Numbers("loss_after_step"));
    }

    private sealed class Reference(JsonElement json, double tolerance)
    {
        public static Reference Read(int depth, double tolerance) =>
            new(JsonDocument.Parse(File.ReadAllText(Fixture("models", $"resnet{depth}.json"))).RootElement, tolerance);

        public void Close(string what, double[] actual, double[] expected, double slack = 1)
        {
            double difference = RelativeDifference(actual, expected);
            TestContext.Out.WriteLine($"{what}: {difference:e1}");
            Assert.That(difference, Is.LessThan(tolerance * slack), what);
        }

        public ResNet2D Model()
        {
            ResNet2D model = ActionModels.ResNet2D(json.GetProperty("depth").GetInt32(), Classes(json.GetProperty("classes").GetInt32()));
            Formula.Fill(model);
            return model;
        }

        public torch.Tensor Frames() => Formula.Input(Array.ConvertAll(Numbers("input_shape"), length => (long)length));

        public string Text(string key) => json.GetProperty(key).GetString()!;

        public double[] Numbers(string key) => json.GetProperty(key) is { ValueKind: JsonValueKind.Array } array
            ? [.. array.EnumerateArray().Select(value => value.GetDouble())]
            : [json.GetProperty(key).GetDouble()];

        public Dictionary<string, double> NumbersByKey(string key) =>
            json.GetProperty(key).EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetDouble());
    }
}
