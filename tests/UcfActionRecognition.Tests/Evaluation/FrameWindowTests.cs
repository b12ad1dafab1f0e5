namespace UcfActionRecognition.Tests.Evaluation;

public class FrameWindowTests
{
    private const int FrameBytes = 3 * 24 * 32;

    [TestCase(16, 1, 16)]
    [TestCase(16, 8, 16)]
    [TestCase(16, 16, 16, Description = "the last window overlaps the one before")]
    [TestCase(1, 1, 0)]
    [TestCase(1700, 1, 0, Description = "a whole video goes straight to where it is wanted")]
    public void Copy_OfALongVideo_HoldsNoMoreFramesThanClipsShare(int length, int stride, int most)
    {
        var free = new Stack<byte[]>();
        int frames = 1700;
        IReadOnlyList<int[]> clips = new SlidingWindow(length, stride).Sample(new VideoInfo(24, 32, frames), new ClipRandom(0, 0, 0, 0));
        using (VideoReader reader = new FormulaVideos(frames: frames).Open("Class0/3"))
        {
            using var window = new FrameWindow("Class0/3", reader, frames, [ClipTransform.Identity(new FrameSize(24, 32))], free);
            var rgb = new byte[length * FrameBytes];
            for (int i = 0; i < clips.Count; i++)
            {
                int next = i + 1 < clips.Count ? clips[i + 1][0] : int.MaxValue;
                window.Copy(clips[i], 0, clips[i][0], next, rgb);
                for (int frame = 0; frame < length; frame += 7)
                {
                    Assert.That(rgb[(frame * FrameBytes) + 5], Is.EqualTo(FormulaVideos.Pixel("Class0/3", clips[i][frame], 5)));
                }
            }

            window.CheckEnd();
        }

        Assert.That(free, Has.Count.LessThanOrEqualTo(most), "all buffers that were ever needed are back");
    }

    [Test]
    public void Copy_InSeveralCrops_ReadsEachFrameOnceAndHoldsAClipOfEach()
    {
        const int Frames = 100;
        var free = new Stack<byte[]>();
        var source = new FormulaVideos(frames: Frames);
        var size = new FrameSize(24, 32);
        IReadOnlyList<ClipTransform> crops = TestCrops.Three.TransformsOf(size, 24);
        IReadOnlyList<int[]> clips = new SlidingWindow(16, 16).Sample(new VideoInfo(24, 32, Frames), new ClipRandom(0, 0, 0, 0));
        using (VideoReader reader = source.Open("Class0/3"))
        {
            using var window = new FrameWindow("Class0/3", reader, Frames, crops, free);
            var rgb = new byte[16 * 3 * 24 * 24];
            for (int i = 0; i < clips.Count; i++)
            {
                int next = i + 1 < clips.Count ? clips[i + 1][0] : int.MaxValue;
                for (int crop = 0; crop < 3; crop++)
                {
                    window.Copy(clips[i], crop, clips[i][0], crop < 2 ? clips[i][0] : next, rgb);
                    Assert.That(rgb[^1], Is.EqualTo(FormulaVideos.Pixel("Class0/3", clips[i][^1], (((23 * 32) + 23 + (4 * crop)) * 3) + 2)), $"clip {i}, crop {crop}");
                }
            }

            window.CheckEnd();
        }

        Assert.Multiple(() =>
        {
            Assert.That(source.FramesRead, Is.EqualTo(Frames));
            Assert.That(free, Has.Count.EqualTo(16 * 3));
        });
    }
}
