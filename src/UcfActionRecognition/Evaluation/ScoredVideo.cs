namespace UcfActionRecognition;

/// <summary>What comes of the logits of one video.</summary>
/// <param name="Score">The video's score.</param>
/// <param name="ClipAccuracy">One prediction for each row.</param>
internal sealed record ScoredVideo(VideoScore Score, TopKAccuracy ClipAccuracy)
{
    /// <summary>Scores a video by the mean over its rows of the log-softmax.</summary>
    /// <param name="video">The video and its true label.</param>
    /// <param name="logits">Logits, <c>rows x classes</c>; at least one row.</param>
    /// <param name="classes">The number of classes.</param>
    public static ScoredVideo Of(LabeledVideo video, ReadOnlySpan<float> logits, int classes)
    {
        int rows = logits.Length / classes;
        var mean = new double[classes];
        TopKAccuracy clips = default;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> clip = logits.Slice(row * classes, classes);
            Scores.AddLogSoftmax(clip, mean);
            clips = clips.With(Scores.Rank(clip, video.Label));
        }

        for (int i = 0; i < classes; i++)
        {
            mean[i] /= rows;
        }

        return new ScoredVideo(new VideoScore(video, mean, rows), clips);
    }
}
