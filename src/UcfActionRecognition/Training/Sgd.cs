using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Stochastic gradient descent with momentum; see <see cref="SgdOptions"/>.</summary>
internal sealed class Sgd : Optimizer
{
    private readonly IReadOnlyList<OptimizedParameter> _parameters;
    private readonly double _momentum;
    private readonly double _weightDecay;
    private readonly Tensor[] _velocities;

    public Sgd(IReadOnlyList<OptimizedParameter> parameters, double momentum, double weightDecay)
        : base(parameters)
    {
        (_parameters, _momentum, _weightDecay) = (parameters, momentum, weightDecay);
        _velocities = Zeros(parameters);
        State = new Dictionary<string, Tensor>(Named(parameters, _velocities, "velocity"));
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    private protected override void Move(int index, Tensor gradient, double learningRate, double gradientScale)
    {
        Parameter parameter = _parameters[index].Parameter;
        double decay = _parameters[index].Decays ? _weightDecay : 0;
        using Scalar momentum = _momentum, move = -learningRate;
        _velocities[index].mul_(momentum).add_(Adjusted(gradient, parameter, gradientScale, decay), Scalars.One);
        parameter.add_(_velocities[index], move);
    }
}
