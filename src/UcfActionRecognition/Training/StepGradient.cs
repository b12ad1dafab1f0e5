using TorchSharp;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Gathers the gradient of one step from its batches, and what they gave.</summary>
/// <param name="model">In training mode.</param>
/// <param name="input">Makes its input.</param>
/// <param name="settings">How the loss is computed.</param>
/// <param name="batches">Batches of the step.</param>
/// <param name="videos">Videos of all of them together.</param>
internal sealed class StepGradient(ActionModel model, ModelInput input, LossSettings settings, int batches, int videos)
{
    private readonly List<VideoFailure> _failures = [];
    private readonly List<LabeledVideo> _videos = [];
    private int _batches;

    /// <summary>Metrics of the clips.</summary>
    public ClipMetricsSum Metrics { get; } = new();

    /// <summary>The videos that the clips are from.</summary>
    public IReadOnlyList<LabeledVideo> Videos => _videos;

    /// <summary>Videos that could not be read.</summary>
    public IReadOnlyList<VideoFailure> Failures => _failures;

    public int Batches => _batches;

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
            using Scalar share = (double)batch.Videos.Count / videos;
            loss.Loss.mul(share).backward();
        }

        Metrics.Add(loss);
        _videos.AddRange(batch.Videos);
        _failures.AddRange(batch.Failures);
        _batches++;
    }
}
