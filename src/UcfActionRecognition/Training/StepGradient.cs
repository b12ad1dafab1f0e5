using TorchSharp;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Gathers the gradient of one step from its batches, and what they gave.</summary>
/// <param name="model">In training mode.</param>
/// <param name="input">Makes its input.</param>
/// <param name="settings">How the loss is computed.</param>
/// <param name="batches">Batches of the step.</param>
/// <param name="classWeights">The weights in <paramref name="settings"/>, for the sums.</param>
internal sealed class StepGradient(ActionModel model, ModelInput input, LossSettings settings, int batches, IReadOnlyList<double>? classWeights)
{
    private readonly List<VideoFailure> _failures = [];
    private readonly List<LabeledVideo> _videos = [];
    private int _batches;
    private double _weight;

    /// <summary>Metrics of the clips.</summary>
    public ClipMetricsSum Metrics { get; } = new();

    /// <summary>The videos that the clips are from.</summary>
    public IReadOnlyList<LabeledVideo> Videos => _videos;

    /// <summary>Videos that could not be read.</summary>
    public IReadOnlyList<VideoFailure> Failures => _failures;

    public int Batches => _batches;

    /// <summary>
    /// What the gathered gradients are multiplied by to be those of the mean over all clips: each batch's come in with its clips' weight, and how much
    /// that is together is known at the end.
    /// </summary>
    public double Scale => batches == 1 ? 1 : 1 / _weight;

    public bool IsComplete => _batches == batches;

    /// <summary>Adds a batch's gradient to that of the parameters.</summary>
    public void Add(ClipBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        ClipLoss loss = ClipLoss.Compute(model, input, batch, settings);
        if (batches == 1)
        {
            loss.Loss.backward();
        }
        else
        {
            double weight = loss.Labels.Sum(label => classWeights?[(int)label] ?? 1);
            using Scalar factor = weight;
            loss.Loss.mul(factor).backward();
            _weight += weight;
        }

        Metrics.Add(loss);
        _videos.AddRange(batch.Videos);
        _failures.AddRange(batch.Failures);
        _batches++;
    }
}
