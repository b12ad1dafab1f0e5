namespace UcfActionRecognition;

/// <summary>How an <see cref="Evaluator"/> works.</summary>
public sealed record EvaluatorOptions
{
    /// <summary>
    /// The clips of a video whose mean is its score: any sampler, among them <see cref="SlidingWindow"/> and <see cref="FullSequence"/>. By
    /// default (<see langword="null"/>) windows of the model's clip length side by side, which for a model of single frames are all frames.
    /// A sampler that draws at random draws the same every time.
    /// </summary>
    public IClipSampler? Sampler { get; init; }

    /// <summary>
    /// Frames that go through the model at once, at least 1: as many clips as fit in, and at least one. Default: 200. Clips of one length
    /// (frames, windows) fill a chunk across videos; one of another length, and each part of a long one, begins a chunk of its own. The
    /// results do not depend on it, but for the rounding of sums; memory and the time between a video's reading and its report do.
    /// </summary>
    public int FramesPerChunk { get; init; } = 200;

    /// <summary>Chunks of <see cref="FramesPerChunk"/> frames, or of one longer clip, that are read ahead of the model, at least 1. Default: 2.</summary>
    public int PrefetchChunks { get; init; } = 2;

    /// <summary>
    /// Bytes that the activations of a <see cref="ResNet3D"/> may take, at least 1; a frame takes <see cref="ResNet3D.ActivationBytesPerFrame"/>. By
    /// default (<see langword="null"/>) 4 GiB, some 600 frames of 224x224, or 1.5 times the smallest part where that is more. A longer clip
    /// (a long video of <see cref="FullSequence"/>) goes through in parts, with the result of the whole. Other models take each clip at once.
    /// </summary>
    /// <remarks>
    /// A position of the features depends on a number of frames to either side (76 in a 3D ResNet-50 that ends after the first block of
    /// <c>layer4</c>, 108 in a whole one: half the sizes of the convolutions and the pooling in time, each times the strides before it).
    /// So that every position sees what it sees in the whole clip, each part begins that many frames before its first position, rounded up
    /// to a multiple of 16, and ends that many after its last one. The overlap is computed twice: with a radius of 76 a video of 1,700
    /// frames takes 1.25 times the work in parts of 600 frames and 1.8 times in parts of 300. A clip that fits goes through once.
    /// </remarks>
    public long? MaxActivationBytes { get; init; }

    /// <summary>
    /// Folder that receives each video's logits as <c>&lt;Class&gt;/&lt;video&gt;.hdf5</c> (see <see cref="VideoPredictions"/>); none are
    /// written where it is <see langword="null"/> (the default). Files of an earlier run are deleted before the first video.
    /// </summary>
    public string? PredictionsFolder { get; init; }

    /// <summary>
    /// The data and split that the model was trained on (<see cref="ActionDataset.Name"/>), which the predictions state, so that those of
    /// different splits are not combined. By default (<see langword="null"/>) they do not say.
    /// </summary>
    public string? Data { get; init; }

    /// <summary>
    /// Scores videos of groups that the model was trained on (<see cref="ActionModel.TrainedGroups"/>), instead of refusing: for the score on the training
    /// side, which tells how much was learned by heart and nothing about new videos. Default: <see langword="false"/>.
    /// </summary>
    public bool AllowTrainingVideos { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(FramesPerChunk, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PrefetchChunks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxActivationBytes ?? 1, 1, nameof(MaxActivationBytes));
    }
}
