namespace UcfActionRecognition.Tests.Evaluation;

public class ForwardWindowTests
{
    [Test]
    public void Add_AnyLengthAndStride_GivesTheWindowsOfTheSamplerThatKnowsTheEnd([Range(1, 5)] int length, [Range(1, 7)] int stride)
    {
        for (int count = 1; count <= 24; count++)
        {
            var window = new ForwardWindow<int>(length, stride);
            var windows = new List<int[]>();
            for (int i = 0; i < count; i++)
            {
                window.Add(i);
                if (window.IsComplete)
                {
                    windows.Add([.. window.Items]);
                }
            }

            if (window.HasRest)
            {
                windows.Add([.. window.Items]);
            }

            // Shorter than a window, the sampler loops.
            IEnumerable<int[]> expected = new SlidingWindow(length, stride).Sample(new VideoInfo(1, 1, count), new ClipRandom(0, 0, 0, 0))
                .Select(clip => clip[..Math.Min(length, count)]);
            Assert.That(windows, Is.EqualTo(expected), $"{count} items");
        }
    }

    [Test]
    public void HasRest_OfNothing_IsFalse() => Assert.That(new ForwardWindow<int>(2, 1).HasRest, Is.False);

    [Test]
    public void TryDrop_GivesWhatNoLaterWindowHas()
    {
        var window = new ForwardWindow<string>(2, 1);
        window.Add("a");
        Assert.That(window.TryDrop(out _), Is.False);
        window.Add("b");
        Assert.That(window.TryDrop(out string? dropped), Is.True);
        window.Add("c");
        Assert.That((dropped, string.Concat(window.Items), window.First, window.Count), Is.EqualTo(("a", "bc", 1, 3)));
    }
}
