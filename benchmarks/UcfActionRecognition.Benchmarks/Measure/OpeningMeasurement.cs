using System.Diagnostics;

namespace UcfActionRecognition.Benchmarks;

/// <summary>What a user waits for before the first batch: loading a root's lists and opening its source; and opening every video once.</summary>
internal static class OpeningMeasurement
{
    public static void Run(string root, int rounds)
    {
        (double first, ActionDataset data) = Open(root);
        var again = Spread.Of(Enumerable.Range(0, rounds).Select(_ => Open(root).Seconds).ToArray());

        using IVideoClipSource source = Ucf101.OpenSource(root);
        LabeledVideo[] videos = [.. data.Train, .. data.Test];
        var clock = Stopwatch.StartNew();
        foreach (LabeledVideo video in videos)
        {
            source.Open(video.Name).Dispose();
        }

        JsonLine.Print(new
        {
            Measure = "open",
            Videos = videos.Length,
            FirstSeconds = first,
            AgainSeconds = again.Median,
            again.Least,
            again.Most,
            MicrosecondsPerVideo = clock.Elapsed.TotalMicroseconds / videos.Length,
        });
    }

    private static (double Seconds, ActionDataset Data) Open(string root)
    {
        var clock = Stopwatch.StartNew();
        ActionDataset data = Ucf101.Load(root, split: 1);
        using IVideoClipSource source = Ucf101.OpenSource(root);
        return (clock.Elapsed.TotalSeconds, data);
    }
}
