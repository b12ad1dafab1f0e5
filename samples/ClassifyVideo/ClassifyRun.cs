using UcfActionRecognition.Reporting;

namespace UcfActionRecognition.Samples.Classify;

/// <summary>Classifies videos one after another and hands over what comes of each.</summary>
internal sealed class ClassifyRun(VideoClassifier classifier, IResultWriter results, string? plot)
{
    private readonly FFmpegStreams _streams = new();

    /// <returns>Whether all could be read.</returns>
    public bool Run(IReadOnlyList<string> videos) => videos.Count(Classify) == videos.Count;

    private bool Classify(string video)
    {
        var whole = new Whole();
        var kept = new List<WindowClassification>();
        try
        {
            using VideoReader reader = Open(video);
            IEnumerable<WindowClassification> windows = classifier.ReadTimeline(reader, video, whole, ConsoleProgram.Cancellation);
            results.WriteWindows(video, plot is null ? windows : windows.Select(Kept));
            results.WriteVideo(video, whole.Result!);
        }
        catch (VideoReadException error)
        {
            // Ctrl+C ends ffmpeg as well, and its video is not broken.
            ConsoleProgram.Cancellation.ThrowIfCancellationRequested();
            results.WriteFailure(video, error.Message);
            return false;
        }

        if (plot is not null)
        {
            TimelinePlot.SavePng(plot, Path.GetFileName(video), kept);
        }

        return true;

        WindowClassification Kept(WindowClassification window)
        {
            kept.Add(window);
            return window;
        }
    }

    private VideoReader Open(string video) => video == VideoPaths.StandardInput
        ? _streams.Open(Console.OpenStandardInput(), "standard input", ConsoleProgram.Cancellation)
        : _streams.Open(video, ConsoleProgram.Cancellation);

    private sealed class Whole : IProgress<VideoClassification>
    {
        public VideoClassification? Result { get; private set; }

        public void Report(VideoClassification value) => Result = value;
    }
}
