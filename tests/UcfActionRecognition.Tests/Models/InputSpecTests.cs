using System.Text.Json;

namespace UcfActionRecognition.Tests.Models;

public sealed class InputSpecTests
{
    private static readonly InputSpec Spec = new() { Size = new(112, 96), ClipLength = 16, Normalization = Normalization.Kinetics400 };

    [Test]
    public void Specs_WithTheSameValues_AreEqual()
    {
        var copy = new InputSpec
        {
            Size = new(112, 96),
            ClipLength = 16,
            Normalization = new() { ValueRange = 255, Mean = new(114.7748, 107.7354, 99.4750), Std = new(1, 1, 1) },
        };

        Assert.That(copy, Is.EqualTo(Spec));
        Assert.That(copy.GetHashCode(), Is.EqualTo(Spec.GetHashCode()));
    }

    [Test]
    public void Specs_WithAnotherMean_Differ() =>
        Assert.That(Spec with { Normalization = Normalization.Kinetics400 with { Mean = new(114.7748, 107.7354, 99.4751) } }, Is.Not.EqualTo(Spec));

    [Test]
    public void ToJson_IsStable() => Assert.That(Spec.ToJson(), Is.EqualTo(
        """{"size":{"height":112,"width":96},"clipLength":16,"normalization":{"valueRange":255,"mean":{"red":114.7748,"green":107.7354,"blue":99.475},"std":{"red":1,"green":1,"blue":1}},"channelOrder":"RGB"}"""));

    [Test]
    public void FromJson_ReadsWhatToJsonWrote() => Assert.That(InputSpec.FromJson(Spec.ToJson()), Is.EqualTo(Spec));

    [TestCase("")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"channelOrder":"BGR"}""")]
    [TestCase("""{"channelOrder":"RGB","clipLength":1}""")]
    public void FromJson_OtherText_Throws(string json) => Assert.That(() => InputSpec.FromJson(json), Throws.InstanceOf<JsonException>());

    [Test]
    public void FromJson_ValueOutOfRange_Throws() =>
        Assert.That(() => InputSpec.FromJson(Spec.ToJson().Replace("\"clipLength\":16", "\"clipLength\":0", StringComparison.Ordinal)),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("ClipLength"));

    private static IEnumerable<TestCaseData> OutOfRange()
    {
        yield return new(Spec with { Size = new(0, 5) }, "Size");
        yield return new(Spec with { Size = new(5, -1) }, "Size");
        yield return new(Spec with { ClipLength = 0 }, "ClipLength");
        yield return new(Spec with { Normalization = Normalization.ImageNet with { ValueRange = 2 } }, "ValueRange");
        yield return new(Spec with { Normalization = Normalization.ImageNet with { Mean = new(0, double.NaN, 0) } }, "Mean");
        yield return new(Spec with { Normalization = Normalization.ImageNet with { Std = new(1, 1, 0) } }, "Std");
    }

    [TestCaseSource(nameof(OutOfRange))]
    public void Validate_ValueOutOfRange_ThrowsNamingIt(InputSpec spec, string option) =>
        Assert.That(spec.Validate, Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(option));

    [Test]
    public void ToString_SaysAllThatMatters() => Assert.That(Spec.ToString(), Is.EqualTo(
        "clips of 16 frames of 112x96, RGB, values 0..255, mean (114.7748, 107.7354, 99.475), std (1, 1, 1)"));
}
