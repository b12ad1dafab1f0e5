using System.Text.Json;
using TorchSharp;
using static UcfActionRecognition.Tests.Models.TestModels;

namespace UcfActionRecognition.Tests.Models;

/// <summary>What PyTorch makes of a network: one file of Fixtures/models, and the comparison with it.</summary>
internal sealed class ParityReference
{
    private readonly JsonElement _json;
    private readonly double _tolerance;

    private ParityReference(JsonElement json, double tolerance)
    {
        _json = json;
        _tolerance = tolerance;
    }

    /// <summary>Logits, loss and gradients of one forward and backward pass.</summary>
    public sealed record Result(double[] Logits, double Loss, Func<Dictionary<string, double[]>> Gradients);

    public static ParityReference Read(string network, double tolerance) =>
        new(JsonDocument.Parse(File.ReadAllText(Fixture("models", $"{network}.json"))).RootElement, tolerance);

    /// <summary>The network with the fixture's weights; what the fixture has gradients of is trained.</summary>
    public ResNet Model()
    {
        int depth = (int)Numbers("depth")[0];
        string[] classes = Classes((int)Numbers("classes")[0]);
        ResNet model = _json.TryGetProperty("shortcut", out JsonElement shortcut)
            ? ActionModels.ResNet3D(depth, classes, options: new()
            {
                Shortcut = Enum.Parse<ShortcutType>(shortcut.GetString()!),
                Layer4Blocks = _json.GetProperty("layer4_blocks") is { ValueKind: JsonValueKind.Number } blocks ? blocks.GetInt32() : null,
            })
            : ActionModels.ResNet2D(depth, classes);
        Formula.Fill(model);
        model.FineTune(Enum.Parse<FineTuneScope>(Text("scope")), BatchNormMode.Train);
        return model;
    }

    public torch.Tensor Input() => Formula.Input(Array.ConvertAll(Numbers("input_shape"), length => (long)length));

    public torch.Tensor Labels() => torch.tensor(Array.ConvertAll(Numbers("labels"), label => (long)label));

    public string Text(string key) => _json.GetProperty(key).GetString()!;

    public double[] Numbers(string key) => Numbers(_json.GetProperty(key));

    public void Close(string mode, Result actual, bool gradients)
    {
        JsonElement expected = _json.GetProperty(mode);
        Close($"{mode} logits", actual.Logits, Numbers(expected.GetProperty("logits")));
        Close($"{mode} loss", [actual.Loss], Numbers(expected.GetProperty("loss")));
        if (gradients)
        {
            CloseByKey($"{mode} gradient", actual.Gradients(), expected.GetProperty("gradients"));
        }
    }

    public void CloseByKey(string property, Dictionary<string, double[]> actual) => CloseByKey(property, actual, _json.GetProperty(property));

    public void Close(string what, double[] actual, double[] expected)
    {
        double difference = RelativeDifference(actual, expected);
        TestContext.Out.WriteLine($"{what}: {difference:e1}");
        Assert.That(difference, Is.LessThan(_tolerance), what);
    }

    private void CloseByKey(string what, Dictionary<string, double[]> actual, JsonElement expected)
    {
        var differences = expected.EnumerateObject().ToDictionary(entry => entry.Name, entry => RelativeDifference(actual[entry.Name], Numbers(entry.Value)));
        Assert.That(actual.Keys, Is.EquivalentTo(differences.Keys));
        TestContext.Out.WriteLine($"{what}: {differences.Values.Max():e1} at most");
        Assert.That(differences.Where(entry => !(entry.Value < _tolerance)), Is.Empty, what);
    }

    private static double[] Numbers(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(number => number.GetDouble())] : [value.GetDouble()];
}
