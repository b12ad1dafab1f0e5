using CsCheck;

namespace UcfActionRecognition.Tests.Sampling;

public class RandomSegmentsTests
{
    [Test]
    public void Sample_DrawsEachFrameOfASegmentAsOftenAsTheOthers()
    {
        int[,] counts = Count(new RandomSegments(3), frames: 12, draws: 6000);
        for (int segment = 0; segment < 3; segment++)
        {
            for (int frame = 0; frame < 12; frame++)
            {
                int expected = frame / 4 == segment ? 1500 : 0;
                Assert.That(counts[segment, frame], Is.EqualTo(expected).Within(expected == 0 ? 0 : 150), $"frame {frame} in segment {segment}");
            }
        }
    }

    [Test]
    public void Sample_ASegmentThatEndsWithinAFrame_HasItInProportion()
    {
        // Segments of 5 / 2 frames: 0, 1 and the first half of 2; the second half of 2, 3 and 4.
        int[,] counts = Count(new RandomSegments(2), frames: 5, draws: 6000);
        int[] expected = [2400, 2400, 1200, 0, 0];
        for (int frame = 0; frame < 5; frame++)
        {
            Assert.That(counts[0, frame], Is.EqualTo(expected[frame]).Within(expected[frame] == 0 ? 0 : 180), $"frame {frame}");
            Assert.That(counts[1, 4 - frame], Is.EqualTo(expected[frame]).Within(expected[frame] == 0 ? 0 : 180), $"frame {4 - frame}");
        }
    }

    [TestCase(2, 1, new[] { 0, 0, 1, 1 }, Description = "fewer frames than segments")]
    [TestCase(1, 1, new[] { 0, 0, 0, 0 })]
    [TestCase(4, 1, new[] { 0, 1, 2, 3 })]
    [TestCase(19, 16, new[] { 0, 1, 2, 3 }, Description = "as many starts as segments")]
    [TestCase(16, 16, new[] { 0, 0, 0, 0 }, Description = "as long as a clip")]
    public void Sample_FewStarts_ArePartedEqually(int frames, int length, int[] starts)
    {
        IReadOnlyList<int[]> clips = Sample(new RandomSegments(4, length), frames, video: 7);
        Assert.That(clips, Is.EqualTo(starts.Select(start => Enumerable.Range(start, length))));
    }

    [Test]
    public void Sample_AVideoShorterThanAClip_IsLooped() =>
        Assert.That(Sample(new RandomSegments(2, 5), frames: 2, video: 0), Is.EqualTo(new[] { new[] { 0, 1, 0, 1, 0 }, [0, 1, 0, 1, 0] }));

    [Test]
    public void Sample_AnyVideo_EachClipStartsInItsSegment() =>
        Gen.Select(Gen.Int[1, 2000], Gen.Int[1, 30], Gen.Int[1, 40], Gen.Int[0, 1000]).Sample((frames, count, length, video) =>
        {
            IReadOnlyList<int[]> clips = Sample(new RandomSegments(count, length), frames, video);
            double segment = (Math.Max(frames - length, 0) + 1) / (double)count;
            return clips.Count == count
                && clips.All(clip => clip.Length == length && clip.Index().All(entry => entry.Item == (clip[0] + entry.Index) % frames))
                && clips.Index().All(clip => clip.Item[0] > (clip.Index * segment) - 1 - 1e-9 && clip.Item[0] < ((clip.Index + 1) * segment) + 1e-9)
                && clips.Select(clip => clip[0]).SequenceEqual(clips.Select(clip => clip[0]).Order());
        });

    [Test]
    public void ViewsPerVideo_IsTheNumberOfSegments() =>
        Assert.That(((IClipSampler)new RandomSegments(3)).ViewsPerVideo, Is.EqualTo(3));

    [TestCase(0, 1)]
    [TestCase(3, 0)]
    public void Constructor_NotPositive_Throws(int count, int length) =>
        Assert.That(() => new RandomSegments(count, length), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static IReadOnlyList<int[]> Sample(RandomSegments sampler, int frames, int video) =>
        sampler.Sample(new VideoInfo(4, 4, frames), new ClipRandom(0, 0, video, 0));

    private static int[,] Count(RandomSegments sampler, int frames, int draws)
    {
        var counts = new int[sampler.Count, frames];
        for (int video = 0; video < draws; video++)
        {
            foreach ((int segment, int[] clip) in Sample(sampler, frames, video).Index())
            {
                counts[segment, clip.Single()]++;
            }
        }

        return counts;
    }
}
