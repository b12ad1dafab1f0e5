using PureHDF;

namespace UcfActionRecognition;

/// <summary>
/// The logits of one video, as a file: HDF5, dataset <c>predictions</c>, float32 <c>rows x classes</c>, with attributes that say what they are.
/// </summary>
/// <remarks>
/// h5py reads it as <c>h5py.File(path)["predictions"]</c>. The attributes are <c>kind</c> (<c>frame_logits</c>), <c>model_hash</c>
/// (<see cref="ActionModel.ComputeHash"/>), <c>frame_stride</c> (frames from one row to the next) and <c>classes</c> (their names, by column).
/// </remarks>
/// <param name="Logits">Logits, <c>rows x classes</c>; a row is one frame.</param>
/// <param name="Classes">The classes' names, by column.</param>
/// <param name="ModelHash">The model that made them.</param>
public sealed record VideoPredictions(float[,] Logits, IReadOnlyList<string> Classes, string ModelHash)
{
    /// <summary>The dataset's name.</summary>
    public const string DatasetName = "predictions";

    private const string FrameLogits = "frame_logits";

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
                    ["kind"] = FrameLogits,
                    ["model_hash"] = ModelHash,
                    ["frame_stride"] = 1,
                    ["classes"] = Classes.ToArray(),
                },
            };
            new H5File { [DatasetName] = dataset }.Write(temporary);
        });
    }
}
