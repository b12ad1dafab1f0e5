using System.Globalization;
using System.Text.RegularExpressions;

namespace UcfActionRecognition.Benchmarks;

/// <summary>
/// Floating-point operations of a ResNet of bottlenecks that is trained in its last block: two for each multiplication and addition of the
/// convolutions and the classifier, from their shapes. BatchNorms, ReLUs and the optimizer are not counted.
/// </summary>
internal sealed partial class NetworkCost
{
    private readonly bool _clips;
    private readonly FrameSize _size;
    private readonly (string Name, long Weights, bool Trained)[] _layers;

    public NetworkCost(ResNet model)
    {
        _clips = model is ResNet3D;
        _size = model.Input.Size;

        // Of matrices and convolutions: BatchNorms and biases have one dimension.
        _layers = [.. model.named_parameters().Where(entry => entry.parameter.dim() > 1)
            .Select(entry => (entry.name, entry.parameter.numel(), entry.parameter.requires_grad))];
    }

    /// <summary>One clip forward.</summary>
    public double Forward(int frames) => _layers.Sum(layer => Operations(layer, frames));

    /// <summary>
    /// One clip forward, and backward through what is trained: as much again for the gradients of the weights, and for those of the input wherever
    /// something trained comes before.
    /// </summary>
    public double Training(int frames) => Forward(frames)
        + _layers.Where(layer => layer.Trained).Sum(layer => Operations(layer, frames) * (ReadsFrozenLayers(layer.Name) ? 1 : 2));

    private static bool ReadsFrozenLayers(string name) => Place().Match(name).Groups["part"].Value is "conv1" or "downsample";

    private double Operations((string Name, long Weights, bool Trained) layer, int frames) => 2.0 * layer.Weights * Positions(layer.Name, frames);

    // Positions of a layer's output.
    private double Positions(string name, int frames)
    {
        if (name == "fc.weight")
        {
            return 1;
        }

        if (name == "conv1.weight")
        {
            return (double)frames * Half(_size.Height) * Half(_size.Width);
        }

        Match place = Place().Match(name);
        int stage = int.Parse(place.Groups["stage"].Value, CultureInfo.InvariantCulture);

        // The stride is in the block's second convolution: its first still has the stage before.
        bool before = place.Groups["block"].Value == "0" && place.Groups["part"].Value == "conv1";
        int halvings = Math.Max(before ? stage - 1 : stage, 1);
        return (double)(_clips ? Half(frames, halvings) : frames) * Half(_size.Height, halvings + 1) * Half(_size.Width, halvings + 1);
    }

    private static int Half(int length, int times = 1) => times == 0 ? length : Half((length + 1) / 2, times - 1);

    [GeneratedRegex(@"^layer(?<stage>\d)\.(?<block>\d+)\.(?<part>conv\d|downsample)")]
    private static partial Regex Place();
}
