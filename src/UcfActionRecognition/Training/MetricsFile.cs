using System.Globalization;
using System.Text;

namespace UcfActionRecognition;

/// <summary>Writes <c>metrics.csv</c>: one row per epoch.</summary>
internal static class MetricsFile
{
    private const string Header =
        "epoch,train_loss,train_top1,train_top5,train_top10,validation_loss,validation_top1,validation_top5,validation_top10,clips,seconds,unreadable_videos,step,learning_rate";

    public static void Write(string path, IEnumerable<EpochResult> epochs)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (EpochResult epoch in epochs)
        {
            text.Append(CultureInfo.InvariantCulture, $"{epoch.Epoch},{Values(epoch.Train)},{Values(epoch.Validation)},");
            text.Append(CultureInfo.InvariantCulture, $"{epoch.Clips},{epoch.Elapsed.TotalSeconds:F3},{epoch.Failures.Count},{epoch.Step},{epoch.LearningRate:R}\n");
        }

        AtomicFile.WriteStream(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>Writes <c>validations.csv</c>: one row per validation, within epochs and after them.</summary>
    public static void WriteValidations(string path, IEnumerable<ValidationResult> validations)
    {
        var text = new StringBuilder("step,epoch,validation_loss,validation_top1,validation_top5,validation_top10\n");
        foreach (ValidationResult validation in validations)
        {
            text.Append(CultureInfo.InvariantCulture, $"{validation.Step},{validation.Epoch},{Values(validation.Metrics)}\n");
        }

        AtomicFile.WriteStream(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Values(ClipMetrics? metrics) => metrics is null
        ? ",,,"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{metrics.Loss:R},{metrics.Accuracy.Top1.Value:R},{metrics.Accuracy.Top5.Value:R},{metrics.Accuracy.Top10.Value:R}");
}
