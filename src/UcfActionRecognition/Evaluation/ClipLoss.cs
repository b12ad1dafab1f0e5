using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>The logits and the loss of one batch.</summary>
/// <param name="Loss">Mean cross entropy over the clips, a scalar tensor.</param>
/// <param name="Logits">Logits, <c>clips x classes</c>.</param>
/// <param name="Labels">The clips' labels; a video's label stands once for each of its clips.</param>
/// <param name="Weight">The clips' weights together: without class weights, their number.</param>
/// <param name="Unit">What a clip is: a frame or a clip, as in <see cref="MetricNames"/>.</param>
internal readonly record struct ClipLoss(Tensor Loss, Tensor Logits, long[] Labels, double Weight, string Unit)
{
    /// <summary>Runs the model. The tensors belong to the caller's dispose scope.</summary>
    public static ClipLoss Compute(ActionModel model, ModelInput input, ClipBatch batch, LossSettings settings = default)
    {
        Tensor logits = model.LogitsOf(input, batch.Frames);
        int videos = batch.Videos.Count;
        if (settings.AverageViews)
        {
            logits = logits.view(videos, logits.shape[0] / videos, model.Classes.Count).mean([1]);
        }

        Tensor labels = batch.Labels.repeat_interleave(logits.shape[0] / videos);
        Tensor targets = labels.to(logits.device);
        Tensor loss = nn.functional.cross_entropy(logits, targets, weight: settings.ClassWeights, label_smoothing: settings.LabelSmoothing);
        double weight = settings.ClassWeights is { } weights ? weights.index_select(0, targets).to(ScalarType.Float64).sum().item<double>() : logits.shape[0];
        return new ClipLoss(loss, logits, [.. labels.data<long>()], weight, MetricNames.UnitOf(model));
    }
}
