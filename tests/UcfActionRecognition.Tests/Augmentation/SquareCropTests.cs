namespace UcfActionRecognition.Tests.Augmentation;

/// <summary>The steps that crop squares.</summary>
public class SquareCropTests
{
    private static readonly FrameSize Wide = new(240, 320);

    [TestCase(240, 320, 1, 40, 0, 240)]
    [TestCase(240, 320, 0.875, 55, 15, 210)]
    [TestCase(320, 240, 0.875, 15, 55, 210)]
    [TestCase(241, 320, 0.5, 99, 60, 121, Description = "120.5 is rounded up; of an odd rest the larger part is below")]
    [TestCase(1, 1, 0.01, 0, 0, 1)]
    public void CenterCrop_KeepsASquareInTheMiddle(int height, int width, double ratio, int x, int y, int side)
    {
        ClipTransform drawn = Draw(AugmentationPipeline.Create().CenterCrop(ratio), new FrameSize(height, width), 0);
        Assert.That((drawn.CropX, drawn.CropY, drawn.CropSize, drawn.OutputSize), Is.EqualTo((x, y, FrameSize.Square(side), FrameSize.Square(side))));
    }

    [TestCase(240, 320)]
    [TestCase(320, 240)]
    [TestCase(37, 37)]
    public void CenterCrop_IsTheTestsCenter(int height, int width)
    {
        ClipTransform drawn = Draw(AugmentationPipeline.Create().CenterCrop(0.875).Resize(112), new FrameSize(height, width), 0);
        Assert.That(TestCrops.Center(0.875).TransformsOf(new FrameSize(height, width), 112), Is.EqualTo(new[] { drawn }));
    }

    [Test]
    public void MultiScaleCrop_DrawsScalesAndPositionsAlike()
    {
        const int Draws = 10_000;
        AugmentationPipeline pipeline = AugmentationPipeline.Create().MultiScaleCrop();
        Dictionary<(int, int, int), int> counts = Enumerable.Range(0, Draws).Select(video => Draw(pipeline, Wide, video))
            .CountBy(crop => (crop.CropSize.Width, crop.CropX, crop.CropY)).ToDictionary();
        var expected = new Dictionary<(int, int, int), int>();
        foreach (int side in new[] { 240, 210, 180, 158 }) // 1, 0.875, 0.75 and 0.66 of 240, the last rounded
        {
            (int right, int bottom) = (320 - side, 240 - side);
            foreach ((int, int, int) place in new[] { (side, 0, 0), (side, right, 0), (side, 0, bottom), (side, right, bottom), (side, right / 2, bottom / 2) })
            {
                expected[place] = expected.GetValueOrDefault(place) + (Draws / 20);
            }
        }

        Assert.That(expected, Has.Count.EqualTo(18), "of the full short side left and right have one corner each");
        Assert.Multiple(() =>
        {
            Assert.That(counts.Keys, Is.EquivalentTo(expected.Keys));
            foreach ((var place, int count) in expected)
            {
                Assert.That(counts[place], Is.EqualTo(count).Within(5 * Math.Sqrt(count)), place.ToString());
            }
        });
    }

    [Test]
    public void MultiScaleCrop_AfterAnotherCropAndAFlip_CropsWhatTheyShow()
    {
        AugmentationPipeline pipeline = AugmentationPipeline.Create().CenterCrop(0.5).RandomHorizontalFlip(1).MultiScaleCrop([0.5]).Resize(32);
        ClipTransform[] drawn = [.. Enumerable.Range(0, 200).Select(video => Draw(pipeline, Wide, video)).Distinct()];
        (int, int)[] places = [(100, 60), (160, 60), (100, 120), (160, 120), (130, 90)];
        Assert.Multiple(() =>
        {
            Assert.That(drawn.Select(crop => (crop.CropX, crop.CropY)), Is.EquivalentTo(places));
            Assert.That(drawn, Is.All.Matches<ClipTransform>(crop => crop.FlipHorizontal && crop.CropSize == 60 && crop.OutputSize == 32));
        });
    }

    private static ClipTransform Draw(AugmentationPipeline pipeline, FrameSize source, int video) => pipeline.Draw(source, new ClipRandom(3, 0, video, 0));
}
