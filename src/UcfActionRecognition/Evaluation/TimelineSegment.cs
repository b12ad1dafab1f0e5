namespace UcfActionRecognition;

/// <summary>A part of a video through which one class is the most probable.</summary>
/// <param name="FirstFrame">Its first frame, from 0.</param>
/// <param name="EndFrame">The frame after its last one.</param>
/// <param name="FramesPerSecond">The video's average frame rate; <see langword="null"/> where it is not known.</param>
/// <param name="Label">The index of the class.</param>
/// <param name="Class">Its name.</param>
/// <param name="Probability">The mean of its probability over the windows of the segment, 0 to 1.</param>
public sealed record TimelineSegment(int FirstFrame, int EndFrame, double? FramesPerSecond, int Label, string Class, double Probability)
{
    /// <summary>When the first frame is shown, in seconds from the start of the video; <see langword="null"/> where the frame rate is not known.</summary>
    public double? StartSeconds => FirstFrame / FramesPerSecond;

    /// <summary>When the frame after the last one is shown, in seconds; <see langword="null"/> where the frame rate is not known.</summary>
    public double? EndSeconds => EndFrame / FramesPerSecond;

    /// <summary>
    /// Joins neighbouring windows of the same best class. Where windows overlap, a segment ends and the next one begins in the middle of what both have; frames
    /// between windows are in no segment, unless both windows are of the same class.
    /// </summary>
    /// <param name="windows">The windows of one video in their order.</param>
    /// <returns>The segments, each once the window after it is there.</returns>
    public static IEnumerable<TimelineSegment> Join(IEnumerable<WindowClassification> windows)
    {
        ArgumentNullException.ThrowIfNull(windows);
        return JoinWindows(windows);
    }

    private static IEnumerable<TimelineSegment> JoinWindows(IEnumerable<WindowClassification> windows)
    {
        TimelineSegment? open = null;
        double sum = 0;
        int count = 0;
        foreach (WindowClassification window in windows)
        {
            ClassProbability best = window.Probabilities.Best;
            if (open?.Label == best.Label)
            {
                (sum, count) = (sum + best.Probability, count + 1);
                open = open with { EndFrame = window.EndFrame, Probability = sum / count };
                continue;
            }

            int first = window.FirstFrame;
            if (open is not null)
            {
                if (open.EndFrame > first)
                {
                    first += (open.EndFrame - first) / 2;
                }

                yield return open with { EndFrame = Math.Min(open.EndFrame, first) };
            }

            open = new TimelineSegment(first, window.EndFrame, window.FramesPerSecond, best.Label, best.Class, best.Probability);
            (sum, count) = (best.Probability, 1);
        }

        if (open is not null)
        {
            yield return open;
        }
    }
}
