namespace UcfActionRecognition;

/// <summary>How a <see cref="VideoClassifier"/> works.</summary>
public sealed record VideoClassifierOptions
{
    /// <summary>
    /// Frames of a window of the timeline, at least 1. By default (<see langword="null"/>) the model's clip length, and 16 for a model of single frames, whose
    /// window is the mean over its frames. A model of clips takes its own clip length only.
    /// </summary>
    public int? WindowLength { get; init; }

    /// <summary>
    /// Frames from the start of one window to that of the next, at least 1. By default (<see langword="null"/>) the window's length: the windows lie side by side.
    /// With a model of clips, the windows are also the clips whose mean is the video's score, as with the sampler <see cref="SlidingWindow"/>; a model of
    /// single frames sees each frame once, whatever the windows are.
    /// </summary>
    public int? WindowStride { get; init; }

    /// <summary>
    /// The regions of each frame that go through the model, as for <see cref="EvaluatorOptions.Crops"/>. By default (<see langword="null"/>) those that the recipe of the
    /// checkpoint's training tests on; <see cref="TestCrops.WholeFrame"/> where the checkpoint does not name any, or for a model of the caller's.
    /// </summary>
    public TestCrops? Crops { get; init; }

    /// <summary>
    /// Frames that go through the model at once, at least 1: as many clips as fit in, and at least one. Default: 64. A window of the timeline comes once
    /// the frames that go with it are read: of a camera at 25 frames per second, up to 2.6 seconds later than its last frame. Results do not depend
    /// on it, but for the rounding of sums.
    /// </summary>
    public int FramesPerChunk { get; init; } = 64;

    /// <summary>The ffmpeg programs that files and streams are decoded with, their time-out and limits; see <see cref="FFmpegStreams"/>.</summary>
    public FFmpegVideoClipSourceOptions Decoding { get; init; } = new();
}
