namespace UcfActionRecognition;

/// <summary>What a model says of one video.</summary>
/// <param name="Video">The video and its true label.</param>
/// <param name="LogProbabilities">Mean over the video's frames of the log-softmax, one value per class; larger is better.</param>
/// <param name="Frames">Rows of logits that the mean is over: frames, or windows of frames.</param>
public sealed record VideoScore(LabeledVideo Video, IReadOnlyList<double> LogProbabilities, int Frames)
{
    /// <summary>The class with the best score.</summary>
    public int Predicted => Scores.Best([.. LogProbabilities]);
}
