using System.Runtime.InteropServices;
using PureHDF;

namespace UcfActionRecognition;

/// <summary>
/// The logits of one video, as a file: HDF5, dataset <c>predictions</c>, float32 <c>rows x classes</c>, with attributes that say what they are.
/// </summary>
/// <remarks>
/// h5py reads it as <c>h5py.File(path)["predictions"]</c>. The attributes are <c>kind</c> (<see cref="PredictionKind"/>), <c>model_hash</c>
/// (<see cref="ActionModel.ComputeHash"/>), <c>classes</c> (their names, by column) and, where all rows share them, <c>clip_length</c>
/// (frames of a row) and <c>frame_stride</c> (frames from one row to the next; the last window may follow closer); <c>data</c> where it is known.
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

    /// <summary>Frames of a row; <see langword="null"/> (the default) where that is not known or depends on the video.</summary>
    public int? ClipLength { get; init; }

    /// <summary>Frames from one row to the next; <see langword="null"/> (the default) where that is not known or not regular.</summary>
    public int? FrameStride { get; init; }

    /// <summary>
    /// The data and split that the model was trained on (<see cref="ActionDataset.Name"/>); <see langword="null"/> (the default) where that is not known.
    /// </summary>
    public string? Data { get; init; }

    /// <summary>Reads a file, of this library or of h5py, in any layout that h5py writes; float64 becomes float32.</summary>
    /// <param name="path">The file.</param>
    /// <param name="import">What a file without attributes is; by default (<see langword="null"/>) it is refused. A file with attributes is taken at its own word.</param>
    /// <exception cref="PredictionsException">
    /// The file is missing, damaged, or no file of predictions; it has no attributes and <paramref name="import"/> is <see langword="null"/>; its columns
    /// are not the classes; or a number is not finite. The message names the file.
    /// </exception>
    public static VideoPredictions Load(string path, PredictionImport? import = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        return PredictionsFile.Read(path, import);
    }

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
                    [PredictionsAttributes.Kind] = NameOf(Kind),
                    [PredictionsAttributes.ModelHash] = ModelHash,
                    [PredictionsAttributes.Classes] = Classes.ToArray(),
                },
            };
            if (ClipLength is { } length)
            {
                dataset.Attributes[PredictionsAttributes.ClipLength] = length;
            }

            if (FrameStride is { } stride)
            {
                dataset.Attributes[PredictionsAttributes.FrameStride] = stride;
            }

            if (Data is { } data)
            {
                dataset.Attributes[PredictionsAttributes.Data] = data;
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

    /// <summary>The score of the video: the mean over the rows of the log-softmax.</summary>
    internal VideoScore ScoreOf(LabeledVideo video)
    {
        int rows = Logits.GetLength(0);
        int classes = Logits.GetLength(1);
        ReadOnlySpan<float> logits = MemoryMarshal.CreateReadOnlySpan(ref Logits[0, 0], Logits.Length);
        var mean = new double[classes];
        for (int row = 0; row < rows; row++)
        {
            Scores.AddLogSoftmax(logits.Slice(row * classes, classes), mean);
        }

        for (int i = 0; i < classes; i++)
        {
            mean[i] /= rows;
        }

        return new VideoScore(video, mean, rows);
    }

    /// <summary>The kind's name in files.</summary>
    internal static string NameOf(PredictionKind kind) => kind switch
    {
        PredictionKind.Frames => "frame_logits",
        PredictionKind.Windows => "window_logits",
        PredictionKind.Sequence => "sequence_logits",
        PredictionKind.Clips => "clip_logits",
        PredictionKind.FusedLogProbabilities => "fused_log_probabilities",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "The kind is not one of PredictionKind."),
    };
}
