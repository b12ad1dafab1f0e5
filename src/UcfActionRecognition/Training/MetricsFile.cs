using System.Globalization;
using System.Text;

namespace UcfActionRecognition;

/// <summary>Writes <c>metrics.csv</c>: one row per epoch.</summary>
internal static class MetricsFile
{
    private const string Header =
        "epoch,train_loss,train_top1,train_top5,train_top10,validation_loss,validation_top1,validation_top5,validation_top10,clips,seconds,unreadable_videos";

    public static void Write(string path, IEnumerable<EpochResult> epochs)
    {
        var text = new StringBuilder(Header).Append('\n');
        foreach (EpochResult epoch in epochs)
        {
            text.Append(CultureInfo.InvariantCulture, $"{epoch.Epoch},{Values(epoch.Train)},{Values(epoch.Validation)},");
            text.Append(CultureInfo.InvariantCulture, $"{epoch.Clips},{epoch.Elapsed.TotalSeconds:F3},{epoch.Failures.Count}\n");
        }

        AtomicFile.WriteStream(path, stream => stream.Write(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Values(ClipMetrics? metrics) => metrics is null
        ? ",,,"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"{metrics.Loss:R},{metrics.Accuracy.Top1.Value:R},{metrics.Accuracy.Top5.Value:R},{metrics.Accuracy.Top10.Value:R}");
}
