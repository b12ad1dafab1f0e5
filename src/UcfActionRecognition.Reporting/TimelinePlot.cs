namespace UcfActionRecognition.Reporting;

/// <summary>A picture of what is in a video when: the probabilities of its most probable classes over time, and above them the best class of each moment.</summary>
public static class TimelinePlot
{
    /// <summary>The most classes that have a colour of their own.</summary>
    public const int MaxClasses = 6;

    /// <summary>Writes the picture as a PNG of 1,497 x 690 pixels. Written whole or not at all.</summary>
    /// <param name="path">The file; folders are made where they are missing, a file that is there is replaced.</param>
    /// <param name="title">What stands above it: the video's name.</param>
    /// <param name="windows">The windows of one video in their order, at least one.</param>
    /// <param name="classes">How many classes are drawn, those of the highest mean probability, 1 to <see cref="MaxClasses"/>; the others are grey. Default: 5.</param>
    /// <exception cref="ArgumentException">There are no windows.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classes"/> is out of range.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void SavePng(string path, string title, IReadOnlyList<WindowClassification> windows, int classes = 5)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(windows);
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(classes, MaxClasses);
        if (windows.Count == 0)
        {
            throw new ArgumentException("There are no windows to draw; at least one is expected.", nameof(windows));
        }

        byte[] png = FigureFile.ToPng(new TimelineFigure(title, windows, classes) { Name = "timeline", Caption = title });
        AtomicFile.WriteStream(path, stream => stream.Write(png));
    }
}
