namespace UcfActionRecognition;

/// <summary>Adds the metrics of batches up, each clip with the same weight.</summary>
internal sealed class ClipMetricsSum
{
    private double _loss;
    private TopKAccuracy _accuracy;

    public ClipMetrics Mean => new(_loss / _accuracy.Top1.Total, _accuracy);

    public void Add(ClipLoss batch)
    {
        _loss += batch.Loss.item<float>() * (double)batch.Labels.Length;
        float[] logits = [.. batch.Logits.detach().cpu().to(TorchSharp.torch.ScalarType.Float32).contiguous().data<float>()];
        int classes = logits.Length / batch.Labels.Length;
        for (int row = 0; row < batch.Labels.Length; row++)
        {
            _accuracy = _accuracy.With(Scores.Rank<float>(logits.AsSpan(row * classes, classes), (int)batch.Labels[row]));
        }
    }
}
