using System.Runtime.InteropServices;
using PureHDF;

namespace UcfActionRecognition;

/// <summary>
/// The logits of one video, as a file: HDF5, dataset <c>predictions</c>, float32 <c>rows x classes</c>, with attributes that say what they are.
/// </summary>
/// <remarks>
/// h5py reads it as <c>h5py.File(path)["predictions"]</c>. The attributes are <c>kind</c> (<see cref="PredictionKind"/>), <c>model_hash</c>
/// (<see cref="ActionModel.ComputeHash"/>), <c>classes</c> (their names, by column) and, where all rows share them, <c>clip_length</c>
/// (frames of a row) and <c>frame_stride</c> (frames from one row to the next; the last window may follow closer); <c>data</c>, <c>sampler</c> and
/// <c>crops</c> where they are known.
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

    /// <summary>
    /// The sampler that made the clips, as it prints itself: <c>SlidingWindow { Length = 16, Stride = 8 }</c>; <see langword="null"/> (the
    /// default) where that is not known.
    /// </summary>
    public string? Sampler { get; init; }

    /// <summary>
    /// The crops of each clip (<see cref="TestCrops"/>), as they print themselves: <c>Ten(0.875)</c>. A clip's crops are rows one after another.
    /// <see langword="null"/> (the default) where that is not known.
    /// </summary>
    public string? Crops { get; init; }

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

            AddText(PredictionsAttributes.Data, Data);
            AddText(PredictionsAttributes.Sampler, Sampler);
            AddText(PredictionsAttributes.Crops, Crops);
            new H5File { [DatasetName] = dataset }.Write(temporary);

            void AddText(string name, string? text)
            {
                if (text is not null)
                {
                    dataset.Attributes[name] = text;
                }
            }
        });
    }

    /// <summary>Says of logits what a sampler's clips in these crops are.</summary>
    internal VideoPredictions Of(IClipSampler sampler, TestCrops crops) => this with
    {
        Kind = sampler switch
        {
            _ when crops.Count > 1 => PredictionKind.Clips,
            SlidingWindow { Length: 1, Stride: 1 } => PredictionKind.Frames,
            SlidingWindow => PredictionKind.Windows,
            FullSequence => PredictionKind.Sequence,
            _ => PredictionKind.Clips,
        },
        ClipLength = sampler.FramesPerClip,
        FrameStride = crops.Count > 1 ? null : (sampler as SlidingWindow)?.Stride,
        Sampler = sampler.ToString() is { Length: > 0 and <= PredictionsAttributes.MostCharacters } text ? text : null,
        Crops = crops.ToString(),
    };

    /// <summary>Whether these are predictions of the same model, and its rows of the same protocol, as others.</summary>
    internal bool IsOfSameProtocol(VideoPredictions other) =>
        this with { Logits = other.Logits, Classes = other.Classes } == other && Classes.SequenceEqual(other.Classes, StringComparer.Ordinal);

    /// <summary>The score of the video: the mean over the rows of the log-softmax.</summary>
    internal ScoredVideo ScoreOf(LabeledVideo video) =>
        ScoredVideo.Of(video, MemoryMarshal.CreateReadOnlySpan(ref Logits[0, 0], Logits.Length), Logits.GetLength(1));

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
