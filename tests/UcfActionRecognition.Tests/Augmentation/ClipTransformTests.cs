namespace UcfActionRecognition.Tests.Augmentation;

public class ClipTransformTests
{
    private static readonly FrameSize Source = new(20, 30);

    [Test]
    public void CropTo_AfterAFlip_CropsWhatTheFlippedFrameShows()
    {
        // The left 10 columns of the mirrored frame are the right 10 of the source.
        ClipTransform transform = ClipTransform.Identity(Source).Flip().CropTo(0, 5, new FrameSize(8, 10));
        Assert.Multiple(() =>
        {
            Assert.That((transform.CropX, transform.CropY, transform.CropSize), Is.EqualTo((20, 5, new FrameSize(8, 10))));
            Assert.That(transform.FlipHorizontal, Is.True);
        });
    }

    [Test]
    public void CropTo_Twice_AddsUp()
    {
        ClipTransform transform = ClipTransform.Identity(Source).CropTo(4, 5, new FrameSize(10, 20)).CropTo(1, 2, new FrameSize(3, 4));
        Assert.That((transform.CropX, transform.CropY, transform.OutputSize), Is.EqualTo((5, 7, new FrameSize(3, 4))));
    }

    [TestCase(-1, 0, 5, 5)]
    [TestCase(0, 0, 21, 5)]
    [TestCase(26, 0, 5, 5)]
    [TestCase(0, 16, 5, 5)]
    [TestCase(0, 0, 0, 5)]
    public void CropTo_OutsideTheFrame_Throws(int x, int y, int height, int width) =>
        Assert.That(() => ClipTransform.Identity(Source).CropTo(x, y, new FrameSize(height, width)), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void CropTo_AfterAResize_Throws() =>
        Assert.That(() => ClipTransform.Identity(Source).Resize(FrameSize.Square(8)).CropTo(0, 0, FrameSize.Square(4)),
            Throws.InvalidOperationException.With.Message.StartsWith("A crop comes before the resize"));

    [Test]
    public void Brighten_PastTheRange_Throws() =>
        Assert.That(() => ClipTransform.Identity(Source).Brighten(200).Brighten(56), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
