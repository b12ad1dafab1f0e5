namespace UcfActionRecognition;

/// <summary>What two models say of one video.</summary>
/// <param name="Video">The video and its true label.</param>
/// <param name="First">The label that the first model predicts; <see langword="null"/> where it has no prediction.</param>
/// <param name="Second">The label that the second model predicts; <see langword="null"/> where it has no prediction.</param>
public sealed record ComparedVideo(LabeledVideo Video, int? First, int? Second)
{
    /// <summary>Whether the first model is right.</summary>
    public bool FirstIsRight => First == Video.Label;

    /// <summary>Whether the second model is right.</summary>
    public bool SecondIsRight => Second == Video.Label;
}
