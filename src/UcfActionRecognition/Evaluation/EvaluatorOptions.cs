using System.Text.Json.Serialization;

namespace UcfActionRecognition;

/// <summary>How an <see cref="Evaluator"/> works.</summary>
public sealed record EvaluatorOptions
{
    /// <summary>
    /// The clips of a video whose mean is its score: any sampler, among them <see cref="SlidingWindow"/> and <see cref="FullSequence"/>. By
    /// default (<see langword="null"/>) windows of the model's clip length side by side, which for a model of single frames are all frames.
    /// A sampler that draws at random draws the same of a video every time, wherever the video stands in the list.
    /// </summary>
    public IClipSampler? Sampler { get; init; }

    /// <summary>
    /// The regions of each frame that go through the model; the clips of a video are then those of <see cref="Sampler"/> in each of its regions, clip
    /// after clip. By default <see cref="TestCrops.WholeFrame"/>, which does not keep a picture's aspect.
    /// </summary>
    /// <remarks>
    /// Each frame is decoded once and resized once for each crop. While a clip is read, all crops of its frames are held: of 16 frames of
    /// 224x224 in ten crops 24 MB, of a part of 600 frames of a whole sequence 0.9 GB.
    /// </remarks>
    public TestCrops Crops { get; init; } = TestCrops.WholeFrame;

    /// <summary>
    /// Frames that go through the model at once, at least 1: as many clips as fit in, and at least one. Default: 200. Clips of one length
    /// (frames, windows) fill a chunk across videos; one of another length, and each part of a long one, begins a chunk of its own. The
    /// results do not depend on it, but for the rounding of sums; memory and the time between a video's reading and its report do.
    /// </summary>
    public int FramesPerChunk { get; init; } = 200;

    /// <summary>Chunks of <see cref="FramesPerChunk"/> frames, or of one longer clip, that are read ahead of the model, at least 1. Default: 2.</summary>
    [JsonIgnore]
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
    /// written where it is <see langword="null"/> (the default). The videos' files of an earlier run are deleted before the
    /// first video, unless <see cref="Resume"/> keeps them.
    /// </summary>
    [JsonIgnore]
    public string? PredictionsFolder { get; init; }

    /// <summary>
    /// Whether to go on where an earlier evaluation into <see cref="PredictionsFolder"/> ended: a video is not done again whose file is there and
    /// whole, and says that it is of this very model, classes, data, sampler and crops, with a row for each clip. Its score is computed from its file, which
    /// stays as it is. Other files of the videos are deleted. <see langword="false"/> by default.
    /// </summary>
    /// <remarks>
    /// With the same videos in the same order, and the same <see cref="FramesPerChunk"/>, <see cref="MaxActivationBytes"/>, device and number of
    /// threads, the result and all files are the same, bit for bit, as those of an evaluation that was not interrupted: the videos that are
    /// left go through the model in the places of the chunks that they would have had. Each video is opened, and counts as wrong where that
    /// fails, but of those that are done no frame is read: that they are still what they were is taken for granted. A sampler of the caller's
    /// own must say what it does: be a record, or override <c>ToString</c>.
    /// </remarks>
    [JsonIgnore]
    public bool Resume { get; init; }

    /// <summary>
    /// Which part of the videos is scored, so that several processes or machines share an evaluation without talking to each other. By default all of
    /// them (<see cref="Shard.Whole"/>).
    /// </summary>
    /// <remarks>
    /// Each process is given the same videos in the same order, all else the same, and a shard of its own; all may write to one <see cref="PredictionsFolder"/>
    /// at once. <see cref="Evaluator.Merge"/> then makes the result of the whole, bit for bit that of one process on such a device with as many
    /// threads. A shard that was lost is run again, best with <see cref="Resume"/>. Refused are the same shard twice at once, and shards of another
    /// number of shards, where the file system's locks tell one machine of another; where they do not, nothing worse comes of it than work done twice.
    /// </remarks>
    [JsonIgnore]
    public Shard Shard { get; init; }

    /// <summary>
    /// The data and split that the model was trained on (<see cref="ActionDataset.Name"/>), which the predictions state, so that those of
    /// different splits are not combined. By default (<see langword="null"/>) they do not say.
    /// </summary>
    [JsonIgnore]
    public string? Data { get; init; }

    /// <summary>
    /// Scores videos of groups that the model was trained on (<see cref="ActionModel.TrainedGroups"/>), instead of refusing: for the score on the training
    /// side, which tells how much was learned by heart and nothing about new videos. Default: <see langword="false"/>.
    /// </summary>
    [JsonIgnore]
    public bool AllowTrainingVideos { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(FramesPerChunk, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PrefetchChunks, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxActivationBytes ?? 1, 1, nameof(MaxActivationBytes));
        ArgumentNullException.ThrowIfNull(Crops);
        if (Resume && PredictionsFolder is null)
        {
            throw new ArgumentException(
                $"{nameof(Resume)} takes finished videos from the {nameof(PredictionsFolder)}, which is not set. Set it, too.", nameof(Resume));
        }
    }
}
