using TorchSharp;
using UcfActionRecognition.Tests.Models;

namespace UcfActionRecognition.Tests.Evaluation;

public class TimeChunkTests
{
    private static readonly string[] Classes = ["a", "b", "c"];

    // Radii by hand: half of each size in time times the strides before it. Conv1 3, pool 1, layer1 2 each, layer2 2 and then 4 each,
    // layer3 4 and 8, layer4 8 and 16; a basic block has two convolutions of size 3, a bottleneck one.
    [TestCase(10, null, 50, 115)]
    [TestCase(18, null, 110, 223)]
    [TestCase(18, 1, 78, 159)]
    [TestCase(34, null, 226, 467)]
    [TestCase(50, null, 108, 221)]
    [TestCase(50, 1, 76, 157)]
    [TestCase(101, null, 244, 501)]
    [TestCase(152, null, 364, 733)]
    [TestCase(200, null, 428, 861)]
    public void TemporalField_IsWhatTheArithmeticOfTheLayersGives(int depth, int? layer4Blocks, int radius, int fewestFrames)
    {
        using ResNet3D model = ActionModels.ResNet3D(depth, Classes, options: new ResNet3DOptions { Layer4Blocks = layer4Blocks, Seed = 0 });
        Assert.That(model.TemporalField, Is.EqualTo(new TemporalField(radius, 16)));
        Assert.That(TimeChunk.FewestFrames(model.TemporalField), Is.EqualTo(fewestFrames));
    }

    [Test]
    public void Split_AnyLength_TakesEachPositionOnceFromPartsThatHoldAllItSees()
    {
        var field = new TemporalField(76, 16);
        foreach (int maxFrames in new[] { TimeChunk.FewestFrames(field), 200, 305 })
        {
            for (int frames = 1; frames < 1000; frames++)
            {
                var taken = new List<int>();
                foreach (TimeChunk part in TimeChunk.Split(frames, field, maxFrames))
                {
                    int first = (part.Start / 16) + part.FirstPosition;
                    int last = first + part.Positions - 1;
                    taken.AddRange(Enumerable.Range(first, part.Positions));
                    bool holds = part.Start % 16 == 0
                        && part.Frames <= maxFrames
                        && part.Start <= Math.Max((first * 16) - 76, 0)
                        && part.Start + part.Frames >= Math.Min((last * 16) + 76 + 1, frames)
                        && part.Start + part.Frames <= frames
                        && part.IsLast == (part.Start + part.Frames == frames && last == ((frames + 15) / 16) - 1);
                    Assert.That(holds, Is.True, $"{part} of {frames} frames, at most {maxFrames}");
                }

                Assert.That(taken, Is.EqualTo(Enumerable.Range(0, (frames + 15) / 16)));
            }
        }
    }

    [Test]
    public void Split_WhatFits_IsNotSplit() =>
        Assert.That(TimeChunk.Split(300, new TemporalField(76, 16), 300), Is.EqualTo(new[] { new TimeChunk(0, 300, 0, 19, IsLast: true) }));

    [Test]
    public void Split_NoRoomForAPosition_Throws()
    {
        var field = new TemporalField(76, 16);
        Assert.That(() => TimeChunk.Split(1000, field, TimeChunk.FewestFrames(field) - 1), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [TestCase(10, ShortcutType.A, null)]
    [TestCase(10, ShortcutType.B, null)]
    [TestCase(18, ShortcutType.A, null)]
    [LongTestCase(34, ShortcutType.B, null)]
    [TestCase(50, ShortcutType.B, 1)]
    [LongTestCase(50, ShortcutType.B, null)]
    [LongTestCase(101, ShortcutType.B, null)]
    [LongTestCase(152, ShortcutType.B, null)]
    [LongTestCase(200, ShortcutType.B, null)]
    public void Logits_OfTheParts_AreThoseOfTheWholeClip(int depth, ShortcutType shortcut, int? layer4Blocks)
    {
        using ResNet3D model = Model(depth, shortcut, layer4Blocks);
        int least = TimeChunk.FewestFrames(model.TemporalField);
        foreach (int frames in new[] { (least / 16 * 16) + 64, least + 77 })
        {
            using torch.Tensor clip = Clip(frames);
            Assert.That(InParts(model, clip, model.TemporalField, least + 16), Is.LessThan(1e-10), $"{frames} frames");
        }
    }

    [Test]
    public void Logits_OfThePartsOf2000Frames_AreThoseOfTheWholeClip()
    {
        using ResNet3D model = Model(10, ShortcutType.B, null);
        using torch.Tensor clip = Clip(2000);
        Assert.That(InParts(model, clip, model.TemporalField, 464), Is.LessThan(1e-10));
    }

    // A network whose convolutions look to one side only: what a position sees ends at exactly the radius, with full weight. With the
    // weights of training hardly anything comes from there, and a test could not tell a radius that is too small.
    [TestCase(10, null, true)]
    [TestCase(10, null, false)]
    [TestCase(18, null, true)]
    [TestCase(18, 1, false)]
    [LongTestCase(34, null, false)]
    [LongTestCase(50, null, true)]
    [TestCase(50, 1, true)]
    [TestCase(50, 1, false)]
    [LongTestCase(101, null, false)]
    [LongTestCase(152, null, true)]
    [LongTestCase(200, null, false)]
    public void Logits_OfPartsWithAnOverlapThatIsTooSmall_AreOthers(int depth, int? layer4Blocks, bool lookingBack)
    {
        using ResNet3D model = Model(depth, ShortcutType.B, layer4Blocks);
        LookToOneSide(model, lookingBack);
        TemporalField field = model.TemporalField;
        int least = TimeChunk.FewestFrames(field);
        using torch.Tensor clip = Clip(least + 77);
        Assert.Multiple(() =>
        {
            Assert.That(InParts(model, clip, field, least + 16), Is.LessThan(1e-10));
            Assert.That(InParts(model, clip, field with { Radius = field.Radius - 16 }, least), Is.GreaterThan(1e-3), "16 frames too few");
        });
    }

    /// <summary>|logits in parts - logits at once| / |logits at once|.</summary>
    private static double InParts(ResNet3D model, torch.Tensor clip, TemporalField field, int maxFrames)
    {
        using var mode = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        double[] atOnce = TestModels.Values(model.forward(clip));
        var features = new SequenceFeatures();
        torch.Tensor? logits = null;
        int parts = 0;
        foreach (TimeChunk part in TimeChunk.Split((int)clip.shape[2], field, maxFrames))
        {
            logits = features.Add(model, clip.narrow(2, part.Start, part.Frames), part, crop: 0);
            parts++;
        }

        Assert.That(parts, Is.GreaterThan(1));
        return TestModels.RelativeDifference(TestModels.Values(logits!), atOnce);
    }

    private static torch.Tensor Clip(int frames) => Formula.Input(1, 3, frames, 2, 2).abs().to(torch.ScalarType.Float64);

    /// <summary>A network of float64 in evaluation mode.</summary>
    private static ResNet3D Model(int depth, ShortcutType shortcut, int? layer4Blocks)
    {
        ResNet3D model = ActionModels.ResNet3D(
            depth, Classes, options: new ResNet3DOptions { Shortcut = shortcut, Layer4Blocks = layer4Blocks, Size = 2, Seed = 0 });
        model.eval();
        model.to(torch.ScalarType.Float64);
        return model;
    }

    /// <summary>Makes every convolution pass on its input, a channel to a channel, from the first or from the last frame of its size.</summary>
    private static void LookToOneSide(ResNet3D model, bool back)
    {
        using var mode = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        foreach ((string key, torch.Tensor value) in model.state_dict())
        {
            if (value.ndim == 5)
            {
                long[] shape = value.shape;
                value.zero_();
                for (long output = 0; output < shape[0]; output++)
                {
                    value[output, output % shape[1], back ? 0 : shape[2] - 1, shape[3] / 2, shape[4] / 2] = 1.0;
                }
            }
            else if (key.EndsWith(model.Depth < 50 ? "bn2.weight" : "bn3.weight", StringComparison.Ordinal))
            {
                // What comes through a block is to weigh more than what comes past it.
                value.fill_(16);
            }
        }
    }
}
