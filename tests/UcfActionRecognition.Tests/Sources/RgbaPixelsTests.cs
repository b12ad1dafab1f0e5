namespace UcfActionRecognition.Tests.Sources;

public class RgbaPixelsTests
{
    [Test]
    public void ToRgb_AnyLength_DropsEveryFourthByteAndWritesNoFurther()
    {
        for (int pixels = 0; pixels < 70; pixels++)
        {
            byte[] rgba = [.. Enumerable.Range(0, pixels * 4).Select(i => (byte)(i * 37))];
            byte[] rgb = new byte[(pixels * 3) + 16];
            RgbaPixels.ToRgb(rgba, rgb.AsSpan(0, pixels * 3));
            Assert.That(rgb[..(pixels * 3)], Is.EqualTo(rgba.Where((_, i) => i % 4 != 3)));
            Assert.That(rgb[(pixels * 3)..], Is.All.Zero);
        }
    }

    [Test]
    public void FromRgb_ThenToRgb_GivesTheSame()
    {
        byte[] rgb = [.. Enumerable.Range(0, 99).Select(i => (byte)i)];
        byte[] rgba = new byte[132];
        RgbaPixels.FromRgb(rgb, rgba);
        byte[] back = new byte[99];
        RgbaPixels.ToRgb(rgba, back);
        Assert.That(back, Is.EqualTo(rgb));
        Assert.That(rgba.Where((_, i) => i % 4 == 3), Is.All.EqualTo(255));
    }
}
