using System.Runtime.InteropServices;

namespace UcfActionRecognition;

/// <summary>The folder that receives the predictions of one evaluation.</summary>
/// <param name="Path">The folder.</param>
/// <param name="Classes">The model's classes.</param>
/// <param name="ModelHash">The model.</param>
/// <param name="Sampler">What made the clips; it says what the rows are.</param>
/// <param name="Crops">The crops of each clip.</param>
/// <param name="Data">What the model was trained on, where that is known.</param>
internal sealed record PredictionsFolder(
    string Path, IReadOnlyList<string> Classes, string ModelHash, IClipSampler Sampler, TestCrops Crops, string? Data)
{
    /// <summary>Deletes what earlier evaluations said of the videos, so that it does not pass for this one's word.</summary>
    /// <param name="videos">The videos.</param>
    /// <param name="resume">Whether to keep what is this evaluation's word.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <returns>The videos whose files were kept.</returns>
    /// <exception cref="ArgumentException">The sampler does not say what it does and is to be resumed.</exception>
    public FinishedVideos Begin(IReadOnlyList<LabeledVideo> videos, bool resume, CancellationToken cancel)
    {
        FinishedVideos finished = resume ? Find(videos, cancel) : new FinishedVideos();
        foreach (LabeledVideo video in videos.Where(video => finished.Find(video) is null))
        {
            cancel.ThrowIfCancellationRequested();
            Delete(video);
        }

        return finished;
    }

    /// <summary>Finds the videos whose files are this evaluation's word.</summary>
    /// <exception cref="ArgumentException">The sampler does not say what it does.</exception>
    public FinishedVideos Find(IReadOnlyList<LabeledVideo> videos, CancellationToken cancel)
    {
        CheckSampler();
        var finished = new FinishedVideos();
        foreach (LabeledVideo video in videos)
        {
            cancel.ThrowIfCancellationRequested();
            if (Load(video) is { } kept)
            {
                finished.Add(kept);
            }
        }

        return finished;
    }

    /// <exception cref="ArgumentException">A video is listed twice.</exception>
    public void CheckNames(IReadOnlyList<LabeledVideo> videos)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (videos.FirstOrDefault(video => !names.Add(video.Name)) is { } twice)
        {
            throw new ArgumentException(
                $"The video '{twice.Name}' is listed twice: its predictions '{PathOf(twice)}' would be written twice. List each video once.", nameof(videos));
        }
    }

    public void Save(LabeledVideo video, ReadOnlySpan<float> logits)
    {
        var matrix = new float[logits.Length / Classes.Count, Classes.Count];
        logits.CopyTo(MemoryMarshal.CreateSpan(ref matrix[0, 0], matrix.Length));
        Describe(matrix).Save(PathOf(video));
    }

    /// <summary>Deletes a video's predictions where there are some.</summary>
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

    private VideoPredictions Describe(float[,] logits) => new VideoPredictions(logits, Classes, ModelHash) { Data = Data }.Of(Sampler, Crops);

    private FinishedVideo? Load(LabeledVideo video)
    {
        string path = PathOf(video);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            var predictions = VideoPredictions.Load(path);
            return predictions.IsOfSameProtocol(Describe(predictions.Logits)) ? new FinishedVideo(path, predictions.ScoreOf(video)) : null;
        }
        catch (PredictionsException)
        {
            // Damaged, or no predictions of ours: replaced, as without Resume.
            return null;
        }
    }

    // Files of two samplers that print the same could not be told apart.
    private void CheckSampler()
    {
        if (Describe(new float[0, Classes.Count]).Sampler is not { } text || text == Sampler.GetType().ToString())
        {
            throw new ArgumentException(
                $"{Sampler.GetType().Name} does not say in words what it does, so finished videos cannot be told from those of another sampler: make it a record, or "
                + $"override ToString, in up to {PredictionsAttributes.MostCharacters} characters; or evaluate in one process, without {nameof(EvaluatorOptions.Resume)}.");
        }
    }
}
