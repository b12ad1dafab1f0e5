using System.Diagnostics;

namespace UcfActionRecognition;

/// <summary>Makes the result of a whole evaluation from the files that its shards left.</summary>
/// <param name="model">The model that made them.</param>
/// <param name="plan">How the clips of videos were made.</param>
/// <param name="predictions">The files.</param>
/// <param name="source">Opens the videos that have no file.</param>
internal sealed class ShardMerge(ActionModel model, ClipPlan plan, PredictionsFolder predictions, IVideoClipSource source)
{
    private const int MostNamed = 5;

    /// <exception cref="PredictionsException">A video that can be read has no file.</exception>
    public EvaluationResult Merge(IReadOnlyList<LabeledVideo> videos, CancellationToken cancel)
    {
        var clock = Stopwatch.StartNew();
        FinishedVideos finished = predictions.Find(videos, cancel);
        ScoredVideo[] scored = [.. videos.Select(finished.Find).OfType<ScoredVideo>()];
        LabeledVideo[] others = [.. videos.Where(video => finished.Find(video) is null)];
        List<VideoFailure> failures = Failures(others, videos.Count, cancel);

        // What another model said of a video that cannot be read is not this one's word.
        Array.ForEach(others, predictions.Delete);
        VideoScore[] scores = [.. scored.Select(video => video.Score)];
        return new EvaluationResult(
            ClassificationReport.Create(model.Classes, scores, others),
            scored.Aggregate(default(TopKAccuracy), (sum, video) => sum.With(video.ClipAccuracy)), scores, failures, Frames: 0, clock.Elapsed)
        {
            Reused = scores.Length,
            Unit = MetricNames.UnitOf(model),
        };
    }

    private List<VideoFailure> Failures(LabeledVideo[] others, int videos, CancellationToken cancel)
    {
        var failures = new List<VideoFailure>();
        foreach (ClipChunk chunk in new WholeVideoReader(source, plan, new FinishedVideos(), prefetchChunks: 1).Read(others, cancel))
        {
            using (chunk)
            {
                foreach (ClipSpan end in chunk.Spans.Where(span => span.IsLast))
                {
                    failures.Add(end.Error is { } error ? new VideoFailure(end.Video.Name, error.Message) : throw Missing(others[failures.Count..], videos));
                }
            }
        }

        return failures;
    }

    private PredictionsException Missing(LabeledVideo[] missing, int videos)
    {
        string more = missing.Length > MostNamed ? $" and {missing.Length - MostNamed} more" : "";
        return new PredictionsException(
            $"{missing.Length} of {videos} videos have no predictions of this very model, data, sampler and crops in '{predictions.Path}': "
            + $"{string.Join(", ", missing.Take(MostNamed).Select(video => video.Name))}{more}. Run the shards that were lost again, with the same options, then merge.");
    }
}
