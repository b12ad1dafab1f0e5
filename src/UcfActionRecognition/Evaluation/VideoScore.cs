namespace UcfActionRecognition;

/// <summary>What a model says of one video.</summary>
/// <param name="Video">The video and its true label.</param>
/// <param name="LogProbabilities">Mean over the video's clips of the log-softmax, one value per class; larger is better.</param>
/// <param name="Clips">The number of clips that the mean is over: frames, windows, or 1 for a whole sequence, times their crops.</param>
public sealed record VideoScore(LabeledVideo Video, IReadOnlyList<double> LogProbabilities, int Clips)
{
    /// <summary>The class with the best score.</summary>
    public int Predicted => Scores.Best([.. LogProbabilities]);
}
