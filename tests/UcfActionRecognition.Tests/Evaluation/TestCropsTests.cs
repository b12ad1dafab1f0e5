namespace UcfActionRecognition.Tests.Evaluation;

public class TestCropsTests
{
    [Test]
    public void ToString_SaysWhichAndHowLarge() => Assert.Multiple(() =>
    {
        Assert.That(
            new[] { TestCrops.WholeFrame, TestCrops.Center(), TestCrops.Center(0.875), TestCrops.Three, TestCrops.Ten(0.875) }.Select(crops => crops.ToString()),
            Is.EqualTo(new[] { "WholeFrame", "Center(1)", "Center(0.875)", "Three", "Ten(0.875)" }));
        Assert.That(TestCrops.Center(0.875), Is.EqualTo(TestCrops.Center(7 / 8.0)).And.Not.EqualTo(TestCrops.Center(0.8)).And.Not.EqualTo(TestCrops.Ten(0.875)));
    });

    [TestCase("WholeFrame")]
    [TestCase("Center(1)")]
    [TestCase("Center(0.875)")]
    [TestCase("Three")]
    [TestCase("Ten(0.875)")]
    public void Parse_WhatToStringGives_IsTheSame(string text) => Assert.That($"{TestCrops.Parse(text)}", Is.EqualTo(text));

    [TestCase("")]
    [TestCase("whole")]
    [TestCase("Center")]
    [TestCase("Center()")]
    [TestCase("Center(0)")]
    [TestCase("Center(NaN)")]
    [TestCase("Center(1.5)")]
    [TestCase("Three(0.5)")]
    [TestCase("Ten(0.5")]
    public void Parse_AnythingElse_IsNull(string text) => Assert.That(TestCrops.Parse(text), Is.Null);

    [TestCase(0)]
    [TestCase(-0.5)]
    [TestCase(1.001)]
    [TestCase(double.NaN)]
    public void Ratio_OutOfRange_Throws(double ratio) => Assert.Multiple(() =>
    {
        Assert.That(() => TestCrops.Center(ratio), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => TestCrops.Ten(ratio), Throws.InstanceOf<ArgumentOutOfRangeException>());
    });

    [Test]
    public void TransformsOf_WholeFrame_OnlyResizes() =>
        Assert.That(TestCrops.WholeFrame.TransformsOf(new FrameSize(240, 320), 112), Is.EqualTo(new[] { ClipTransform.Identity(new FrameSize(240, 320)).Resize(112) }));

    [TestCase(240, 320, "0,0 40,0 80,0")]
    [TestCase(320, 240, "0,0 0,40 0,80")]
    [TestCase(240, 240, "0,0 0,0 0,0")]
    [TestCase(240, 321, "0,0 40,0 81,0")]
    public void TransformsOf_Three_LieAlongTheLongerSide(int height, int width, string places) =>
        AssertCrops(TestCrops.Three, new FrameSize(height, width), 240, places.Split(' '));

    [Test]
    public void TransformsOf_Center_IsASquareInTheMiddle() => AssertCrops(TestCrops.Center(0.875), new FrameSize(240, 320), 210, "55,15");

    [Test]
    public void TransformsOf_Ten_AreCornersAndCentreAndTheirMirrorImages() => AssertCrops(
        TestCrops.Ten(0.875), new FrameSize(240, 320), 210,
        "0,0", "110,0", "0,30", "110,30", "55,15", "0,0,mirrored", "110,0,mirrored", "0,30,mirrored", "110,30,mirrored", "55,15,mirrored");

    [TestCase(24, 32)]
    [TestCase(37, 29)]
    public void TransformsOf_GiveThePixelsOfTheRegions(int height, int width)
    {
        var size = new FrameSize(height, width);
        var frame = new byte[3 * height * width];
        new Random(1).NextBytes(frame);
        foreach (TestCrops crops in new[] { TestCrops.Center(), TestCrops.Center(0.7), TestCrops.Three, TestCrops.Ten(0.8) })
        {
            IReadOnlyList<ClipTransform> transforms = crops.TransformsOf(size, 16);
            Assert.That(transforms, Has.Count.EqualTo(crops.Count));
            foreach (ClipTransform transform in transforms)
            {
                byte[] region = Region(frame, size, transform);
                byte[] expected = Resample(region, transform.CropSize, ClipTransform.Identity(transform.CropSize).Resize(16));
                Assert.That(Resample(frame, size, transform), Is.EqualTo(expected), $"{crops} at {transform.CropX}, {transform.CropY}");
            }
        }
    }

    private static void AssertCrops(TestCrops crops, FrameSize source, int side, params string[] expected)
    {
        IReadOnlyList<ClipTransform> transforms = crops.TransformsOf(source, 112);
        Assert.Multiple(() =>
        {
            Assert.That(transforms.Select(crop => $"{crop.CropX},{crop.CropY}{(crop.FlipHorizontal ? ",mirrored" : "")}"), Is.EqualTo(expected));
            Assert.That(transforms, Is.All.Matches<ClipTransform>(crop => crop.CropSize == side && crop.OutputSize == 112 && crop.Brightness == 0));
            Assert.That(crops.Count, Is.EqualTo(expected.Length));
        });
    }

    private static byte[] Resample(byte[] frame, FrameSize size, ClipTransform transform)
    {
        var output = new byte[3 * transform.OutputSize.Height * transform.OutputSize.Width];
        new FrameResampler(size, transform).Resample(frame, output);
        return output;
    }

    // Cut out and mirrored pixel by pixel.
    private static byte[] Region(byte[] frame, FrameSize size, ClipTransform transform)
    {
        int side = transform.CropSize.Width;
        var region = new byte[3 * side * side];
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x < side; x++)
            {
                int column = transform.CropX + (transform.FlipHorizontal ? side - 1 - x : x);
                frame.AsSpan(3 * (((transform.CropY + y) * size.Width) + column), 3).CopyTo(region.AsSpan(3 * ((y * side) + x)));
            }
        }

        return region;
    }
}
