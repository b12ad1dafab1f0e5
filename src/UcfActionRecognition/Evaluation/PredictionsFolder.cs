using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>The folder that receives the predictions of one evaluation.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Classes">The model's classes.</param>
/// <param name="ModelHash">The model.</param>
/// <param name="Sampler">What made the clips; it says what the rows are.</param>
/// <param name="Data">What the model was trained on, where that is known.</param>
internal sealed record PredictionsFolder(string Path, IReadOnlyList<string> Classes, string ModelHash, IClipSampler Sampler, string? Data)
{
    public void Save(LabeledVideo video, ReadOnlySpan<float> logits)
    {
        var matrix = new float[logits.Length / Classes.Count, Classes.Count];
        logits.CopyTo(MemoryMarshal.CreateSpan(ref matrix[0, 0], matrix.Length));
        (new VideoPredictions(matrix, Classes, ModelHash) { Data = Data }).Of(Sampler).Save(PathOf(video));
    }

    /// <summary>Deletes what an earlier evaluation said of a video, so that it does not pass for this one's word.</summary>
    public void Delete(LabeledVideo video) => Delete(Path, video.Name);

    /// <summary>Deletes a video's predictions where there are some.</summary>
    public static void Delete(string folder, string video)
    {
        string path = PathOf(folder, video);
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    /// <summary>The file of a video's predictions.</summary>
    /// <exception cref="VideoReadException">The name would lead out of the folder.</exception>
    public static string PathOf(string folder, string video) => VideoPath.Resolve(folder, video, ".hdf5");

    private string PathOf(LabeledVideo video) => PathOf(Path, video.Name);
}
