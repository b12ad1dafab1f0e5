namespace UcfActionRecognition;

/// <summary>What a row of <see cref="VideoPredictions"/> is of.</summary>
public enum PredictionKind
{
    /// <summary>Every single frame of the video, in order; <c>frame_logits</c> in the file.</summary>
    Frames,

    /// <summary>
    /// Windows of consecutive frames, in order, as <see cref="SlidingWindow"/> makes them; <c>window_logits</c> in the file.
    /// </summary>
    Windows,

    /// <summary>One row for all frames of the video as one clip; <c>sequence_logits</c> in the file.</summary>
    Sequence,

    /// <summary>Clips of another sampler; <c>clip_logits</c> in the file.</summary>
    Clips,

    /// <summary>
    /// One row of log-probabilities that were combined from other predictions, as <see cref="ScoreFusion"/> does; <c>fused_log_probabilities</c> in the file.
    /// </summary>
    FusedLogProbabilities,
}
