namespace UcfActionRecognition;

/// <summary>What a <see cref="VideoClassifier"/> says of some frames of a video that follow each other.</summary>
/// <param name="FirstFrame">The first of the frames, from 0.</param>
/// <param name="EndFrame">The frame after the last one.</param>
/// <param name="FramesPerSecond">The video's average frame rate; <see langword="null"/> where it is not known.</param>
/// <param name="Probabilities">Each class's probability.</param>
public sealed record WindowClassification(int FirstFrame, int EndFrame, double? FramesPerSecond, ClassProbabilities Probabilities)
{
    /// <summary>When the first frame is shown, in seconds from the start of the video; <see langword="null"/> where the frame rate is not known.</summary>
    public double? StartSeconds => FirstFrame / FramesPerSecond;

    /// <summary>When the frame after the last one is shown, in seconds; <see langword="null"/> where the frame rate is not known.</summary>
    public double? EndSeconds => EndFrame / FramesPerSecond;
}
