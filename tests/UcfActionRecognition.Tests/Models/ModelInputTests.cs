using TorchSharp;
using static UcfActionRecognition.Tests.Models.TestModels;

namespace UcfActionRecognition.Tests.Models;

public sealed class ModelInputTests : TensorFixture
{
    private static IEnumerable<Normalization> All() => [Normalization.ImageNet, Normalization.Kinetics, Normalization.Ucf101Assignment];

    [TestCaseSource(nameof(All))]
    public void Prepare_ValuesAreMinusMeanOverStd(Normalization normalization)
    {
        (int height, int width) = (5, 7);
        long[] shape = [2, 3, 4, height, width, 3];
        byte[] bytes = Bytes(shape);
        using torch.Tensor frames = torch.tensor(bytes, torch.ScalarType.Byte).reshape(shape);
        using var input = new ModelInput(new InputSpec { Size = new(height, width), Normalization = normalization }, torch.CPU);

        using torch.Tensor prepared = input.Prepare(frames);

        Assert.That(prepared.shape, Is.EqualTo(new long[] { 2 * 3 * 4, 3, height, width }));
        Assert.That(prepared.dtype, Is.EqualTo(torch.ScalarType.Float32));
        double[] actual = Values(prepared);
        var expected = new double[actual.Length];
        for (int n = 0, i = 0; n < 24; n++)
        {
            for (int c = 0; c < 3; c++)
            {
                for (int p = 0; p < height * width; p++, i++)
                {
                    double mean = normalization.Mean.ToArray()[c];
                    double std = normalization.Std.ToArray()[c];
                    expected[i] = ((bytes[(((n * height * width) + p) * 3) + c] / 255.0 * normalization.ValueRange) - mean) / std;
                }
            }
        }

        Assert.That(actual, Is.EqualTo(expected).Within(1e-6 * normalization.ValueRange / normalization.Std.Red));
    }

    [Test]
    public void Prepare_Result_IsChannelsLastInMemory()
    {
        using torch.Tensor frames = torch.zeros([2, 1, 1, 6, 8, 3], torch.ScalarType.Byte);
        using var input = new ModelInput(Spec(6, 8), torch.CPU);

        using torch.Tensor prepared = input.Prepare(frames);

        Assert.That(prepared.stride(), Is.EqualTo(new long[] { 6 * 8 * 3, 1, 8 * 3, 3 }));
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(16)]
    public void Prepare_ClipsOfAnyLength_AreTheFramesInOrderAndChannelsLastInMemory(int length)
    {
        long[] shape = [2, 3, length, 5, 7, 3];
        using torch.Tensor bytes = torch.tensor(Bytes(shape), torch.ScalarType.Byte).reshape(shape);
        using var clips = new ModelInput(Spec(5, 7) with { ClipLength = 16 }, torch.CPU);
        using var frames = new ModelInput(Spec(5, 7), torch.CPU);

        using torch.Tensor prepared = clips.Prepare(bytes);

        Assert.That(prepared.shape, Is.EqualTo(new long[] { 6, 3, length, 5, 7 }));
        Assert.That(prepared.stride(), Is.EqualTo(new long[] { length * 5 * 7 * 3, 1, 5 * 7 * 3, 7 * 3, 3 }));
        Assert.That(prepared.dtype, Is.EqualTo(torch.ScalarType.Float32));
        Assert.That(Values(prepared.transpose(1, 2).reshape(-1, 3, 5, 7)), Is.EqualTo(Values(frames.Prepare(bytes))));
    }

    [Test]
    public void Prepare_ClipsOfNoFrames_Throw()
    {
        using torch.Tensor bytes = torch.zeros([1, 1, 0, 2, 2, 3], torch.ScalarType.Byte);
        using var input = new ModelInput(Spec(2, 2) with { ClipLength = 16 }, torch.CPU);

        Assert.That(() => input.Prepare(bytes), Throws.ArgumentException.With.Message.Contains("the batch is Byte of 1 x 1 x 0 x 2 x 2 x 3"));
    }

    [Test]
    public void ClipNetwork_KeepsChannelsLastThroughItsLayers([Values] ShortcutType shortcut)
    {
        using ResNet3D model = SmallClips(new() { Shortcut = shortcut });
        model.eval();
        using var mode = torch.no_grad();
        using torch.Tensor frames = torch.tensor(Bytes([2, 1, 16, 32, 32, 3]), torch.ScalarType.Byte).reshape(2, 1, 16, 32, 32, 3);
        using var input = new ModelInput(model);
        var strides = new List<long[]>();
        foreach (ResidualBlock block in model.modules().OfType<ResidualBlock>().SkipLast(1))
        {
            block.register_forward_hook((_, _, output) =>
            {
                strides.Add(output.stride());
                return output;
            });
        }

        using torch.Tensor prepared = input.Prepare(frames);
        double[] logits = Values(model.call(prepared));

        Assert.That(strides, Is.EqualTo((long[][])
        [
            [64 * 512, 1, 64 * 64, 64 * 8, 64],
            [128 * 64, 1, 128 * 16, 128 * 4, 128],
            [256 * 8, 1, 256 * 4, 256 * 2, 256],
        ]));
        Assert.That(RelativeDifference(logits, Values(model.call(prepared.contiguous()))), Is.LessThan(1e-5), "as for the other layout");
    }

    [Test]
    public void Network_KeepsChannelsLastThroughItsLayers()
    {
        using ResNet2D model = Small();
        using torch.Tensor frames = torch.zeros([1, 1, 2, 32, 32, 3], torch.ScalarType.Byte);
        using var input = new ModelInput(model);
        long[] strides = [];
        var stage = (torch.nn.Module<torch.Tensor, torch.Tensor>)model.named_children().Single(child => child.name == "layer2").module
            .children().Last();
        stage.register_forward_hook((_, _, output) =>
        {
            strides = output.stride();
            return output;
        });

        using torch.Tensor prepared = input.Prepare(frames);
        using torch.Tensor logits = model.call(prepared);

        Assert.That(strides, Is.EqualTo(new long[] { 128 * 4 * 4, 1, 4 * 128, 128 }));
    }

    [Test]
    public void Network_LogitsAreTheSameForEitherMemoryLayout()
    {
        using ResNet2D model = Small();
        model.eval();
        using var mode = torch.no_grad();
        using torch.Tensor frames = torch.tensor(Bytes([2, 1, 1, 32, 32, 3]), torch.ScalarType.Byte).reshape(2, 1, 1, 32, 32, 3);
        using var input = new ModelInput(model);
        using torch.Tensor channelsLast = input.Prepare(frames);
        using torch.Tensor channelsFirst = channelsLast.contiguous();

        Assert.That(RelativeDifference(Values(model.call(channelsLast)), Values(model.call(channelsFirst))), Is.LessThan(1e-5));
    }

    [Test]
    public void Prepare_LeavesTheBatchAndReturnsMemoryOfItsOwn()
    {
        using torch.Tensor frames = torch.full([1, 1, 1, 2, 2, 3], 9, torch.ScalarType.Byte);
        using var input = new ModelInput(Spec(2, 2), torch.CPU);

        torch.Tensor prepared;
        using (torch.NewDisposeScope())
        {
            prepared = input.Prepare(frames).DetachFromDisposeScope();
        }

        prepared.zero_();
        prepared.Dispose();
        Assert.That(frames.bytes.ToArray(), Is.All.EqualTo(9));
    }

    [Test]
    public void ModelInput_MadeInsideADisposeScope_OutlivesIt()
    {
        ModelInput input;
        using (torch.NewDisposeScope())
        {
            input = new ModelInput(Spec(2, 2), torch.CPU);
        }

        using torch.Tensor frames = torch.zeros([1, 1, 1, 2, 2, 3], torch.ScalarType.Byte);
        using torch.Tensor prepared = input.Prepare(frames);
        input.Dispose();
        Assert.That(prepared.shape[0], Is.EqualTo(1));
    }

    [TestCase(new long[] { 1, 1, 1, 4, 4, 3 }, "Byte", TestName = "Prepare_OtherFrameSize_Throws")]
    [TestCase(new long[] { 1, 1, 1, 2, 2, 1 }, "Byte", TestName = "Prepare_GreyFrames_Throws")]
    [TestCase(new long[] { 1, 1, 2, 2, 3 }, "Byte", TestName = "Prepare_FiveDimensions_Throws")]
    [TestCase(new long[] { 0, 1, 1, 2, 2, 3 }, "Byte", TestName = "Prepare_NoFrames_Throws")]
    [TestCase(new long[] { 1, 1, 1, 2, 2, 3 }, "Float32", TestName = "Prepare_Floats_Throws")]
    public void Prepare_WrongBatch_Throws(long[] shape, string type)
    {
        using torch.Tensor frames = torch.zeros(shape, Enum.Parse<torch.ScalarType>(type));
        using var input = new ModelInput(Spec(2, 2), torch.CPU);

        Assert.That(() => input.Prepare(frames), Throws.ArgumentException.With.Message.EqualTo(
            $"The model takes uint8 of N x V x T x 2 x 2 x 3; the batch is {type} of {string.Join(" x ", shape)}. (Parameter 'frames')"));
    }

    private static InputSpec Spec(int height, int width) => new() { Size = new(height, width), Normalization = Normalization.ImageNet };

    private static byte[] Bytes(long[] shape) =>
        [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(i => (byte)(i * 37 % 256))];
}
