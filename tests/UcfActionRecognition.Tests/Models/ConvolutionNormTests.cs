using TorchSharp;
using static UcfActionRecognition.Tests.Models.TestModels;

namespace UcfActionRecognition.Tests.Models;

/// <summary>The three ways of a convolution and its BatchNorm: one after the other, folded into one, by the statistics of a batch in parts.</summary>
public sealed class ConvolutionNormTests : TensorFixture
{
    [Test]
    public void Fold_OfEveryLayer_GivesWhatConvolutionAndBatchNormGive([Values] bool clips)
    {
        using ResNet model = WithFormulaWeights(clips);
        model.eval();
        using var mode = torch.no_grad();
        foreach (ConvolutionNorm layer in Layers(model))
        {
            torch.Tensor input = InputOf(layer, clips);
            torch.Tensor expected = layer.Norm.call(layer.Convolution.call(input));

            torch.Tensor actual = layer.Apply(Activations.Of(input, 1), relu: false).Join();

            Assert.That(RelativeDifference(Values(actual), Values(expected)), Is.LessThan(1e-5));
            Assert.That(Values(actual), Is.Not.EqualTo(Values(expected)), "the other way was taken");
        }
    }

    [Test]
    public void BatchStatistics_InAnyParts_NormaliseAndMoveTheStoredOnesAsBatchNormDoes([Values] bool clips, [Values(1, 2, 5)] int clipsOfAPart)
    {
        using ResNet actual = WithFormulaWeights(clips);
        using ResNet exact = WithFormulaWeights(clips);
        exact.to(torch.ScalarType.Float64);
        using var mode = torch.no_grad();
        foreach ((ConvolutionNorm layer, ConvolutionNorm reference) in Layers(actual).Zip(Layers(exact)))
        {
            torch.Tensor input = InputOf(layer, clips, 5);
            torch.Tensor expected = reference.Norm.call(reference.Convolution.call(input.to(torch.ScalarType.Float64))).relu();

            torch.Tensor normalised = layer.Apply(Activations.Of(input, clipsOfAPart), relu: true).Join();

            Assert.That(RelativeDifference(Values(normalised), Values(expected)), Is.LessThan(3e-6));
            Assert.That(RelativeDifference(Values(layer.Norm.running_mean!), Values(reference.Norm.running_mean!)), Is.LessThan(1e-6));
            Assert.That(RelativeDifference(Values(layer.Norm.running_var!), Values(reference.Norm.running_var!)), Is.LessThan(1e-6));
            Assert.That(layer.Norm.num_batches_tracked!.item<long>(), Is.EqualTo(reference.Norm.num_batches_tracked!.item<long>()));
        }
    }

    [Test]
    public void Stem_ByBatchStatistics_PoolsBeforeScaling_WithTheSameBits([Values] bool clips)
    {
        using ResNet pooled = WithFormulaWeights(clips);
        using ResNet scaled = WithFormulaWeights(clips);
        using var mode = torch.no_grad();
        foreach (ResNet model in (ResNet[])[pooled, scaled])
        {
            model.Stem.Norm.weight![..7].mul_(-1);
            model.Stem.Norm.weight![7] = 0;
        }

        torch.Tensor input = clips ? Formula.Input(4, 3, 8, 16, 16) : Formula.Input(4, 3, 32, 32);
        Func<torch.Tensor, torch.Tensor> pool = clips
            ? values => torch.nn.functional.max_pool3d(values, [3L, 3, 3], [2L, 2, 2], [1L, 1, 1])
            : values => torch.nn.functional.max_pool2d(values, kernel_size: 3, stride: 2, padding: 1);

        torch.Tensor actual = pooled.Stem.ApplyAndPool(Activations.Of(input, 2), pool).Join();
        torch.Tensor expected = pool(scaled.Stem.Apply(Activations.Of(input, 2), relu: true).Join());

        Assert.That(Values(actual), Is.EqualTo(Values(expected)));
    }

    [Test]
    public void BFloat16_EitherWay_IsWithinItsPrecision([Values] bool clips, [Values] bool train)
    {
        using ResNet model = WithFormulaWeights(clips);
        model.train(train);
        using var mode = torch.no_grad();
        foreach (ConvolutionNorm layer in Layers(model))
        {
            torch.Tensor input = InputOf(layer, clips).to(torch.ScalarType.BFloat16);
            torch.Tensor expected = layer.Norm.call(layer.Convolution.call(input.to(torch.ScalarType.Float32)));

            torch.Tensor actual = layer.Apply(Activations.Of(input, 1), relu: false).Join();

            Assert.That(actual.dtype, Is.EqualTo(torch.ScalarType.BFloat16));
            Assert.That(layer.Norm.running_mean!.dtype, Is.EqualTo(torch.ScalarType.Float32));
            Assert.That(RelativeDifference(Values(actual), Values(expected)), Is.LessThan(0.01));
        }
    }

    [Test]
    public void EveryConvolution_OfEveryWay_PutsOutChannelsLast([Values] bool clips, [Values] bool train, [Values] bool grad, [Values] bool brainFloat)
    {
        using ResNet model = WithFormulaWeights(clips);
        model.train(train);
        using IDisposable? mode = grad ? null : torch.no_grad();
        foreach (ConvolutionNorm layer in Layers(model))
        {
            torch.Tensor input = ChannelsLast.Of(InputOf(layer, clips)).to(brainFloat ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32);

            torch.Tensor output = layer.Apply(Activations.Of(input, grad ? 3 : 1), relu: true).Join();

            Assert.That(ChannelsLast.Rows(output).is_contiguous(), $"{string.Join('x', output.shape)}: {string.Join(',', output.stride())}");
        }
    }

    [Test]
    public void Strides_OfWhatModelInputMakes_SurviveToTheLastConvolution([Values] bool clips, [Values] bool train)
    {
        const int Size = 32;
        using ResNet model = clips
            ? ActionModels.ResNet3D50(Classes(4), options: new() { Layer4Blocks = 1, Size = Size, Seed = 1 })
            : ActionModels.ResNet50(Classes(4), options: new() { Size = Size, Seed = 1 });
        model.train(train);
        using var mode = torch.no_grad();
        using var input = new ModelInput(model);
        torch.Tensor values = input.Prepare(torch.randint(0, 256, [2, 1, clips ? 16 : 1, Size, Size, 3], torch.ScalarType.Byte));
        CheckConvolution(model.Stem, values);
        values = model.Stem.Apply(Activations.Of(values), relu: true).Join();
        foreach (ResidualBlock block in model.ResidualBlocks)
        {
            torch.Tensor branch = values;
            foreach (ConvolutionNorm layer in block.Branch)
            {
                CheckConvolution(layer, branch);
                branch = layer.Apply(Activations.Of(branch), relu: true, keep: true).Join();
            }

            if (block.Downsample is { } downsample)
            {
                CheckConvolution(downsample, values);
            }

            values = block.Apply(Activations.Of(values)).Join();
        }

        // What libtorch itself makes of the layer's input, before anything could be copied.
        static void CheckConvolution(ConvolutionNorm layer, torch.Tensor input)
        {
            Assert.That(ChannelsLast.Rows(input).is_contiguous(), $"input of {layer.Convolution}: {string.Join(',', input.stride())}");
            torch.Tensor output = layer.Convolution.call(input);
            Assert.That(ChannelsLast.Rows(output).is_contiguous(), $"output of {layer.Convolution}: {string.Join(',', output.stride())}");
        }
    }

    [Test]
    public void Stem_ByBatchStatistics_LeavesNothingBehindOnceItsPartsAreTaken()
    {
        using ResNet model = WithFormulaWeights(clips: false);
        using var mode = torch.no_grad();
        torch.Tensor input = Formula.Input(4, 3, 32, 32);
        using var scope = torch.NewDisposeScope();

        Activations pooled = model.Stem.ApplyAndPool(Activations.Of(input, 2), values => torch.nn.functional.max_pool2d(values, kernel_size: 3, stride: 2, padding: 1));
        pooled.Take(0).Dispose();
        pooled.Take(1).Dispose();

        Assert.That(scope.DisposablesCount, Is.Zero);
    }

    // Its statistics are bfloat16, too, which the kernels here do not take.
    [Test]
    public void BFloat16Network_InTrainingMode_IsNormalisedAsAWholeByLibtorch()
    {
        using ResNet exact = WithFormulaWeights(clips: false);
        using ResNet model = WithFormulaWeights(clips: false);
        model.to(torch.ScalarType.BFloat16);
        torch.Tensor input = Formula.Input(4, 3, 32, 32);
        using var mode = torch.no_grad();
        double[] expected = Values(exact.Stem.Apply(Activations.Of(input), relu: true).Join());
        torch.Tensor rounded = input.to(torch.ScalarType.BFloat16);

        Assert.That(RelativeDifference(Values(model.Stem.Apply(Activations.Of(rounded), relu: true).Join()), expected), Is.LessThan(0.02));
        Assert.That(RelativeDifference(Values(model.Stem.Norm.running_var!), Values(exact.Stem.Norm.running_var!)), Is.LessThan(0.02));
        Assert.That(() => model.Stem.Apply(Activations.Of(rounded, 2), relu: true), Throws.InvalidOperationException);
        model.PartBytes = 1;
        Assert.That(Values(model.call(rounded)), Has.All.Matches<double>(double.IsFinite), "the whole network takes the batch as a whole");
    }

    // Wide enough that strides tell the layouts apart in every layer.
    private static torch.Tensor InputOf(ConvolutionNorm layer, bool clips, int count = 3) => clips
        ? Formula.Input(count, (int)layer.Convolution.in_channels, 4, 6, 6)
        : Formula.Input(count, (int)layer.Convolution.in_channels, 6, 6);

    private static IEnumerable<ConvolutionNorm> Layers(ResNet model) =>
        [model.Stem, .. model.ResidualBlocks.SelectMany(block => (ConvolutionNorm[])[.. block.Branch, .. block.Downsample is { } one ? [one] : Array.Empty<ConvolutionNorm>()])];

    // Depth 50: bottlenecks, downsampling, all sizes of convolutions; BatchNorms that are not the identity.
    private static ResNet WithFormulaWeights(bool clips)
    {
        ResNet model = clips
            ? ActionModels.ResNet3D50(Classes(4), options: new() { Layer4Blocks = 1, Size = 32, Seed = 1 })
            : ActionModels.ResNet50(Classes(4), options: new() { Size = 64, Seed = 1 });
        Formula.Fill(model);
        return model;
    }
}
