using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Sends the clips of videos through a model and gathers what comes of it.</summary>
internal sealed class ClipScoring : IDisposable
{
    private readonly ActionModel _model;
    private readonly ModelInput _input;
    private readonly PredictionsFolder? _predictions;
    private readonly List<VideoScore> _scores = [];
    private readonly List<VideoFailure> _failures = [];
    private readonly List<LabeledVideo> _unreadable = [];
    private readonly List<float> _logits = [];
    private readonly SequenceFeatures _sequence = new();
    private TopKAccuracy _clipAccuracy;

    public ClipScoring(ActionModel model, PredictionsFolder? predictions)
    {
        _model = model;
        _input = new ModelInput(model);
        _predictions = predictions;
    }

    public int VideosDone => _scores.Count + _failures.Count;

    public long Frames { get; private set; }

    /// <summary>Accuracy over the videos done; those that could not be read are wrong.</summary>
    public TopKAccuracy VideoAccuracy { get; private set; }

    public void Add(ClipChunk chunk)
    {
        if (chunk.Error is { } error)
        {
            _failures.Add(new VideoFailure(chunk.Video.Name, error.Message));
            _unreadable.Add(chunk.Video);
            _logits.Clear();
            _sequence.Clear();
            VideoAccuracy = VideoAccuracy.With(int.MaxValue);
            _predictions?.Delete(chunk.Video);
            return;
        }

        AppendLogits(chunk.Group!, chunk.Rgb);
        if (chunk.IsLast)
        {
            Finish(chunk.Video);
        }
    }

    public EvaluationResult Result(TimeSpan elapsed)
    {
        var report = ClassificationReport.Create(_model.Classes, _scores, _unreadable);
        return new EvaluationResult(report, _clipAccuracy, _scores, _failures, Frames, elapsed);
    }

    public void Dispose() => _input.Dispose();

    private void AppendLogits(ClipGroup group, byte[] rgb)
    {
        FrameSize size = _model.Input.Size;
        using (no_grad())
        using (NewDisposeScope())
        {
            Tensor frames = empty([group.Clips.Count, 1, group.FramesPerClip, size.Height, size.Width, 3], dtype: ScalarType.Byte);
            rgb.AsSpan(0, checked((int)frames.numel())).CopyTo(frames.bytes);
            Tensor input = _input.Prepare(frames);
            Tensor? logits = group.Part is { } part
                ? _sequence.Add((ResNet3D)_model, input, part)
                : _model.forward(input);
            if (logits is not null)
            {
                using Tensor host = logits.cpu().to(ScalarType.Float32).contiguous();
                _logits.AddRange(MemoryMarshal.Cast<byte, float>(host.bytes));
            }
        }

        Frames += group.Frames;
    }

    private void Finish(LabeledVideo video)
    {
        int classes = _model.Classes.Count;
        int rows = _logits.Count / classes;
        Span<float> logits = CollectionsMarshal.AsSpan(_logits);
        var mean = new double[classes];
        for (int row = 0; row < rows; row++)
        {
            Span<float> clip = logits.Slice(row * classes, classes);
            Scores.AddLogSoftmax(clip, mean);
            _clipAccuracy = _clipAccuracy.With(Scores.Rank<float>(clip, video.Label));
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
        _predictions?.Save(video, logits);
        _logits.Clear();
    }
}
