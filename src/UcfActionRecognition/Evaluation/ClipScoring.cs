using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>Sends the clips of videos through a model and gathers what comes of it.</summary>
internal sealed class ClipScoring : IDisposable
{
    private readonly ActionModel _model;
    private readonly ClipLogits _clipLogits;
    private readonly PredictionsFolder? _predictions;
    private readonly List<VideoScore> _scores = [];
    private readonly List<VideoFailure> _failures = [];
    private readonly List<LabeledVideo> _unreadable = [];

    // Of the video that has not ended.
    private readonly List<float> _logits = [];
    private long _frames;

    private TopKAccuracy _clipAccuracy;

    public ClipScoring(ActionModel model, PredictionsFolder? predictions)
    {
        _model = model;
        _clipLogits = new ClipLogits(model);
        _predictions = predictions;
    }

    private int _reused;

    public int VideosDone => _scores.Count + _failures.Count;

    /// <summary>Of the last video that could be read.</summary>
    public VideoScore LastScore => _scores[^1];

    /// <summary>Frames of the videos that were read to their ends: how many of another one went through the model is chance.</summary>
    public long Frames { get; private set; }

    /// <summary>Accuracy over the videos done; those that could not be read are wrong.</summary>
    public TopKAccuracy VideoAccuracy { get; private set; }

    /// <summary>Sends a chunk through the model, where that is needed, then counts video after video what ends in it.</summary>
    /// <returns>The end of each video that ended, once that video is counted and before the next one is.</returns>
    public IEnumerable<ClipSpan> Score(ClipChunk chunk)
    {
        float[] logits = chunk.IsNeeded ? _clipLogits.Compute(chunk.Rgb, chunk.Clips, chunk.FramesPerClip, chunk.Part, chunk.Crop) : [];
        int first = 0;
        foreach (ClipSpan span in chunk.Spans)
        {
            // A part of a clip gives no row before its last part does.
            int end = Math.Min(first + (span.Clips * _model.Classes.Count), logits.Length);
            Count(span, logits.AsSpan(first, end - first), chunk.FramesPerClip);
            first = end;
            if (span.IsLast)
            {
                yield return span;
            }
        }
    }

    public EvaluationResult Result(TimeSpan elapsed)
    {
        var report = ClassificationReport.Create(_model.Classes, _scores, _unreadable);
        return new EvaluationResult(report, _clipAccuracy, _scores, _failures, Frames, elapsed)
        {
            Reused = _reused,
            Unit = MetricNames.UnitOf(_model),
        };
    }

    public void Dispose() => _clipLogits.Dispose();

    private void Count(ClipSpan span, ReadOnlySpan<float> logits, int framesPerClip)
    {
        if (span.Error is { } error)
        {
            Fail(span.Video, error);
            return;
        }

        if (span.Finished is { } finished)
        {
            if (span.IsLast)
            {
                Count(finished);
                _reused++;
            }

            return;
        }

        _logits.AddRange(logits);
        _frames += (long)span.Clips * framesPerClip;
        if (span.IsLast)
        {
            Finish(span.Video);
            Forget();
        }
    }

    private void Fail(LabeledVideo video, VideoReadException error)
    {
        _failures.Add(new VideoFailure(video.Name, error.Message));
        _unreadable.Add(video);
        _predictions?.Delete(video);
        VideoAccuracy = VideoAccuracy.With(int.MaxValue);
        _clipLogits.Forget();
        Forget();
    }

    private void Forget()
    {
        _logits.Clear();
        _frames = 0;
    }

    private void Finish(LabeledVideo video)
    {
        Span<float> logits = CollectionsMarshal.AsSpan(_logits);
        ScoredVideo scored = ScoredVideo.Of(video, logits, _model.Classes.Count);
        if (!scored.Score.LogProbabilities.All(double.IsFinite))
        {
            throw new ActionRecognitionException(
                $"The model's logits for '{video.Name}' are not all finite numbers. Its weights or the statistics of its BatchNorms are broken: train it again.");
        }

        Count(scored);
        Frames += _frames;
        _predictions?.Save(video, logits);
    }

    private void Count(ScoredVideo scored)
    {
        VideoScore score = scored.Score;
        _scores.Add(score);
        _clipAccuracy = _clipAccuracy.With(scored.ClipAccuracy);
        VideoAccuracy = VideoAccuracy.With(Scores.Rank<double>([.. score.LogProbabilities], score.Video.Label));
    }
}
