namespace UcfActionRecognition;

/// <summary>What one model, or a combination of models, says of a list of videos. Immutable.</summary>
public sealed record PredictionSet
{
    private PredictionSet(
        string name, IReadOnlyList<string> classes, IReadOnlyList<LabeledVideo> videos, IReadOnlyList<VideoScore> scores,
        IReadOnlyList<VideoFailure> failures)
    {
        Name = name;
        Classes = classes;
        Videos = videos;
        Scores = scores;
        Failures = failures;
    }

    /// <summary>The set's name, for reports and messages: <c>single frame</c>.</summary>
    public string Name { get; init; }

    /// <summary>The classes' names, in the order of the labels and scores.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>All videos, with and without a prediction.</summary>
    public IReadOnlyList<LabeledVideo> Videos { get; }

    /// <summary>The videos that have a prediction, in the order of <see cref="Videos"/>; each has a finite score for every class.</summary>
    public IReadOnlyList<VideoScore> Scores { get; }

    /// <summary>The videos without a prediction, in the order of <see cref="Videos"/>, and why. They count as wrong.</summary>
    public IReadOnlyList<VideoFailure> Failures { get; }

    /// <summary>The model that made the predictions (<see cref="ActionModel.ComputeHash"/>); empty where it is not known.</summary>
    public string ModelHash { get; init; } = "";

    /// <summary>What the videos' scores are means over; <see langword="null"/> where it is not known.</summary>
    public PredictionKind? Kind { get; init; }

    /// <summary>Frames that each prediction is of: 1 of a model of single frames; <see langword="null"/> (the default) where that is not known or depends on the video.</summary>
    public int? ClipLength { get; init; }

    /// <summary>The data and split that the model was trained on, such as <c>UCF-101 split 1</c>; <see langword="null"/> where it is not known.</summary>
    public string? Data { get; init; }

    /// <summary>Takes scores that are in memory. A video without a score counts as wrong.</summary>
    /// <param name="name">The set's name.</param>
    /// <param name="classes">The classes' names, in the order of the labels.</param>
    /// <param name="videos">All videos.</param>
    /// <param name="scores">Scores of the videos, each of them at most once, in any order.</param>
    /// <param name="failures">Why videos have no score, where that is known.</param>
    /// <exception cref="PredictionsException">
    /// A video is listed or scored twice, or scored without being listed; a label is no class; a score is no finite number, or their number is not
    /// that of the classes.
    /// </exception>
    public static PredictionSet Create(
        string name, IReadOnlyList<string> classes, IReadOnlyList<LabeledVideo> videos, IEnumerable<VideoScore> scores,
        IEnumerable<VideoFailure>? failures = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(classes);
        ArgumentNullException.ThrowIfNull(videos);
        ArgumentNullException.ThrowIfNull(scores);
        PredictionChecks.CheckVideos(name, classes, videos);
        Dictionary<string, VideoScore> byName = PredictionChecks.ByName(name, classes, videos, scores);
        var reasons = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (VideoFailure failure in failures ?? [])
        {
            reasons[failure.Video] = failure.Reason;
        }

        VideoScore[] ordered = [.. videos.Where(video => byName.ContainsKey(video.Name)).Select(video => byName[video.Name])];
        VideoFailure[] missing = [.. videos.Where(video => !byName.ContainsKey(video.Name))
            .Select(video => new VideoFailure(video.Name, reasons.GetValueOrDefault(video.Name, $"'{video.Name}' has no prediction.")))];
        return new PredictionSet(name, classes, videos, ordered, missing);
    }

    /// <summary>Takes the result of an evaluation, without a way over files.</summary>
    /// <param name="name">The set's name.</param>
    /// <param name="result">The evaluation.</param>
    /// <param name="videos">The videos that were evaluated.</param>
    /// <param name="model">The model that was evaluated.</param>
    /// <param name="data">The data and split that it was trained on (<see cref="ActionDataset.Name"/>).</param>
    /// <exception cref="PredictionsException">The videos or classes are not those of the evaluation.</exception>
    public static PredictionSet FromEvaluation(
        string name, EvaluationResult result, IReadOnlyList<LabeledVideo> videos, ActionModel model, string? data = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(model);
        return Create(name, model.Classes, videos, result.Scores, result.Failures) with { ModelHash = model.ComputeHash(), Data = data };
    }

    /// <summary>
    /// Reads the predictions of videos from the files <c>&lt;folder&gt;/&lt;Class&gt;/&lt;video&gt;.hdf5</c>. A video without a file counts as wrong and is
    /// listed, as the evaluation writes none of a video that it cannot read; a file that is there and not right is an error.
    /// </summary>
    /// <param name="name">The set's name.</param>
    /// <param name="folder">The folder of predictions.</param>
    /// <param name="videos">The videos, with labels of <paramref name="classes"/>.</param>
    /// <param name="classes">The classes' names, in the order of the labels: those of the data set.</param>
    /// <param name="options">Which files are taken.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="PredictionsException">
    /// No video has a file; a file is damaged, holds numbers that are not finite, or has other classes; or the files are of more than one
    /// model, kind or data. The message names them.
    /// </exception>
    public static PredictionSet Load(
        string name, string folder, IReadOnlyList<LabeledVideo> videos, IReadOnlyList<string> classes, PredictionSetOptions? options = null,
        CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(videos);
        ArgumentNullException.ThrowIfNull(classes);
        PredictionChecks.CheckVideos(name, classes, videos);
        return new PredictionSetReader(name, folder, classes, options ?? new PredictionSetOptions()).Read(videos, cancel);
    }

    /// <summary>Reads the predictions of a data set's test videos; files of a model that was trained on another split are refused.</summary>
    /// <inheritdoc cref="Load(string, string, IReadOnlyList{LabeledVideo}, IReadOnlyList{string}, PredictionSetOptions?, CancellationToken)"/>
    /// <param name="name">The set's name.</param>
    /// <param name="folder">The folder of predictions.</param>
    /// <param name="data">The data set.</param>
    /// <param name="import">What files without attributes are; by default they are refused.</param>
    /// <param name="cancel">Ends the work early.</param>
    public static PredictionSet Load(string name, string folder, ActionDataset data, PredictionImport? import = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return Load(name, folder, data.Test, data.Classes, new PredictionSetOptions { Data = data.Name, Import = import }, cancel);
    }

    /// <summary>
    /// Writes each video's score as <c>&lt;folder&gt;/&lt;Class&gt;/&lt;video&gt;.hdf5</c>: one row of log-probabilities, of the kind
    /// <see cref="PredictionKind.FusedLogProbabilities"/>. Files of videos without a prediction are deleted.
    /// </summary>
    /// <param name="folder">The folder; it is made where it is missing. Other files in it stay.</param>
    /// <param name="cancel">Ends the work early, between two files.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be written.</exception>
    public void Save(string folder, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        foreach (LabeledVideo video in Videos)
        {
            PredictionsFolder.Delete(folder, video.Name);
        }

        foreach (VideoScore score in Scores)
        {
            cancel.ThrowIfCancellationRequested();
            var row = new float[1, Classes.Count];
            for (int i = 0; i < Classes.Count; i++)
            {
                row[0, i] = (float)score.LogProbabilities[i];
            }

            var predictions = new VideoPredictions(row, Classes, ModelHash) { Kind = PredictionKind.FusedLogProbabilities, Data = Data };
            predictions.Save(PredictionsFolder.PathOf(folder, score.Video.Name));
        }
    }

    /// <summary>The accuracies of the set over all its videos; those without a prediction count as wrong.</summary>
    /// <param name="bootstrap">How the confidence intervals are estimated.</param>
    public ClassificationReport CreateReport(BootstrapOptions? bootstrap = null) =>
        ClassificationReport.Create(Classes, Scores, WithoutPrediction, bootstrap);

    private IEnumerable<LabeledVideo> WithoutPrediction
    {
        get
        {
            var names = Failures.Select(failure => failure.Video).ToHashSet(StringComparer.Ordinal);
            return Videos.Where(video => names.Contains(video.Name));
        }
    }
}
