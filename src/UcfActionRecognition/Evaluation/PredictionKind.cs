namespace UcfActionRecognition;

/// <summary>What a row of <see cref="VideoPredictions"/> is of.</summary>
public enum PredictionKind
{
    /// <summary>Every single frame of the video, in order, in one crop; <c>frame_logits</c> in the file.</summary>
    Frames,

    /// <summary>
    /// Windows of consecutive frames, in order, as <see cref="SlidingWindow"/> makes them, in one crop; <c>window_logits</c> in the file.
    /// </summary>
    Windows,

    /// <summary>One row for all frames of the video as one clip, in one crop; <c>sequence_logits</c> in the file.</summary>
    Sequence,

    /// <summary>Clips of another sampler, or in several crops, clip after clip; <c>clip_logits</c> in the file.</summary>
    Clips,

    /// <summary>
    /// One row of log-probabilities that were combined from other predictions, as <see cref="ScoreFusion"/> does; <c>fused_log_probabilities</c> in the file.
    /// </summary>
    FusedLogProbabilities,
}
