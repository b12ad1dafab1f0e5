using System.Security.Cryptography;

namespace UcfActionRecognition.Tests.Datasets;

public class SyntheticActionsTests
{
    private static readonly SyntheticActionsOptions Small = new() { FrameSize = FrameSize.Square(16), MinFrames = 4, MaxFrames = 6 };

    [Test]
    public void Create_LoadsAsUcf101_InAllThreeSplits()
    {
        using var folder = new TemporaryFolder();
        SyntheticActions.Create(folder.Path, Small);
        ActionDataset[] splits = [.. Enumerable.Range(1, 3).Select(split => Ucf101.Load(folder.Path, split))];
        using IVideoClipSource source = Ucf101.OpenSource(folder.Path);
        VideoInfo[] infos = [.. splits[0].Train.Concat(splits[0].Test).Select(video =>
        {
            using VideoReader reader = source.Open(video.Name);
            return reader.Info;
        })];
        Assert.Multiple(() =>
        {
            Assert.That(splits.Select(data => (data.Train.Count, data.Test.Count)), Is.All.EqualTo((8 * 18, 8 * 7)));
            Assert.That(splits.SelectMany(data => data.Test).Select(video => video.Name), Is.Unique, "the splits test on different groups");
            Assert.That(splits[0].Classes, Is.EqualTo(SyntheticActions.Classes));
            Assert.That(infos.Select(info => info.Size), Is.All.EqualTo(FrameSize.Square(16)));
            Assert.That(infos.Select(info => info.FrameCount).Distinct().Order(), Is.EqualTo(new int?[] { 4, 5, 6 }));
        });
    }

    [Test]
    public void Draw_IsTheSameEverywhere()
    {
        // Written down: a change of these bytes changes the numbers that the Quickstart prints.
        string[] hashes = [.. SyntheticActions.Classes.Select(name => Convert.ToHexStringLower(SHA256.HashData(new SyntheticScene(name, Small, 3, 1).Draw()))[..8])];
        Assert.That(hashes, Is.EqualTo(new[]
        {
            "0372fba2", "1d75f6b5", "8834d499", "41901cd4", "81fa6e99", "4d65636a", "814fcf93", "8ccef6f6",
        }));
    }

    [TestCase("CircleAppear", "CircleVanish")]
    [TestCase("SquareGrow", "SquareShrink")]
    [TestCase("TriangleRise", "TriangleFall")]
    public void Draw_OfAPair_HasTheSameFramesInOppositeOrder(string forward, string backward)
    {
        // Mean brightness by frame, or its centre of mass: what moves is the same, its direction is not.
        double[] forwards = MeanOverGroups(forward);
        double[] backwards = MeanOverGroups(backward);
        double range = forwards.Max() - forwards.Min();
        Assert.Multiple(() =>
        {
            Assert.That(Math.Abs(forwards[^1] - forwards[0]), Is.GreaterThan(0.9 * range), "something changes from the first frame to the last");
            Assert.That(backwards.Reverse(), Is.EqualTo(forwards).Within(0.25 * range));
        });
    }

    [Test]
    public void Create_OptionOutOfRange_NamesIt() =>
        Assert.That(() => SyntheticActions.Create("x", Small with { MaxFrames = 3 }), Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("MaxFrames"));

    [Test]
    public void Create_VideosOfMoreThan2GiB_SaysSo() => Assert.That(
        () => SyntheticActions.Create("x", new SyntheticActionsOptions { FrameSize = FrameSize.Square(1024), MaxFrames = 683 }),
        Throws.InstanceOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("MaxFrames")
            .And.Message.StartsWith("683 frames of 1024x1024 take 2148532224 bytes; a video may take 2147483591. Take fewer or smaller frames."));

    private static double[] MeanOverGroups(string name)
    {
        var options = new SyntheticActionsOptions { FrameSize = FrameSize.Square(32), MinFrames = 8, MaxFrames = 8 };
        var mean = new double[8];
        for (int group = 1; group <= 25; group++)
        {
            byte[] rgb = new SyntheticScene(name, options, group, 1).Draw();
            for (int frame = 0; frame < 8; frame++)
            {
                mean[frame] += Measure(rgb.AsSpan(frame * 32 * 32 * 3, 32 * 32 * 3), name.StartsWith("Triangle", StringComparison.Ordinal)) / 25;
            }
        }

        return mean;
    }

    private static double Measure(ReadOnlySpan<byte> frame, bool height)
    {
        double sum = 0;
        double weighted = 0;
        for (int i = 0; i < frame.Length; i++)
        {
            double bright = Math.Max(0, frame[i] - 130);
            sum += bright;
            weighted += bright * (i / (32 * 3));
        }

        return height ? weighted / sum : sum;
    }
}
