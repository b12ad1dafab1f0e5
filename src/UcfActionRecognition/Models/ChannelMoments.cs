using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Mean and variance of a batch's activations, channel by channel, from its parts. The result does not depend on the number of threads.</summary>
/// <param name="channels">The number of channels.</param>
internal sealed class ChannelMoments(int channels)
{
    private readonly double[] _sums = new double[channels];
    private readonly double[] _squares = new double[channels];

    // Taken off every number first, or much would cancel out where a channel is far from 0. Something near the mean does.
    private readonly float[] _origin = new float[channels];

    private double[] _pieces = [];

    /// <summary>Numbers of each channel so far.</summary>
    public long Count { get; private set; }

    /// <summary>Adds a part.</summary>
    /// <exception cref="ArgumentException">The values are not channels-last in memory.</exception>
    public void Add(Tensor values)
    {
        var rows = ChannelRows.Of(values);
        if (Count == 0)
        {
            rows.AverageSome(_origin);
        }

        if (_pieces.Length < rows.Pieces * 2 * channels)
        {
            _pieces = new double[rows.Pieces * 2 * channels];
        }

        rows.Sum(_origin, _pieces);
        GC.KeepAlive(values);
        for (int piece = 0; piece < rows.Pieces; piece++)
        {
            for (int channel = 0; channel < channels; channel++)
            {
                _sums[channel] += _pieces[(piece * 2 * channels) + channel];
                _squares[channel] += _pieces[(((piece * 2) + 1) * channels) + channel];
            }
        }

        Count += values.numel() / channels;
    }

    /// <summary>A channel's mean and its variance over <see cref="Count"/> (the biased one).</summary>
    public (double Mean, double Variance) Of(int channel)
    {
        double mean = _sums[channel] / Count;
        return (_origin[channel] + mean, Math.Max((_squares[channel] / Count) - (mean * mean), 0));
    }
}
