namespace UcfActionRecognition;

/// <summary>How far an evaluation is; reported after each video.</summary>
/// <param name="Videos">Videos done, with those that were taken from files.</param>
/// <param name="TotalVideos">Videos to do.</param>
/// <param name="Frames">
/// Frames that went through the model, of the videos that were read to their ends; one that is in several clips or crops counts in each.
/// </param>
/// <param name="Accuracy">Accuracy over the videos done.</param>
/// <param name="Elapsed">Time since the start.</param>
/// <param name="Video">The video that is done and its scores; <see langword="null"/> where it could not be read.</param>
public sealed record EvaluationProgress(int Videos, int TotalVideos, long Frames, TopKAccuracy Accuracy, TimeSpan Elapsed, VideoScore? Video);
