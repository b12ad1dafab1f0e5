using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Classifies a clip that goes through a network in parts, each part in all its crops: the average of its features is that of the parts' averages.</summary>
internal sealed class SequenceFeatures
{
    // By crop.
    private readonly Dictionary<int, (double[] Sum, long Positions)> _averages = [];

    /// <summary>Adds the next part.</summary>
    /// <param name="network">The network; in evaluation mode, without autograd.</param>
    /// <param name="input">The part's frames, <c>1 x 3 x T x H x W</c>.</param>
    /// <param name="part">Which positions are taken.</param>
    /// <param name="crop">The crop that the part is of.</param>
    /// <returns>Logits, <c>1 x classes</c>, with the last part; <see langword="null"/> before. They belong to the caller's dispose scope.</returns>
    public Tensor? Add(ResNet3D network, Tensor input, TimeChunk part, int crop)
    {
        using var scope = NewDisposeScope();
        Tensor average = network.AveragedFeatures(input, part.FirstPosition, part.Positions);
        double[] values = average.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        (double[] sum, long positions) = _averages.GetValueOrDefault(crop, (new double[values.Length], 0));
        for (int i = 0; i < values.Length; i++)
        {
            sum[i] += values[i] * part.Positions;
        }

        positions += part.Positions;
        if (!part.IsLast)
        {
            _averages[crop] = (sum, positions);
            return null;
        }

        double[] mean = Array.ConvertAll(sum, value => value / positions);
        _averages.Remove(crop);
        return network.LogitsOf(tensor(mean).unsqueeze(0).to(average.dtype).to(average.device)).MoveToOuterDisposeScope();
    }

    /// <summary>Forgets the parts of a clip that does not go on.</summary>
    public void Clear() => _averages.Clear();
}
