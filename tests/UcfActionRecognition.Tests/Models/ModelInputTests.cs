using TorchSharp;
using static UcfActionRecognition.Tests.Models.TestModels;

namespace UcfActionRecognition.Tests.Models;

[NonParallelizable] // It changes libtorch's threads.
public sealed class ModelInputTests : TensorFixture
{
    private static IEnumerable<Normalization> All() => [Normalization.ImageNet, Normalization.Kinetics400, Normalization.Ucf101Assignment];

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

    /// <summary>Every byte in every channel, in rows that end within vectors, for frames and clips.</summary>
    [Test]
    public void Prepare_EveryByte_IsTheProductPlusTheSum_AndForBFloat16ItsNearest([ValueSource(nameof(All))] Normalization normalization, [Values(1, 16)] int length)
    {
        long[] shape = [1, 3, 2, 2, 67, 3];
        byte[] bytes = [.. Enumerable.Range(0, 1 * 3 * 2 * 2 * 67 * 3).Select(i => (byte)(i / 3))];
        using torch.Tensor frames = torch.tensor(bytes, torch.ScalarType.Byte).reshape(shape);
        var spec = new InputSpec { Size = new(2, 67), ClipLength = length, Normalization = normalization };
        using var input = new ModelInput(spec, torch.CPU);
        using var halfInput = new ModelInput(spec, torch.CPU, torch.ScalarType.BFloat16);

        using torch.Tensor prepared = input.Prepare(frames);
        using torch.Tensor half = halfInput.Prepare(frames);

        float[] expected = [.. bytes.Select((value, i) => PlainValue(normalization, value, i % 3))];
        long[] order = length == 1 ? [0, 2, 3, 1] : [0, 2, 3, 4, 1];
        Assert.That(half.dtype, Is.EqualTo(torch.ScalarType.BFloat16));
        Assert.That(half.stride(), Is.EqualTo(prepared.stride()));
        Assert.That(prepared.permute(order).contiguous().data<float>().ToArray(), Is.EqualTo(expected));
        Assert.That(
            half.permute(order).contiguous().to(torch.ScalarType.Float32).data<float>().ToArray(),
            Is.EqualTo(torch.tensor(expected).to(torch.ScalarType.BFloat16).to(torch.ScalarType.Float32).data<float>().ToArray()));
    }

    /// <summary>Several pieces, more than one thread, and an end within a vector.</summary>
    [Test]
    public void Prepare_OfManyBytes_IsTheSameOnAnyNumberOfThreads()
    {
        int threads = torch.get_num_threads();
        using torch.Tensor frames = torch.randint(0, 256, [1, 5, 1, 333, 301, 3], torch.ScalarType.Byte);
        using var input = new ModelInput(Spec(333, 301), torch.CPU);
        try
        {
            torch.set_num_threads(1);
            using torch.Tensor one = input.Prepare(frames);
            torch.set_num_threads(2);
            using torch.Tensor two = input.Prepare(frames);

            float[] expected = [.. frames.bytes.ToArray().Select((value, i) => PlainValue(Normalization.ImageNet, value, i % 3))];
            Assert.That(one.permute(0, 2, 3, 1).contiguous().data<float>().ToArray().AsSpan().SequenceEqual(expected));
            Assert.That(two.permute(0, 2, 3, 1).contiguous().data<float>().ToArray().AsSpan().SequenceEqual(expected));
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    [Test]
    public void Prepare_AViewOfABatch_TakesItsValues()
    {
        using torch.Tensor frames = torch.tensor(Bytes([4, 1, 1, 2, 2, 3]), torch.ScalarType.Byte).reshape(4, 1, 1, 2, 2, 3);
        using torch.Tensor mirrored = frames.transpose(3, 4);
        using torch.Tensor copied = mirrored.contiguous();
        using var input = new ModelInput(Spec(2, 2), torch.CPU);

        Assert.That(mirrored.is_contiguous(), Is.False);
        Assert.That(Values(input.Prepare(mirrored)), Is.EqualTo(Values(input.Prepare(copied))));
        Assert.That(Values(input.Prepare(frames.narrow(0, 2, 1))), Is.EqualTo(Values(input.Prepare(frames).narrow(0, 2, 1))));
    }

    [Test]
    public void ModelInput_AnotherType_Throws() =>
        Assert.That(() => new ModelInput(Spec(2, 2), torch.CPU, torch.ScalarType.Float16),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("Models take Float32 or BFloat16. (Parameter 'type')"));

    [Test]
    public void ModelInput_StandardDeviationTooSmallForFloats_Throws()
    {
        Normalization normalization = Normalization.ImageNet with { Std = new(1e-300, 1, 1) };
        Assert.That(() => new ModelInput(Spec(2, 2) with { Normalization = normalization }, torch.CPU),
            Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.StartsWith("These values are too large for float32"));
    }

    [Test]
    public void Prepare_Again_AllocatesLittle()
    {
        using torch.Tensor frames = torch.zeros([8, 1, 1, 224, 224, 3], torch.ScalarType.Byte);
        using var input = new ModelInput(Spec(224, 224), torch.CPU);
        input.Prepare(frames).Dispose();

        // The least of some rounds: the count is of the process, and its other threads allocate at times.
        Assert.That(Enumerable.Range(0, 5).Min(_ => AllocatedByTen()) / 10, Is.LessThan(8 << 10));

        long AllocatedByTen()
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            for (int i = 0; i < 10; i++)
            {
                input.Prepare(frames).Dispose();
            }

            return GC.GetTotalAllocatedBytes(precise: true) - before;
        }
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

    private static float PlainValue(Normalization normalization, byte value, int channel)
    {
        double std = normalization.Std.ToArray()[channel];
        float scale = (float)(normalization.ValueRange / (255.0 * std));
        float offset = (float)(-normalization.Mean.ToArray()[channel] / std);
        float product = value * scale;
        return product + offset;
    }

    private static InputSpec Spec(int height, int width) => new() { Size = new(height, width), Normalization = Normalization.ImageNet };

    private static byte[] Bytes(long[] shape) =>
        [.. Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(i => (byte)(i * 37 % 256))];
}
