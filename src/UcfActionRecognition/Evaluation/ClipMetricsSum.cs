namespace UcfActionRecognition;

/// <summary>Adds the metrics of batches up, each clip with its weight.</summary>
internal sealed class ClipMetricsSum
{
    private readonly List<VideoFailure> _failures = [];
    private double _loss;
    private double _weight;
    private TopKAccuracy _accuracy;

    /// <summary>Begins at nothing.</summary>
    public ClipMetricsSum()
    {
    }

    /// <summary>Goes on from earlier sums.</summary>
    public ClipMetricsSum(ClipSums sums) => (_loss, _weight, _accuracy, Unit) = sums;

    /// <summary>The sums, without the videos that could not be read.</summary>
    public ClipSums Sums => new(_loss, _weight, _accuracy, Unit);

    /// <summary>What is predicted, as in <see cref="MetricNames"/>; batches say so, too.</summary>
    public string Unit { get; set; } = MetricNames.Clip;

    /// <summary>Videos that could not be read.</summary>
    public IReadOnlyList<VideoFailure> Failures => _failures;

    public ClipMetrics Mean => new(_loss / _weight, _accuracy) { Failures = _failures.Count == 0 ? [] : [.. _failures], Unit = Unit };

    /// <summary>Counts videos that could not be read as wrong.</summary>
    public void AddUnreadable(IEnumerable<VideoFailure> failures)
    {
        foreach (VideoFailure failure in failures)
        {
            _failures.Add(failure);
            _accuracy = _accuracy.With(int.MaxValue);
        }
    }

    /// <summary>Adds what another one added up.</summary>
    public void Add(ClipMetricsSum other)
    {
        _failures.AddRange(other._failures);
        _loss += other._loss;
        _weight += other._weight;
        _accuracy = _accuracy.With(other._accuracy);
        Unit = other.Unit;
    }

    public void Add(ClipLoss batch)
    {
        Unit = batch.Unit;
        _weight += batch.Weight;
        _loss += batch.Loss.item<float>() * batch.Weight;
        float[] logits = [.. batch.Logits.detach().cpu().to(TorchSharp.torch.ScalarType.Float32).contiguous().data<float>()];
        int classes = logits.Length / batch.Labels.Length;
        for (int row = 0; row < batch.Labels.Length; row++)
        {
            _accuracy = _accuracy.With(Scores.Rank<float>(logits.AsSpan(row * classes, classes), (int)batch.Labels[row]));
        }
    }
}
