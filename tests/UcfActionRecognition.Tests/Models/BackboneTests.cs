using TorchSharp;
using TorchSharp.Modules;
using static UcfActionRecognition.Tests.Models.TestModels;

namespace UcfActionRecognition.Tests.Models;

/// <summary>The frozen layers at the start: they run in parts, without autograd, and in bfloat16 where asked to.</summary>
public sealed class BackboneTests : TensorFixture
{
    [Test]
    public void Logits_InEvaluation_DoNotDependOnTheParts([Values] bool clips, [Values] Precision precision)
    {
        using ResNet model = Model(clips, FineTuneScope.LastBlock, BatchNormMode.Frozen, precision);
        using var mode = torch.no_grad();
        torch.Tensor input = Input(clips, 7);
        model.PartBytes = long.MaxValue;
        double[] whole = Values(model.call(input));

        model.PartBytes = 1;

        Assert.That(RelativeDifference(Values(model.call(input)), whole), Is.LessThan(precision == Precision.Float32 ? 1e-5 : 1e-2));
    }

    [Test]
    public void Step_WithShortcutAInParts_GivesWhatLibtorchsOwnLayersGive([Values] BatchNormMode batchNorm)
    {
        var options = new ResNet3DOptions { Shortcut = ShortcutType.A, Scope = FineTuneScope.LastBlock, BatchNorm = batchNorm };
        using ResNet3D parts = SmallClips(options, depth: 18);
        using ResNet3D exact = SmallClips(options, depth: 18);
        Formula.Fill(parts);
        Formula.Fill(exact);
        exact.to(torch.ScalarType.Float64);
        parts.PartBytes = 1;
        torch.Tensor input = Formula.Input(5, 3, 15, 37, 33);

        double[] actual = Values(Backward(parts, input));

        Assert.That(RelativeDifference(actual, Values(Backward(exact, input.to(torch.ScalarType.Float64)))), Is.LessThan(1e-4));
    }

    [Test]
    public void Step_InParts_GivesTheLogitsGradientsAndStatisticsOfTheWhole([Values] bool clips, [Values] BatchNormMode batchNorm)
    {
        using ResNet whole = Model(clips, FineTuneScope.LastBlock, batchNorm);
        using ResNet parts = Model(clips, FineTuneScope.LastBlock, batchNorm);
        whole.PartBytes = long.MaxValue;
        parts.PartBytes = 1;
        torch.Tensor input = Input(clips, 7);

        double[] expected = Values(Backward(whole, input));
        double[] actual = Values(Backward(parts, input));

        Assert.That(RelativeDifference(actual, expected), Is.LessThan(1e-4));
        foreach (((string name, Parameter parameter), (_, Parameter reference)) in parts.TrainableParameters().Zip(whole.TrainableParameters()))
        {
            Assert.That(RelativeDifference(Values(parameter.grad!), Values(reference.grad!)), Is.LessThan(1e-2), name);
        }

        foreach (((string name, torch.Tensor buffer), (_, torch.Tensor reference)) in parts.named_buffers().Zip(whole.named_buffers()))
        {
            Assert.That(RelativeDifference(Values(buffer), Values(reference)), Is.LessThan(1e-4), name);
        }
    }

    [Test]
    public void BFloat16Backbone_ComputesInBFloat16_AndLeavesParametersAndStateDictFloat32([Values] bool clips, [Values] BatchNormMode batchNorm)
    {
        using ResNet exact = Model(clips, FineTuneScope.LastBlock, batchNorm);
        using ResNet model = Model(clips, FineTuneScope.LastBlock, batchNorm, Precision.BFloat16Backbone);
        string[] before = TypesOf(model);
        torch.Tensor input = Input(clips, 7);

        double[] expected = Values(Backward(exact, input));
        torch.Tensor logits = Backward(model, input);

        double difference = RelativeDifference(Values(logits), expected);
        Assert.That(logits.dtype, Is.EqualTo(torch.ScalarType.Float32));
        Assert.That(difference, Is.GreaterThan(1e-5).And.LessThan(0.1), "bfloat16 is coarser than float32");
        Assert.That(TypesOf(model), Is.EqualTo(before));
        Assert.That(model.TrainableParameters().Select(entry => entry.Parameter.grad!.dtype), Has.All.EqualTo(torch.ScalarType.Float32));

        static string[] TypesOf(ResNet model) => [.. model.state_dict().Select(entry => $"{entry.Key} {entry.Value.dtype}").Order()];
    }

    [Test]
    public void BFloat16Backbone_TakesBothTypesOfInput_WithTheSameResult([Values] bool clips)
    {
        using ResNet model = Model(clips, FineTuneScope.LastBlock, BatchNormMode.Frozen, Precision.BFloat16Backbone);
        using var mode = torch.no_grad();
        torch.Tensor input = Input(clips, 3);

        Assert.That(Values(model.call(input.to(torch.ScalarType.BFloat16))), Is.EqualTo(Values(model.call(input))));
    }

    [Test]
    public void BFloat16Backbone_WhereNothingIsFrozen_ChangesNothing([Values] bool clips)
    {
        using ResNet plain = Model(clips, FineTuneScope.All, BatchNormMode.Frozen);
        using ResNet model = Model(clips, FineTuneScope.All, BatchNormMode.Frozen, Precision.BFloat16Backbone);
        using var mode = torch.no_grad();
        torch.Tensor input = Input(clips, 3);

        Assert.That(Values(model.call(input)), Is.EqualTo(Values(plain.call(input))));
        Assert.That(() => model.call(input.to(torch.ScalarType.BFloat16)), Throws.ArgumentException.With.Message.Contains("the input is BFloat16"));
    }

    [Test]
    public void FrozenLayers_AreNotChangedByAStep_AndTheHashIsThatOfTheParameters([Values] Precision precision)
    {
        using ResNet model = Model(clips: false, FineTuneScope.Head, BatchNormMode.Frozen, precision);
        string before = model.ComputeHash();

        Backward(model, Input(clips: false, 3));

        Assert.That(model.ComputeHash(), Is.EqualTo(before));
    }

    [Test]
    public void ChangedWeights_OfFrozenLayers_CountInTheNextForwardPass()
    {
        using ResNet model = Model(clips: false, FineTuneScope.Head, BatchNormMode.Frozen);
        using var mode = torch.no_grad();
        torch.Tensor input = Input(clips: false, 2);
        double[] before = Values(model.call(input));

        foreach (Parameter parameter in model.parameters())
        {
            parameter.mul_(0.5f);
        }

        Assert.That(RelativeDifference(Values(model.call(input)), before), Is.GreaterThan(0.1));
    }

    [Test]
    public void Precision_ThatDoesNotExist_Throws()
    {
        using ResNet2D model = Small();

        Assert.That(() => model.Precision = (Precision)7, Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => Small(options: new() { Precision = (Precision)7 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static torch.Tensor Backward(ResNet model, torch.Tensor input)
    {
        model.train();
        torch.Tensor logits = model.call(input);
        logits.logsumexp(1).sum().backward();
        return logits;
    }

    private static ResNet Model(bool clips, FineTuneScope scope, BatchNormMode batchNorm, Precision precision = Precision.Float32)
    {
        ResNet model = clips
            ? SmallClips(new() { Scope = scope, BatchNorm = batchNorm, Precision = precision }, depth: 50)
            : ActionModels.ResNet50(Classes(4), options: new() { Size = 64, Scope = scope, BatchNorm = batchNorm, Precision = precision, Seed = 1 });
        Formula.Fill(model);
        return model;
    }

    private static torch.Tensor Input(bool clips, long count) => clips ? Formula.Input(count, 3, 16, 32, 32) : Formula.Input(count, 3, 64, 64);
}
