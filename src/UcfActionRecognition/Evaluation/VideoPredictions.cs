using PureHDF;

namespace UcfActionRecognition;

/// <summary>
/// The logits of one video, as a file: HDF5, dataset <c>predictions</c>, float32 <c>rows x classes</c>, with attributes that say what they are.
/// </summary>
/// <remarks>
/// h5py reads it as <c>h5py.File(path)["predictions"]</c>. The attributes are <c>kind</c> (<see cref="PredictionKind"/>), <c>model_hash</c>
/// (<see cref="ActionModel.ComputeHash"/>), <c>classes</c> (their names, by column) and, where all rows share them, <c>clip_length</c>
/// (frames of a row) and <c>frame_stride</c> (frames from one row to the next; the last window may follow closer).
/// </remarks>
/// <param name="Logits">Logits, <c>rows x classes</c>; a row is one frame or clip.</param>
/// <param name="Classes">The classes' names, by column.</param>
/// <param name="ModelHash">The model that made them.</param>
public sealed record VideoPredictions(float[,] Logits, IReadOnlyList<string> Classes, string ModelHash)
{
    /// <summary>The dataset's name.</summary>
    public const string DatasetName = "predictions";

    /// <summary>What a row is of; <see cref="PredictionKind.Frames"/> by default.</summary>
    public PredictionKind Kind { get; init; }

    /// <summary>Frames of a row; <see langword="null"/> where that depends on the video. Default: 1.</summary>
    public int? ClipLength { get; init; } = 1;

    /// <summary>Frames from one row to the next; <see langword="null"/> where that is not regular. Default: 1.</summary>
    public int? FrameStride { get; init; } = 1;

    /// <summary>Writes the file, whole or not at all; a file that is there is replaced.</summary>
    public void Save(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        AtomicFile.Write(path, temporary =>
        {
            var dataset = new H5Dataset(Logits)
            {
                Attributes = new()
                {
                    ["kind"] = NameOf(Kind),
                    ["model_hash"] = ModelHash,
                    ["classes"] = Classes.ToArray(),
                },
            };
            if (ClipLength is { } length)
            {
                dataset.Attributes["clip_length"] = length;
            }

            if (FrameStride is { } stride)
            {
                dataset.Attributes["frame_stride"] = stride;
            }

            new H5File { [DatasetName] = dataset }.Write(temporary);
        });
    }

    /// <summary>Says of logits what a sampler's clips are.</summary>
    internal VideoPredictions Of(IClipSampler sampler) => this with
    {
        Kind = sampler switch
        {
            SlidingWindow { Length: 1, Stride: 1 } => PredictionKind.Frames,
            SlidingWindow => PredictionKind.Windows,
            FullSequence => PredictionKind.Sequence,
            _ => PredictionKind.Clips,
        },
        ClipLength = sampler.FramesPerClip,
        FrameStride = (sampler as SlidingWindow)?.Stride,
    };

    private static string NameOf(PredictionKind kind) => kind switch
    {
        PredictionKind.Frames => "frame_logits",
        PredictionKind.Windows => "window_logits",
        PredictionKind.Sequence => "sequence_logits",
        PredictionKind.Clips => "clip_logits",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The kind is not one of PredictionKind."),
    };
}
