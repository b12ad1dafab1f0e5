namespace UcfActionRecognition.Tests.Augmentation;

/// <summary>Every way of computing gives the scalar code's bytes, and the runtime's settings choose among them.</summary>
public class ResamplerPathTests
{
    private const int Seed = 20;

    /// <summary>What child processes compute.</summary>
    internal const int ChildCases = 400;

    private static IEnumerable<ResamplerPath> VectorPaths() =>
        Enum.GetValues<ResamplerPath>().Where(path => path != ResamplerPath.Scalar && FrameResampler.IsSupported(path));

    [TestCaseSource(nameof(VectorPaths))]
    public void Resample_OfOnePathForAllCases_GivesTheScalarBytes(object path)
    {
        var scalar = new FrameResampler(ResamplerPath.Scalar);
        var vectors = new FrameResampler((ResamplerPath)path);
        foreach (var (size, transform, frame) in ResamplerCases.Random(Seed, 4000))
        {
            byte[] expected = ResamplerCases.Resample(scalar, size, transform, frame);
            if (!ResamplerCases.Resample(vectors, size, transform, frame).AsSpan().SequenceEqual(expected))
            {
                Assert.Fail($"{size}: {transform}");
            }
        }
    }

    /// <summary>A source one pixel wider than a round factor has positions with every fraction, those at the rounding of weights among them.</summary>
    [TestCaseSource(nameof(VectorPaths))]
    public void Resample_EveryWidthTo224_GivesTheScalarBytes(object path)
    {
        var scalar = new FrameResampler(ResamplerPath.Scalar);
        var vectors = new FrameResampler((ResamplerPath)path);
        var random = new Random(Seed);
        for (int width = 1; width <= 1000; width++)
        {
            var size = new FrameSize(2, width);
            ClipTransform transform = ClipTransform.Identity(size).Resize(new FrameSize(3, 224));
            var frame = new byte[width * 6];
            random.NextBytes(frame);
            Assert.That(
                ResamplerCases.Resample(vectors, size, transform, frame).AsSpan().SequenceEqual(ResamplerCases.Resample(scalar, size, transform, frame)),
                $"{width}");
        }
    }

    /// <summary>The settings of .NET 10, each with the fastest path that it leaves.</summary>
    [TestCase("DOTNET_EnableHWIntrinsic", nameof(ResamplerPath.Scalar))]
    [TestCase("DOTNET_EnableAVX2", nameof(ResamplerPath.Vector128))]
    [TestCase("DOTNET_EnableAVX512", nameof(ResamplerPath.Avx2))]
    [TestCase("DOTNET_EnableAVX512v2", nameof(ResamplerPath.Avx2))]
    public void Settings_SwitchToAnotherPath_WithTheSameBytes(string setting, string fastestLeft)
    {
        // The paths are in the order of their speed; on another processor the fastest may be missing anyway.
        ResamplerPath expected = Enum.GetValues<ResamplerPath>()
            .Last(path => path <= Enum.Parse<ResamplerPath>(fastestLeft) && FrameResampler.IsSupported(path));

        (int exitCode, string output) = FreshProcess.RunAction("resample", AppContext.BaseDirectory, (setting, "0"));

        Assert.That(output.Trim(), Is.EqualTo($"{expected} {ResamplerCases.Hash(ResamplerPath.Scalar, Seed, ChildCases)}"));
        Assert.That(exitCode, Is.Zero);
    }

    [Test]
    [Platform("Linux")]
    public void Resample_BesideMemoryThatMayNotBeTouched_StaysInside()
    {
        (int exitCode, string output) = FreshProcess.RunAction("resample in guarded memory", AppContext.BaseDirectory);

        Assert.That(output.Trim(), Is.EqualTo(string.Join(' ', VectorPaths())));
        Assert.That(exitCode, Is.Zero);
    }

    [TestCaseSource(nameof(VectorPaths))]
    public void PrepareAndResample_OfWhatWasSeenBefore_AllocateNothing(object path)
    {
        var resampler = new FrameResampler((ResamplerPath)path);
        var cases = ResamplerCases.Random(Seed, 50).ToArray();
        var output = new byte[1 << 20];
        void All()
        {
            foreach (var (size, transform, frame) in cases)
            {
                resampler.Prepare(size, transform);
                resampler.Resample(frame, output.AsSpan(0, transform.OutputSize.Height * transform.OutputSize.Width * 3));
            }
        }

        All();
        long before = GC.GetAllocatedBytesForCurrentThread();
        All();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    /// <summary>In a process of its own: which path is chosen, and what it computes.</summary>
    internal static void PrintChosenPath() =>
        Console.WriteLine($"{FrameResampler.BestPath} {ResamplerCases.Hash(FrameResampler.BestPath, Seed, ChildCases)}");

    /// <summary>In a process of its own: frames and outputs at both ends of guarded memory.</summary>
    internal static void ResampleInGuardedMemory()
    {
        using var frames = new GuardedMemory(1 << 17);
        using var outputs = new GuardedMemory(1 << 17);
        foreach (ResamplerPath path in VectorPaths())
        {
            var resampler = new FrameResampler(path);
            foreach (var (size, transform, frame) in ResamplerCases.Random(Seed, 1000))
            {
                int bytes = transform.OutputSize.Height * transform.OutputSize.Width * 3;
                byte[] expected = ResamplerCases.Resample(resampler, size, transform, frame);
                ResampleBetween(resampler, frame, frames.AtTheStart(frame.Length), outputs.AtTheStart(bytes), expected);
                ResampleBetween(resampler, frame, frames.AtTheEnd(frame.Length), outputs.AtTheEnd(bytes), expected);
            }
        }

        Console.WriteLine(string.Join(' ', VectorPaths()));
    }

    private static void ResampleBetween(FrameResampler resampler, byte[] frame, Span<byte> source, Span<byte> output, byte[] expected)
    {
        frame.CopyTo(source);
        resampler.Resample(source, output);
        if (!output.SequenceEqual(expected))
        {
            throw new InvalidOperationException("Other bytes.");
        }
    }
}
