namespace UcfActionRecognition;

/// <summary>Reads a folder of predictions; files that do not belong together are refused.</summary>
internal sealed class PredictionSetReader(string name, string folder, IReadOnlyList<string> classes, PredictionSetOptions options)
{
    /// <summary>What all files of a folder share.</summary>
    private readonly record struct Origin(string ModelHash, PredictionKind Kind, string? Data, string? Sampler, string? Crops, int? ClipLength);

    private readonly List<VideoScore> _scores = [];
    private readonly List<VideoFailure> _failures = [];
    private readonly Dictionary<Origin, List<string>> _files = [];

    /// <exception cref="PredictionsException">See <see cref="PredictionSet.Load(string, string, IReadOnlyList{LabeledVideo}, IReadOnlyList{string}, PredictionSetOptions?, CancellationToken)"/>.</exception>
    public PredictionSet Read(IReadOnlyList<LabeledVideo> videos, CancellationToken cancel)
    {
        foreach (LabeledVideo video in videos)
        {
            cancel.ThrowIfCancellationRequested();
            ReadVideo(video);
        }

        if (_scores.Count == 0)
        {
            throw new PredictionsException(
                $"'{folder}' has no predictions of these {videos.Count} videos; expected files such as "
                + $"'{(videos.Count == 0 ? "YoYo/v_YoYo_g01_c01" : videos[0].Name)}.hdf5'. Evaluate a model into it, or name another folder.");
        }

        Origin origin = OneOrigin();
        return PredictionSet.Create(name, classes, videos, _scores, _failures) with
        {
            ModelHash = origin.ModelHash,
            Kind = origin.Kind,
            Data = origin.Data,
            ClipLength = origin.ClipLength,
        };
    }

    private void ReadVideo(LabeledVideo video)
    {
        string path = PredictionsFolder.PathOf(folder, video.Name);
        if (!File.Exists(path))
        {
            _failures.Add(new VideoFailure(video.Name, $"There is no file '{path}'."));
            return;
        }

        VideoPredictions predictions = VideoPredictions.Load(path, options.Import);
        Check(path, predictions);
        _scores.Add(predictions.ScoreOf(video).Score);
        var origin = new Origin(predictions.ModelHash, predictions.Kind, predictions.Data, predictions.Sampler, predictions.Crops, predictions.ClipLength);
        if (!_files.TryGetValue(origin, out List<string>? files))
        {
            _files[origin] = files = [];
        }

        files.Add(path);
    }

    private void Check(string path, VideoPredictions predictions)
    {
        if (PredictionChecks.DescribeClasses(predictions.Classes, classes) is { } difference)
        {
            throw new PredictionsException($"'{path}' is not of these classes: of the file and of '{name}', {difference}.");
        }

        if (options.Data is { } data && predictions.Data is { } trained && data != trained)
        {
            throw new PredictionsException(
                $"'{path}' is of a model that was trained on '{ErrorText.Shortened(trained)}', not on '{data}': it may have learned from these very videos. "
                + "Load the videos of its own split, or predictions of a model of this one.");
        }
    }

    private Origin OneOrigin()
    {
        if (_files.Count == 1)
        {
            return _files.Keys.First();
        }

        IEnumerable<string> parts = _files.OrderByDescending(entry => entry.Value.Count).ThenBy(entry => entry.Value[0], StringComparer.Ordinal)
            .Select(entry => $"{entry.Value.Count} of model {ErrorText.Shortened(entry.Key.ModelHash)}, kind {VideoPredictions.NameOf(entry.Key.Kind)}, "
                + $"data {ErrorText.Shortened(entry.Key.Data ?? "unknown")}, sampler {ErrorText.Shortened(entry.Key.Sampler ?? "unknown")}, "
                + $"crops {ErrorText.Shortened(entry.Key.Crops ?? "unknown")}{(entry.Key.ClipLength is { } length ? $", clip length {length}" : "")} ({PredictionChecks.List(entry.Value)})");

        // Files of many models would make a long list.
        const int Most = 5;
        string more = _files.Count > Most ? $"; and {_files.Count - Most} more" : "";
        throw new PredictionsException(
            $"The predictions in '{folder}' are not all of one model, kind and protocol: {string.Join("; ", parts.Take(Most))}{more}. "
            + "Evaluate the model again into an empty folder.");
    }
}
