using Spectre.Console;

namespace UcfActionRecognition.Samples;

/// <summary>The live bar of one piece of work.</summary>
internal sealed class ProgressBar(ProgressTask task, string title)
{
    public void Report(double done, double total, string state)
    {
        task.MaxValue = total;
        task.Description = $"{title} {state}".EscapeMarkup();
        task.Value = done;
    }

    /// <summary>Shows training: loss, accuracy, frames or clips a second.</summary>
    public IProgress<TrainingProgress> ForTraining(string unit) => new Reporter<TrainingProgress>(step => Report(
        (step.Epoch - 1) * step.Batches + step.Batch, (double)step.Epochs * step.Batches,
        $"epoch {step.Epoch}/{step.Epochs}  loss {step.Metrics.Loss:F3}  top-1 {Percent(step.Metrics.Accuracy.Top1)}  {step.ClipsPerSecond:F0} {unit}/s"));

    /// <summary>Shows evaluation: videos, accuracy, frames a second.</summary>
    public IProgress<EvaluationProgress> ForEvaluation() => new Reporter<EvaluationProgress>(video => Report(
        video.Videos, video.TotalVideos,
        $"video {video.Videos}/{video.TotalVideos}  top-1 {Percent(video.Accuracy.Top1)}  {video.Frames / video.Elapsed.TotalSeconds:F0} frames/s"));

    /// <summary>Shows a download: bytes, and the attempt where it is not the first.</summary>
    public IProgress<WeightsDownloadProgress> ForDownload() => new Reporter<WeightsDownloadProgress>(download => Report(
        download.Bytes, download.TotalBytes ?? Math.Max(download.Bytes, 1),
        $"{download.Weights.FileName}  {download.Bytes / 1e6:F0} MB" + (download.Attempt > 1 ? $"  attempt {download.Attempt}" : "")));

    public static string Percent(Accuracy accuracy) => accuracy.Total == 0 ? "-" : $"{100 * accuracy.Value:F1} %";

    // Progress<T> would post to the thread pool; the bar is to be told in order, on the spot.
    private sealed class Reporter<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
