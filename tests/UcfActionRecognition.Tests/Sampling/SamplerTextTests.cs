namespace UcfActionRecognition.Tests.Sampling;

/// <summary>Samplers are compared and printed by their parameters.</summary>
public class SamplerTextTests
{
    private static readonly (IClipSampler Sampler, IClipSampler Same, string Text)[] BuiltIn =
    [
        (new RandomClip(16), new RandomClip(16), "RandomClip { Length = 16 }"),
        (new CenterClip(16), new CenterClip(16), "CenterClip { Length = 16 }"),
        (new SlidingWindow(16, 8), new SlidingWindow(16, 8), "SlidingWindow { Length = 16, Stride = 8 }"),
        (new SlidingWindow(16, 16), new SlidingWindow(16, 16), "SlidingWindow { Length = 16, Stride = 16 }"),
        (new FullSequence(), new FullSequence(1), "FullSequence { MinimumLength = 1 }"),
        (new FullSequence(16), new FullSequence(16), "FullSequence { MinimumLength = 16 }"),
        (new UniformClips(10, 16), new UniformClips(10, 16), "UniformClips { Count = 10, Length = 16 }"),
        (new RandomSegments(3), new RandomSegments(3, 1), "RandomSegments { Count = 3, Length = 1 }"),
    ];

    [Test]
    public void ToString_SaysTheParameters() =>
        Assert.That(BuiltIn.Select(entry => entry.Sampler.ToString()), Is.EqualTo(BuiltIn.Select(entry => entry.Text)));

    [Test]
    public void Equals_IsByParameters() => Assert.Multiple(() =>
    {
        Assert.That(BuiltIn.Select(entry => entry.Same), Is.EqualTo(BuiltIn.Select(entry => entry.Sampler)));
        Assert.That(BuiltIn.Select(entry => entry.Sampler).Distinct().Count(), Is.EqualTo(BuiltIn.Length));
    });
}
