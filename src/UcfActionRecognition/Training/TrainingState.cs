using System.Text.Json.Serialization;

namespace UcfActionRecognition;

/// <summary>Where a training stands between two steps, and what it gave so far. With model, optimizer and torch's generator it is all that a resume needs.</summary>
internal sealed record TrainingState
{
    /// <summary>What has to be the same for the training to go on: settings, seed and videos, by name.</summary>
    public required IReadOnlyDictionary<string, string> Run { get; init; }

    /// <summary>The batch size that was asked for; each process has it, so that all together make larger batches.</summary>
    public required int BatchSize { get; set; }

    /// <summary>Whole epochs done.</summary>
    public int Epoch { get; set; }

    /// <summary>Batches done of the epoch after them.</summary>
    public int Batch { get; set; }

    /// <summary>Steps done.</summary>
    public long Step { get; set; }

    /// <summary>Sums of the metrics over the epoch that is under way.</summary>
    public ClipSums Sums { get; set; } = new(0, 0, default);

    /// <summary>Videos of the epoch that is under way that could not be read.</summary>
    public IReadOnlyList<VideoFailure> Failures { get; set; } = [];

    /// <summary>Time of the steps of the epoch that is under way.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>The learning rate of the last step.</summary>
    public double LearningRate { get; set; }

    /// <summary>The epochs that are done.</summary>
    public IReadOnlyList<EpochResult> Epochs { get; set; } = [];

    /// <summary>The validations that are done.</summary>
    public IReadOnlyList<ValidationResult> Validations { get; set; } = [];

    /// <summary>Whether the last step is still to be validated.</summary>
    public bool ValidationPending { get; set; }

    /// <summary>The best validation so far.</summary>
    public ValidationResult? Best { get; set; }

    /// <summary>Validations since the best one.</summary>
    public int ValidationsSinceBest { get; set; }

    /// <summary>Whether the numbers can be those of a training.</summary>
    [JsonIgnore]
    public bool IsPossible =>
        BatchSize >= 1 && Epoch >= 0 && Batch >= 0 && Step >= 0 && ValidationsSinceBest >= 0 && Epochs.Count == Epoch && Sums.Weight >= 0
        && Elapsed >= TimeSpan.Zero && Epochs.All(epoch => epoch is not null) && Validations.All(validation => validation is not null)
        && Failures.All(failure => failure is not null);

    /// <summary>Closes the epoch that is under way.</summary>
    public void EndEpoch()
    {
        Epochs = [.. Epochs, EpochSoFar()];
        Epoch++;
        Batch = 0;
        Sums = new ClipSums(0, 0, default);
        Failures = [];
        Elapsed = TimeSpan.Zero;
    }

    /// <summary>The result of the epoch that is under way.</summary>
    public EpochResult EpochSoFar()
    {
        ClipMetrics metrics = new ClipMetricsSum(Sums).Mean;
        return new EpochResult(Epoch + 1, metrics, null, metrics.Accuracy.Top1.Total, Elapsed, Failures) { Step = Step, LearningRate = LearningRate };
    }

    /// <summary>Whether metrics are better than the best so far.</summary>
    public bool IsBetter(ClipMetrics metrics, MonitoredMetric monitor) =>
        Best is null || double.IsNaN(Value(Best.Metrics, monitor)) || Value(metrics, monitor) > Value(Best.Metrics, monitor);

    /// <summary>Takes a validation of the last step down.</summary>
    public void AddValidation(ClipMetrics metrics, MonitoredMetric monitor)
    {
        bool atEpochEnd = Batch == 0;
        var result = new ValidationResult(Step, atEpochEnd ? Epoch : Epoch + 1, metrics);
        Validations = [.. Validations, result];
        ValidationPending = false;
        if (atEpochEnd)
        {
            Epochs = [.. Epochs.SkipLast(1), Epochs[^1] with { Validation = metrics }];
        }

        bool better = IsBetter(metrics, monitor);
        Best = better ? result : Best;
        ValidationsSinceBest = better ? 0 : ValidationsSinceBest + 1;
    }

    /// <summary>The same without the unreadable videos of what is done.</summary>
    public TrainingState WithoutFailures() => this with
    {
        Failures = Named(Failures),
        Epochs = [.. Epochs.Select(epoch => epoch with { Failures = [], Validation = epoch.Validation is { } metrics ? metrics with { Failures = [] } : null })],
        Validations = [.. Validations.Select(validation => validation with { Metrics = validation.Metrics with { Failures = [] } })],
        Best = Best is null ? null : Best with { Metrics = Best.Metrics with { Failures = [] } },
    };

    /// <summary>The same with the names of unreadable videos alone.</summary>
    public TrainingState WithoutReasons() => this with
    {
        Failures = Named(Failures),
        Epochs = [.. Epochs.Select(epoch => epoch with { Failures = Named(epoch.Failures), Validation = Named(epoch.Validation) })],
        Validations = [.. Validations.Select(validation => validation with { Metrics = Named(validation.Metrics)! })],
        Best = Best is null ? null : Best with { Metrics = Named(Best.Metrics)! },
    };

    private static VideoFailure[] Named(IReadOnlyList<VideoFailure> failures) => [.. failures.Select(failure => failure with { Reason = "" })];

    private static ClipMetrics? Named(ClipMetrics? metrics) => metrics is null ? null : metrics with { Failures = Named(metrics.Failures) };

    // The more the better.
    private static double Value(ClipMetrics metrics, MonitoredMetric monitor) => monitor switch
    {
        MonitoredMetric.Top5 => metrics.Accuracy.Top5.Value,
        MonitoredMetric.Top10 => metrics.Accuracy.Top10.Value,
        MonitoredMetric.Loss => -metrics.Loss,
        _ => metrics.Accuracy.Top1.Value,
    };
}
