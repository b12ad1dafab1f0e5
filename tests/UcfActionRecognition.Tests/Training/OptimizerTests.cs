using System.Text.Json;
using TorchSharp;
using TorchSharp.Modules;
using UcfActionRecognition.Tests.Models;
using static UcfActionRecognition.Tests.Models.TestModels;

namespace UcfActionRecognition.Tests.Training;

/// <summary>Against PyTorch's steps in float64, which tests/reference/training_fixtures.py writes; those on whole networks are in ResNetParityTests.</summary>
public sealed class OptimizerTests : TensorFixture
{
    private const double LearningRate = 0.01;

    private static readonly Dictionary<string, OptimizerOptions> Cases = new()
    {
        ["adam"] = new AdamOptions(),
        ["adam decay"] = new AdamOptions { WeightDecay = 0.1 },
        ["adam betas"] = new AdamOptions { Beta1 = 0.8, Beta2 = 0.99, Epsilon = 1e-4 },
        ["adamw"] = new AdamWOptions { WeightDecay = 0.1 },
        ["sgd"] = new SgdOptions { Momentum = 0 },
        ["sgd momentum"] = new SgdOptions(),
        ["sgd momentum decay"] = new SgdOptions { WeightDecay = 0.1 },
    };

    public static IEnumerable<string> Names => Cases.Keys;

    [TestCaseSource(nameof(Names))]
    public void FiveSteps_InFloat64AndFloat32_ArePyTorchs(string name)
    {
        JsonElement expected = JsonDocument.Parse(File.ReadAllText(Fixture("training", "optimizers.json"))).RootElement.GetProperty(name);
        foreach ((torch.ScalarType type, double bound) in new[] { (torch.ScalarType.Float64, 1e-13), (torch.ScalarType.Float32, 1e-6) })
        {
            (double[] weight, double[] bias) = FiveSteps(Cases[name], type, gradientScale: 1);
            Assert.Multiple(() =>
            {
                Assert.That(RelativeDifference(weight, Numbers(expected, "weight")), Is.LessThan(bound), $"weight, {type}");
                Assert.That(RelativeDifference(bias, Numbers(expected, "bias")), Is.LessThan(bound), $"bias, {type}");
            });
        }
    }

    [TestCaseSource(nameof(Names))]
    public void GradientScale_IsAsIfTheGradientsWereMultiplied(string name)
    {
        (double[] weight, double[] bias) = FiveSteps(Cases[name], torch.ScalarType.Float32, gradientScale: 0.5, gradientFactor: 2);
        (double[] plainWeight, double[] plainBias) = FiveSteps(Cases[name], torch.ScalarType.Float32, gradientScale: 1);
        Assert.That(RelativeDifference(weight, plainWeight), Is.LessThan(1e-7));
        Assert.That(RelativeDifference(bias, plainBias), Is.LessThan(1e-7));
    }

    [TestCaseSource(nameof(Names))]
    public void State_CopiedIntoAnother_GoesOnTheSameToTheBit(string name)
    {
        var one = new Parameter(Wave([3, 5], 0));
        using Optimizer first = Cases[name].Create([new OptimizedParameter("w", one)]);
        Steps(first, one, from: 0, to: 3);
        var two = new Parameter(one.detach().clone());
        using Optimizer second = Cases[name].Create([new OptimizedParameter("w", two)]);
        using (torch.no_grad())
        {
            foreach ((string key, torch.Tensor value) in second.State)
            {
                value.copy_(first.State[key]);
            }
        }

        second.Steps = first.Steps;
        Steps(first, one, from: 3, to: 6);
        Steps(second, two, from: 3, to: 6);

        Assert.That(Values(two), Is.EqualTo(Values(one)));
    }

    [Test]
    public void AdamSteps_InFloat32_AreThoseOfFloat64([Values(1, 7, 8, 200_003)] int count)
    {
        double[] single = Steps(count, torch.ScalarType.Float32);
        double[] exact = Steps(count, torch.ScalarType.Float64);

        // Of the way that the values went, not of the values.
        Assert.That(RelativeDifference(single, exact), Is.LessThan(3e-5));
        Assert.That(Math.Sqrt(exact.Average(way => way * way)), Is.GreaterThan(1e-3), "or nothing moved");
    }

    [Test]
    public void AdamStep_OfAGradientInAnotherLayout_IsTheSame()
    {
        torch.Tensor start = Formula.Input(6, 4, 3, 3);
        torch.Tensor slope = Formula.Input(6, 4, 3, 3).mul(3);
        var plain = new Parameter(start.clone());
        var other = new Parameter(start.clone());
        plain.grad = slope;
        other.grad = ChannelsLast.Of(slope);
        OptimizerOptions decaying = new AdamWOptions { WeightDecay = 0.3 };
        using Optimizer one = decaying.Create([new OptimizedParameter("w", plain)]);
        using Optimizer two = decaying.Create([new OptimizedParameter("w", other)]);

        one.Step(1e-2, gradientScale: 0.7);
        two.Step(1e-2, gradientScale: 0.7);

        Assert.That(RelativeDifference(Values(other), Values(plain)), Is.LessThan(1e-6));
    }

    [Test]
    public void GradientNorm_IsThatOfAllGradientsTogether()
    {
        var one = new Parameter(torch.zeros(3)) { grad = torch.tensor(new[] { 1f, 2f, 2f }) };
        var two = new Parameter(torch.zeros(2, 1)) { grad = torch.tensor(new[] { 0f, 4f }).reshape(2, 1) };
        var idle = new Parameter(torch.zeros(2));
        using Optimizer optimizer = new SgdOptions().Create(
            [new OptimizedParameter("a", one), new OptimizedParameter("b", two), new OptimizedParameter("c", idle)]);
        Assert.That(optimizer.GradientNorm(), Is.EqualTo(5).Within(1e-6));
    }

    private static (double[] Weight, double[] Bias) FiveSteps(OptimizerOptions options, torch.ScalarType type, double gradientScale, double gradientFactor = 1)
    {
        var weight = new Parameter(Wave([3, 5], 0).to(type));
        var bias = new Parameter(Wave([4], 1).to(type));
        using Optimizer optimizer = options.Create([new OptimizedParameter("weight", weight), new OptimizedParameter("bias", bias)]);
        for (int step = 0; step < 5; step++)
        {
            weight.grad = Wave([3, 5], 0.3 * step).mul(gradientFactor).to(type);
            bias.grad = Wave([4], 2 + (0.3 * step)).mul(gradientFactor).to(type);
            optimizer.Step(LearningRate, gradientScale);
        }

        return (Values(weight), Values(bias));
    }

    private static void Steps(Optimizer optimizer, Parameter parameter, int from, int to)
    {
        for (int step = from; step < to; step++)
        {
            parameter.grad = Wave([3, 5], 0.3 * step);
            optimizer.Step(LearningRate);
        }
    }

    private static torch.Tensor Wave(long[] shape, double shift) =>
        torch.tensor([.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(i => Math.Sin((0.7 * i) + shift))]).reshape(shape);

    private static double[] Numbers(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    private static double[] Steps(int count, torch.ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor start = Formula.Input(count).to(type);
        var parameter = new Parameter(start.clone());
        using Optimizer adam = new AdamOptions().Create([new OptimizedParameter("p", parameter)]);
        for (int step = 1; step <= 5; step++)
        {
            parameter.grad = start.mul(step).sin();
            adam.Step(1e-3);
        }

        return Values(parameter.detach() - start);
    }
}
