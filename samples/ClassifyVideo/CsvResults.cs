using System.Globalization;

namespace UcfActionRecognition.Samples.Classify;

/// <summary>CSV (RFC 4180, with line feeds): a row for each class of each window, where they are asked for, and of each video; <c>kind</c> says which it is, or <c>error</c>.</summary>
internal sealed class CsvResults : LineResults
{
    public CsvResults(int top, bool timeline)
        : base(top, timeline) =>
        WriteLines(["video,kind,first_frame,end_frame,start_seconds,end_seconds,rank,class,probability,error"]);

    protected override IEnumerable<string> Window(string video, WindowClassification window, IReadOnlyList<ClassProbability> best) =>
        Rows(video, "window", window.FirstFrame, window.EndFrame, window.FramesPerSecond, best);

    protected override IEnumerable<string> Video(string video, VideoClassification result, IReadOnlyList<ClassProbability> best) =>
        Rows(video, "video", 0, result.Info.FrameCount!.Value, result.Info.FramesPerSecond, best);

    protected override string Failure(string video, string reason) => $"{Quoted(video)},error,,,,,,,,{Quoted(reason)}";

    private static IEnumerable<string> Rows(string video, string kind, int first, int end, double? framesPerSecond, IReadOnlyList<ClassProbability> best) =>
        best.Select((entry, i) => string.Create(
            CultureInfo.InvariantCulture,
            $"{Quoted(video)},{kind},{first},{end},{first / framesPerSecond:0.###},{end / framesPerSecond:0.###},{i + 1},{Quoted(entry.Class)},{entry.Probability:0.######},"));

    private static string Quoted(string text) => text.AsSpan().IndexOfAny("\",\r\n") >= 0 || text != text.Trim()
        ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
        : text;
}
