using TorchSharp;
using static UcfActionRecognition.Tests.Models.TestModels;

namespace UcfActionRecognition.Tests.Models;

[NonParallelizable] // It changes libtorch's threads.
public sealed class ChannelMomentsTests : TensorFixture
{
    [Test]
    public void MeanAndVariance_FromAnyParts_AreThoseOfTheWhole(
        [Values(32, 64, 2048)] int channels, [Values(10, 5, 3)] int clipsOfAPart, [Values] bool brainFloat, [Values(0, 1000)] int offset)
    {
        torch.ScalarType type = brainFloat ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;
        torch.Tensor batch = Random(10, channels, 9, 7).mul(3).add(offset).to(type);
        var moments = new ChannelMoments(channels);
        var split = Activations.Of(batch, clipsOfAPart);
        for (int part = 0; part < split.Count; part++)
        {
            moments.Add(ChannelsLast.Of(split[part]));
        }

        torch.Tensor exact = batch.to(torch.ScalarType.Float64);
        double[] means = Values(exact.mean([0, 2, 3]));
        double[] variances = Values(exact.var([0, 2, 3], unbiased: false));

        Assert.That(moments.Count, Is.EqualTo(630));
        for (int channel = 0; channel < channels; channel++)
        {
            (double mean, double variance) = moments.Of(channel);
            Assert.That(mean, Is.EqualTo(means[channel]).Within(1e-5));
            Assert.That(variance, Is.EqualTo(variances[channel]).Within(3e-5 * Math.Max(variances[channel], 1)));
        }
    }

    [Test]
    public void MeanAndVariance_DoNotDependOnTheNumberOfThreads()
    {
        torch.Tensor clips = ChannelsLast.Of(Random(3, 64, 5, 40, 40));
        int threads = torch.get_num_threads();
        try
        {
            torch.set_num_threads(1);
            (double, double)[] one = Of(clips);
            torch.set_num_threads(5);
            Assert.That(Of(clips), Is.EqualTo(one));
        }
        finally
        {
            torch.set_num_threads(threads);
        }

        static (double, double)[] Of(torch.Tensor clips)
        {
            var moments = new ChannelMoments(64);
            moments.Add(clips);
            return [.. Enumerable.Range(0, 64).Select(moments.Of)];
        }
    }

    [Test]
    public void Variance_OfAChannelThatIsTheSameEverywhere_IsZero()
    {
        var moments = new ChannelMoments(32);
        moments.Add(ChannelsLast.Of(torch.full([2, 32, 30, 30], 0.1f)));

        Assert.That(moments.Of(31), Is.EqualTo(((double)0.1f, 0.0)));
    }

    [Test]
    public void Add_ValuesThatAreNotChannelsLast_Throws() => Assert.That(
        () => new ChannelMoments(32).Add(torch.zeros([2, 32, 4, 4])),
        Throws.ArgumentException.With.Message.EqualTo("Expected channels-last values of a multiple of 32 channels; found 2x32x4x4 with strides 512,16,4,1."));

    [Test]
    public void Apply_ScalesInPlace_AndRectifiesIfAskedTo([Values] bool relu, [Values] bool brainFloat, [Values(4, 5)] int dimensions)
    {
        torch.ScalarType type = brainFloat ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;
        torch.Tensor values = ChannelsLast.Of(dimensions == 4 ? Random(3, 96, 11, 13) : Random(3, 96, 2, 7, 5)).to(type);
        torch.Tensor scale = Random(96);
        torch.Tensor shift = Random(96);
        long[] perChannel = [96, .. Enumerable.Repeat(1L, dimensions - 2)];
        torch.Tensor expected = values.to(torch.ScalarType.Float64).mul(scale.view(perChannel)).add(shift.view(perChannel));
        expected = (relu ? expected.relu() : expected).to(torch.ScalarType.Float32).to(type);

        new ChannelScale([.. scale.data<float>()], [.. shift.data<float>()]).Apply(values, relu);

        double nextNumber = brainFloat ? 1.0 / 128 : 1e-6;
        Assert.That(values.dtype, Is.EqualTo(type));
        Assert.That(Values(values).Zip(Values(expected)), Has.All.Matches<(double Actual, double Expected)>(
            pair => Math.Abs(pair.Actual - pair.Expected) <= nextNumber * Math.Max(Math.Abs(pair.Expected), 1e-1)));
        Assert.That(values.min().ToDouble(), relu ? Is.EqualTo(0) : Is.LessThan(0));
    }

    [Test]
    public void Apply_ToNaN_LeavesNaN([Values] bool brainFloat, [Values(0x7FC00000u, 0x7FFFFFFFu, 0xFFFFFFFFu)] uint bits)
    {
        torch.ScalarType type = brainFloat ? torch.ScalarType.BFloat16 : torch.ScalarType.Float32;
        torch.Tensor values = ChannelsLast.Of(torch.full([1, 32, 2, 2], BitConverter.UInt32BitsToSingle(bits))).to(type);

        new ChannelScale([.. Enumerable.Repeat(1f, 32)], new float[32]).Apply(values, relu: true);

        Assert.That(Values(values), Has.All.NaN);
    }

    private static torch.Tensor Random(params long[] shape)
    {
        using var generator = new torch.Generator(7);
        return torch.randn(shape, generator: generator);
    }
}
