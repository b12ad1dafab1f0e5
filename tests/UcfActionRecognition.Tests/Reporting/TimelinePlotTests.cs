using SkiaSharp;
using UcfActionRecognition.Reporting;

namespace UcfActionRecognition.Tests.Reporting;

public class TimelinePlotTests
{
    private static readonly string[] Classes = ["PushUps", "YoYo", "Punch"];

    private static readonly SKColor First = new(0x00, 0x72, 0xb2);
    private static readonly SKColor Second = new(0xd5, 0x5e, 0x00);
    private static readonly SKColor Others = new(0xd5, 0xd9, 0xde);

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void MakeFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void SavePng_PaintsEachMomentInTheColourOfItsBestClass()
    {
        using SKBitmap picture = Save(Enumerable.Range(0, 10).Select(i => Window(i * 16, 25, i < 6 ? [0.8, 0.1, 0.1] : [0.1, 0.8, 0.1])));
        Assert.That((picture.Width, picture.Height), Is.EqualTo((1497, 690)));

        // The strip is from 33 to 46 points, the plot from 40 to 487.
        Assert.That(picture.GetPixel(Across(0.1), 3 * 35), Is.EqualTo(First));
        Assert.That(picture.GetPixel(Across(0.9), 3 * 35), Is.EqualTo(Second));
    }

    [Test]
    public void SavePng_AClassThatIsNotAmongTheDrawn_IsGrey()
    {
        using SKBitmap picture = Save(
            Enumerable.Range(0, 10).Select(i => Window(i * 16, 25, i == 0 ? [0.1, 0.1, 0.8] : [0.5, 0.49, 0.01])), classes: 2);
        Assert.That(picture.GetPixel(Across(0.05), 3 * 35), Is.EqualTo(Others));
    }

    [TestCase(1, 25.0)]
    [TestCase(1, null)]
    [TestCase(200, null)]
    [TestCase(6000, 25.0)]
    [TestCase(90_000, 25.0)]
    public void SavePng_AnyLength_IsDrawn(int windows, double? framesPerSecond)
    {
        using SKBitmap picture = Save(Enumerable.Range(0, windows).Select(i => Window(i * 16, framesPerSecond, [0.8, 0.1, 0.1])));
        Assert.That(picture.GetPixel(Across(0.5), 3 * 35), Is.EqualTo(First).Or.EqualTo(SKColors.White), "the colour, or the name in it");
    }

    [Test]
    public void SavePng_WithoutWindowsOrOutOfRange_Throws() => Assert.Multiple(() =>
    {
        Assert.That(() => Save([]), Throws.ArgumentException.With.Message.StartsWith("There are no windows to draw"));
        Assert.That(() => Save([Window(0, 25, [0.8, 0.1, 0.1])], classes: 0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Save([Window(0, 25, [0.8, 0.1, 0.1])], classes: 7), Throws.TypeOf<ArgumentOutOfRangeException>());
    });

    private static int Across(double share) => (int)(3 * (40 + (share * (487 - 40))));

    private static WindowClassification Window(int first, double? framesPerSecond, double[] probabilities) =>
        new(first, first + 16, framesPerSecond, new ClassProbabilities(Classes, Array.ConvertAll(probabilities, Math.Log)));

    private SKBitmap Save(IEnumerable<WindowClassification> windows, int classes = 3)
    {
        TimelinePlot.SavePng(_folder["plots/timeline.png"], "a \u001b[2J video.avi", [.. windows], classes);
        return SKBitmap.Decode(_folder["plots/timeline.png"]);
    }
}
