using TorchSharp;
using TorchSharp.Modules;
using UcfActionRecognition.Tests.Models;
using static UcfActionRecognition.Tests.Models.TestModels;

namespace UcfActionRecognition.Tests.Training;

/// <summary>That the steps are PyTorch's is in ResNetParityTests, in float64.</summary>
public sealed class AdamTests : TensorFixture
{
    [Test]
    public void Steps_InFloat32_AreThoseOfFloat64([Values(1, 7, 8, 200_003)] int count)
    {
        double[] single = Steps(count, torch.ScalarType.Float32);
        double[] exact = Steps(count, torch.ScalarType.Float64);

        // Of the way that the values went, not of the values.
        Assert.That(RelativeDifference(single, exact), Is.LessThan(3e-5));
        Assert.That(Math.Sqrt(exact.Average(way => way * way)), Is.GreaterThan(1e-3), "or nothing moved");
    }

    [Test]
    public void Step_OfAGradientInAnotherLayout_IsTheSame()
    {
        torch.Tensor start = Formula.Input(6, 4, 3, 3);
        torch.Tensor slope = Formula.Input(6, 4, 3, 3).mul(3);
        var plain = new Parameter(start.clone());
        var other = new Parameter(start.clone());
        plain.grad = slope;
        other.grad = ChannelsLast.Of(slope);
        using var one = new Adam([plain], 1e-2);
        using var two = new Adam([other], 1e-2);

        one.Step();
        two.Step();

        Assert.That(RelativeDifference(Values(other), Values(plain)), Is.LessThan(1e-6));
    }

    private static double[] Steps(int count, torch.ScalarType type)
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor start = Formula.Input(count).to(type);
        var parameter = new Parameter(start.clone());
        using var adam = new Adam([parameter], 1e-3);
        for (int step = 1; step <= 5; step++)
        {
            parameter.grad = start.mul(step).sin();
            adam.Step();
        }

        return Values(parameter.detach() - start);
    }
}
