using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>The folder that receives the predictions of one evaluation.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Classes">The model's classes.</param>
/// <param name="ModelHash">The model.</param>
/// <param name="Sampler">What made the clips; it says what the rows are.</param>
internal sealed record PredictionsFolder(string Path, IReadOnlyList<string> Classes, string ModelHash, IClipSampler Sampler)
{
    public void Save(LabeledVideo video, ReadOnlySpan<float> logits)
    {
        var matrix = new float[logits.Length / Classes.Count, Classes.Count];
        logits.CopyTo(MemoryMarshal.CreateSpan(ref matrix[0, 0], matrix.Length));
        new VideoPredictions(matrix, Classes, ModelHash).Of(Sampler).Save(PathOf(video));
    }

    /// <summary>Deletes what an earlier model said of a video, so that it does not pass for this one's word.</summary>
    public void Delete(LabeledVideo video)
    {
        string path = PathOf(video);
        if (File.Exists(path))
        {
            File.Delete(path);
        }
    }

    private string PathOf(LabeledVideo video) => System.IO.Path.Combine(Path, video.Name + ".hdf5");
}
