using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Sends the frames of videos through a model, chunk by chunk, and gathers what comes of it.</summary>
internal sealed class FrameScoring : IDisposable
{
    private readonly ActionModel _model;
    private readonly ModelInput _input;
    private readonly string? _predictionsFolder;
    private readonly string _modelHash;
    private readonly List<VideoScore> _scores = [];
    private readonly List<VideoFailure> _failures = [];
    private readonly List<LabeledVideo> _unreadable = [];
    private readonly List<float> _logits = [];
    private TopKAccuracy _frameAccuracy;

    public FrameScoring(ActionModel model, string? predictionsFolder)
    {
        _model = model;
        _input = new ModelInput(model);
        _predictionsFolder = predictionsFolder;
        _modelHash = predictionsFolder is null ? "" : model.ComputeHash();
    }

    public int VideosDone => _scores.Count + _failures.Count;

    public long Frames { get; private set; }

    /// <summary>Accuracy over the videos done; those that could not be read are wrong.</summary>
    public TopKAccuracy VideoAccuracy { get; private set; }

    public void Add(FrameChunk chunk)
    {
        if (chunk.Error is { } error)
        {
            _failures.Add(new VideoFailure(chunk.Video.Name, error.Message));
            _unreadable.Add(chunk.Video);
            _logits.Clear();
            VideoAccuracy = VideoAccuracy.With(int.MaxValue);
            DeletePredictions(chunk.Video);
            return;
        }

        if (chunk.Frames > 0)
        {
            AppendLogits(chunk);
        }

        if (chunk.IsLast)
        {
            Finish(chunk.Video);
        }
    }

    public EvaluationResult Result(TimeSpan elapsed)
    {
        var report = ClassificationReport.Create(_model.Classes, _scores, _unreadable);
        return new EvaluationResult(report, _frameAccuracy, _scores, _failures, Frames, elapsed);
    }

    public void Dispose() => _input.Dispose();

    private void AppendLogits(FrameChunk chunk)
    {
        FrameSize size = _model.Input.Size;
        using (no_grad())
        using (NewDisposeScope())
        {
            Tensor frames = empty([chunk.Frames, 1, 1, size.Height, size.Width, 3], dtype: ScalarType.Byte);
            chunk.Rgb.AsSpan(0, checked((int)frames.numel())).CopyTo(frames.bytes);
            Tensor logits = _model.forward(_input.Prepare(frames)).cpu().to(ScalarType.Float32).contiguous();
            _logits.AddRange(MemoryMarshal.Cast<byte, float>(logits.bytes));
        }

        Frames += chunk.Frames;
    }

    private void Finish(LabeledVideo video)
    {
        int classes = _model.Classes.Count;
        int rows = _logits.Count / classes;
        Span<float> logits = CollectionsMarshal.AsSpan(_logits);
        var mean = new double[classes];
        for (int row = 0; row < rows; row++)
        {
            Span<float> frame = logits.Slice(row * classes, classes);
            Scores.AddLogSoftmax(frame, mean);
            _frameAccuracy = _frameAccuracy.With(Scores.Rank<float>(frame, video.Label));
        }

        for (int i = 0; i < classes; i++)
        {
            mean[i] /= rows;
        }

        if (!mean.All(double.IsFinite))
        {
            throw new ActionRecognitionException(
                $"The model's logits for '{video.Name}' are not all finite numbers. Its weights or the statistics of its BatchNorms are broken: train it again.");
        }

        _scores.Add(new VideoScore(video, mean, rows));
        VideoAccuracy = VideoAccuracy.With(Scores.Rank<double>(mean, video.Label));
        Save(video, logits, rows);
        _logits.Clear();
    }

    // What an earlier model said of a video must not pass for this one's word.
    private void DeletePredictions(LabeledVideo video)
    {
        if (_predictionsFolder is not null)
        {
            File.Delete(PredictionsPath(video));
        }
    }

    private string PredictionsPath(LabeledVideo video) => Path.Combine(_predictionsFolder!, video.Name + ".hdf5");

    private void Save(LabeledVideo video, ReadOnlySpan<float> logits, int rows)
    {
        if (_predictionsFolder is null)
        {
            return;
        }

        var matrix = new float[rows, _model.Classes.Count];
        logits.CopyTo(MemoryMarshal.CreateSpan(ref matrix[0, 0], matrix.Length));
        new VideoPredictions(matrix, _model.Classes, _modelHash).Save(PredictionsPath(video));
    }
}
