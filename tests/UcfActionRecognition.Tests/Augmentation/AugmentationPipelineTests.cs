namespace UcfActionRecognition.Tests.Augmentation;

public class AugmentationPipelineTests
{
    private const int Draws = 4000;
    private static readonly FrameSize Source = new(240, 320);

    private static readonly AugmentationPipeline Assignment = AugmentationPipeline.Create()
        .RandomCrop(minScale: 0.7, probability: 0.5).RandomHorizontalFlip().Resize(FrameSize.Square(224)).RandomBrightness(15);

    [Test]
    public void Draw_OfTheAssignment_StaysInItsRangesAndReachesTheirEnds()
    {
        ClipTransform[] drawn = DrawMany(Assignment);
        ClipTransform[] cropped = [.. drawn.Where(t => t.CropSize != Source)];
        Assert.Multiple(() =>
        {
            Assert.That(cropped.Length / (double)Draws, Is.EqualTo(0.5).Within(0.04), "half of the clips are cropped");
            Assert.That(drawn.Count(t => t.FlipHorizontal) / (double)Draws, Is.EqualTo(0.5).Within(0.04), "half are flipped");
            Assert.That(drawn.Select(t => t.Brightness).Distinct().Order(), Is.EqualTo(Enumerable.Range(-15, 31)), "-15 .. 15, all of them");
            Assert.That(cropped.Min(t => t.CropSize.Width), Is.EqualTo(224), "0.7 x 320");
            Assert.That(cropped.Max(t => t.CropSize.Width), Is.EqualTo(319));
            Assert.That(cropped.Min(t => t.CropSize.Height), Is.EqualTo(168), "0.7 x 240");
            Assert.That(cropped.Any(t => t.CropSize.Width * 3 != t.CropSize.Height * 4), "the aspect is not kept");
            Assert.That(cropped.Min(t => t.CropX), Is.Zero);
            Assert.That(cropped.Any(t => t.CropX > 0 && t.CropX + t.CropSize.Width == 320), "the right edge is reached");
            Assert.That(drawn, Is.All.Matches<ClipTransform>(t => t.OutputSize == FrameSize.Square(224)));
        });
    }

    [Test]
    public void Draw_SameRandom_GivesTheSameTransform()
    {
        ClipTransform[] first = DrawMany(Assignment);
        ClipTransform[] again = DrawMany(Assignment);
        Assert.That(again, Is.EqualTo(first));
    }

    [Test]
    public void OutputSize_BeforeAndAfterResize() => Assert.Multiple(() =>
    {
        Assert.That(AugmentationPipeline.Create().RandomHorizontalFlip().OutputSize, Is.Null);
        Assert.That(Assignment.OutputSize, Is.EqualTo(FrameSize.Square(224)));
    });

    [Test]
    public void Then_AStepOfTheCallersOwn_TakesPart()
    {
        AugmentationPipeline pipeline = AugmentationPipeline.Create().Then(new LeftHalf()).Resize(FrameSize.Square(8));
        Assert.That(pipeline.Draw(Source, new ClipRandom(0, 0, 0, 0)).CropSize, Is.EqualTo(new FrameSize(240, 160)));
    }

    [Test]
    public void Draw_AStepThatUndoesTheResize_Throws() =>
        Assert.That(() => AugmentationPipeline.Create().Resize(FrameSize.Square(8)).Then(new Resize4()).Draw(Source, new ClipRandom(0, 0, 0, 0)),
            Throws.InvalidOperationException.With.Message.EqualTo("The pipeline resizes to 8x8, but a later step made the clip 4x4."));

    [Test]
    public void RandomCrop_AfterResize_IsRefusedWhenThePipelineIsBuilt() =>
        Assert.That(() => AugmentationPipeline.Create().Resize(FrameSize.Square(8)).RandomCrop(),
            Throws.InvalidOperationException.With.Message.StartsWith("A crop comes before the resize"));

    [Test]
    public void Crops_AfterResize_AreRefusedByName() => Assert.Multiple(() =>
    {
        AugmentationPipeline resized = AugmentationPipeline.Create().Resize(FrameSize.Square(8));
        Assert.That(() => resized.CenterCrop(), Throws.InvalidOperationException.With.Message.EqualTo(
            "A crop comes before the resize: add CenterCrop first, then Resize."));
        Assert.That(() => resized.MultiScaleCrop(), Throws.InvalidOperationException.With.Message.EqualTo(
            "A crop comes before the resize: add MultiScaleCrop first, then Resize."));
    });

    [Test]
    public void Steps_OutOfRange_Throw() => Assert.Multiple(() =>
    {
        AugmentationPipeline empty = AugmentationPipeline.Create();
        Assert.That(() => empty.RandomCrop(minScale: 0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => empty.RandomCrop(minScale: double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => empty.RandomCrop(probability: 1.1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => empty.CenterCrop(0), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => empty.CenterCrop(1.01), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => empty.CenterCrop(double.NaN), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => empty.MultiScaleCrop([]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => empty.MultiScaleCrop([1, 0]), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => empty.RandomHorizontalFlip(-0.1), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => empty.RandomBrightness(256), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(() => empty.Resize(new FrameSize(0, 5)), Throws.InstanceOf<ArgumentOutOfRangeException>());
    });

    [Test]
    public void ToString_SaysTheStepsAndTheirParameters() => Assert.Multiple(() =>
    {
        Assert.That(
            Assignment.ToString(),
            Is.EqualTo("RandomCrop(minScale 0.7, probability 0.5), RandomHorizontalFlip(0.5), Resize(224x224), RandomBrightness(15)"));
        Assert.That(
            AugmentationPipeline.Create().MultiScaleCrop().CenterCrop(0.875).Resize(112).ToString(),
            Is.EqualTo("MultiScaleCrop(1, 0.875, 0.75, 0.66), CenterCrop(0.875), Resize(112x112)"));
        Assert.That(AugmentationPipeline.Create().ToString(), Is.EqualTo("none"));
    });

    [Test]
    public void Equals_IsByTheSteps()
    {
        AugmentationPipeline[] different =
        [
            AugmentationPipeline.Create(), Assignment, AugmentationPipeline.Create().RandomCrop(0.7, 0.5), AugmentationPipeline.Create().RandomCrop(0.8, 0.5),
            AugmentationPipeline.Create().RandomCrop(0.7), AugmentationPipeline.Create().RandomHorizontalFlip(), AugmentationPipeline.Create().RandomHorizontalFlip(0.4),
            AugmentationPipeline.Create().MultiScaleCrop(), AugmentationPipeline.Create().MultiScaleCrop([1, 0.875]), AugmentationPipeline.Create().CenterCrop(),
            AugmentationPipeline.Create().CenterCrop(0.875), AugmentationPipeline.Create().Resize(224), AugmentationPipeline.Create().Resize(new FrameSize(224, 225)),
            AugmentationPipeline.Create().RandomBrightness(15), AugmentationPipeline.Create().RandomBrightness(14),
        ];
        AugmentationPipeline[] again = [.. different.Select(Rebuilt)];
        Assert.Multiple(() =>
        {
            Assert.That(again, Is.EqualTo(different));
            Assert.That(again.Select(pipeline => pipeline.GetHashCode()), Is.EqualTo(different.Select(pipeline => pipeline.GetHashCode())));
            Assert.That(different.Distinct().Count(), Is.EqualTo(different.Length));
            Assert.That(again.Select(pipeline => pipeline.OutputSize), Is.EqualTo(different.Select(pipeline => pipeline.OutputSize)));
        });
    }

    // From what the steps say of themselves.
    private static AugmentationPipeline Rebuilt(AugmentationPipeline pipeline) => pipeline.Steps.Aggregate(AugmentationPipeline.Create(), (built, step) => step switch
    {
        RandomCrop crop => built.RandomCrop(crop.MinScale, crop.Probability),
        MultiScaleCrop crop => built.MultiScaleCrop(crop.Scales),
        CenterCrop crop => built.CenterCrop(crop.Ratio),
        RandomHorizontalFlip flip => built.RandomHorizontalFlip(flip.Probability),
        Resize resize => built.Resize(resize.Size),
        RandomBrightness brightness => built.RandomBrightness(brightness.MaxLevels),
        _ => throw new InvalidOperationException($"{step} is no built-in step."),
    });

    private static ClipTransform[] DrawMany(AugmentationPipeline pipeline) =>
        [.. Enumerable.Range(0, Draws).Select(video => pipeline.Draw(Source, new ClipRandom(1, 0, video, 0)))];

    private sealed class LeftHalf : IAugmentation
    {
        public ClipTransform Apply(ClipTransform transform, ClipRandom random) =>
            transform.CropTo(0, 0, new FrameSize(transform.OutputSize.Height, transform.OutputSize.Width / 2));
    }

    private sealed class Resize4 : IAugmentation
    {
        public ClipTransform Apply(ClipTransform transform, ClipRandom random) => transform.Resize(FrameSize.Square(4));
    }
}
