using TorchSharp;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Gathers the gradient of one step from its batches, and what they gave.</summary>
/// <param name="model">In training mode.</param>
/// <param name="input">Makes its input.</param>
/// <param name="settings">How the loss is computed.</param>
/// <param name="batches">Batches of the step.</param>
/// <param name="ranks">The processes, each of which has a part of every batch.</param>
internal sealed class StepGradient(ActionModel model, ModelInput input, LossSettings settings, int batches, Ranks ranks)
{
    private readonly List<VideoFailure> _failures = [];
    private readonly List<LabeledVideo> _videos = [];
    private readonly bool _isOneMean = batches == 1 && ranks.IsAlone;
    private int _batches;

    /// <summary>Metrics of the clips.</summary>
    public ClipMetricsSum Metrics { get; private set; } = new() { Unit = MetricNames.UnitOf(model) };

    /// <summary>The videos that this process's clips are from.</summary>
    public IReadOnlyList<LabeledVideo> Videos => _videos;

    /// <summary>Videos that could not be read.</summary>
    public IReadOnlyList<VideoFailure> Failures { get; private set; } = [];

    public int Batches => _batches;

    /// <summary>
    /// What the gathered gradients are multiplied by to be those of the mean over all clips: each batch's come in with its clips' weight, and how much
    /// that is together is known at the end.
    /// </summary>
    public double Scale => _isOneMean ? 1 : 1 / Metrics.Sums.Weight;

    public bool IsComplete => _batches == batches;

    /// <summary>Adds a batch's gradient to that of the parameters.</summary>
    public void Add(ClipBatch batch)
    {
        _batches++;
        _failures.AddRange(batch.Failures);
        if (batch.Videos.Count == 0)
        {
            // There are fewer videos than processes.
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        ClipLoss loss = ClipLoss.Compute(model, input, batch, settings);
        if (_isOneMean)
        {
            loss.Loss.backward();
        }
        else
        {
            using Scalar weight = loss.Weight;
            loss.Loss.mul(weight).backward();
        }

        Metrics.Add(loss);
        _videos.AddRange(batch.Videos);
    }

    /// <summary>Adds what the batches gave in the other processes, but for the gradient.</summary>
    public void Meet()
    {
        double[] sums = [.. Metrics.Sums.ToTerms(), _failures.Count];
        ranks.Meet(sums: sums);
        Metrics = new ClipMetricsSum(ClipSums.FromTerms(sums, Metrics.Unit));
        Failures = sums[ClipSums.Terms] == 0 ? [] : ranks.Gather(_failures);
    }
}
