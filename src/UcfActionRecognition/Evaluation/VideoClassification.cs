namespace UcfActionRecognition;

/// <summary>What a <see cref="VideoClassifier"/> says of a whole video.</summary>
/// <param name="Probabilities">Each class's probability.</param>
/// <param name="Info">The video, with the number of frames that it turned out to have.</param>
/// <param name="Clips">The number of clips that the score is the mean of: frames or windows, times their crops.</param>
public sealed record VideoClassification(ClassProbabilities Probabilities, VideoInfo Info, int Clips);
