using System.Globalization;
using Spectre.Console;

namespace UcfActionRecognition.Samples.Classify;

/// <summary>Results for people: segments of the timeline as they come, and at the end a table of all videos.</summary>
internal sealed class TableResults(int top, bool timeline) : IResultWriter
{
    private readonly Table _table = new Table().AddColumn("video").AddColumn("length").AddColumn("class").AddColumn(new TableColumn("probability").RightAligned());

    public void WriteWindows(string video, IEnumerable<WindowClassification> windows)
    {
        foreach (TimelineSegment segment in TimelineSegment.Join(windows))
        {
            if (timeline)
            {
                string when = segment.FramesPerSecond is null
                    ? $"frames {segment.FirstFrame}-{segment.EndFrame}"
                    : $"{Time(segment.StartSeconds!.Value)}-{Time(segment.EndSeconds!.Value)}";
                Console.WriteLine($"{Plain(video)}  {when}  {Plain(segment.Class)}  {Percent(segment.Probability)}");
            }
        }
    }

    public void WriteVideo(string video, VideoClassification result)
    {
        int frames = result.Info.FrameCount!.Value;
        string length = result.Info.FramesPerSecond is { } rate ? Time(frames / rate) : $"{frames} frames";
        foreach (ClassProbability entry in result.Probabilities.Top(top))
        {
            _table.AddRow(new Text(Plain(video)), new Text(length), new Text(Plain(entry.Class)), new Text(Percent(entry.Probability)));
            (video, length) = ("", "");
        }
    }

    public void WriteFailure(string video, string reason)
    {
        // Too long for a cell.
        Console.Error.WriteLine(Plain(reason));
        _table.AddRow(new Text(Plain(video)), new Text("-"), new Text("cannot be read"), new Text("-"));
    }

    public void Dispose() => AnsiConsole.Write(_table);

    private static string Percent(double probability) => string.Create(CultureInfo.InvariantCulture, $"{100 * probability:F1} %");

    private static string Time(double seconds)
    {
        var time = TimeSpan.FromSeconds(Math.Round(seconds, 1));
        return string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes}:{time:ss\\.f}");
    }

    // What a file or a checkpoint names could else draw on the terminal.
    private static string Plain(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter));
}
