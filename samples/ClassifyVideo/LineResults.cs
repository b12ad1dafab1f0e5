using System.Text;

namespace UcfActionRecognition.Samples.Classify;

/// <summary>Results for programs: lines on standard output in UTF-8, each written as soon as it is known.</summary>
internal abstract class LineResults(int top, bool timeline) : IResultWriter
{
    private readonly StreamWriter _output = new(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };

    public void WriteWindows(string video, IEnumerable<WindowClassification> windows)
    {
        foreach (WindowClassification window in windows)
        {
            if (timeline)
            {
                WriteLines(Window(video, window, window.Probabilities.Top(top)));
            }
        }
    }

    public void WriteVideo(string video, VideoClassification result) => WriteLines(Video(video, result, result.Probabilities.Top(top)));

    public void WriteFailure(string video, string reason) => WriteLines([Failure(video, reason)]);

    public void Dispose() => _output.Dispose();

    protected void WriteLines(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            _output.WriteLine(line);
        }
    }

    protected abstract IEnumerable<string> Window(string video, WindowClassification window, IReadOnlyList<ClassProbability> best);

    protected abstract IEnumerable<string> Video(string video, VideoClassification result, IReadOnlyList<ClassProbability> best);

    protected abstract string Failure(string video, string reason);
}
