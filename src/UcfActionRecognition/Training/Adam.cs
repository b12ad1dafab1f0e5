using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Adam and AdamW; see <see cref="AdamOptions"/> and <see cref="AdamWOptions"/>.</summary>
internal sealed class Adam : Optimizer
{
    private readonly IReadOnlyList<OptimizedParameter> _parameters;
    private readonly double _beta1;
    private readonly double _beta2;
    private readonly double _epsilon;
    private readonly double _weightDecay;
    private readonly bool _decoupled;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;

    /// <param name="parameters">What is moved.</param>
    /// <param name="beta1">Decay of the average of the gradients.</param>
    /// <param name="beta2">Decay of the average of their squares.</param>
    /// <param name="epsilon">Added to the root of the squares.</param>
    /// <param name="weightDecay">How strongly weights are pulled to zero.</param>
    /// <param name="decoupled">Whether the decay is AdamW's, beside the averages, or Adam's, through them.</param>
    public Adam(IReadOnlyList<OptimizedParameter> parameters, double beta1, double beta2, double epsilon, double weightDecay, bool decoupled)
        : base(parameters)
    {
        (_parameters, _beta1, _beta2, _epsilon, _weightDecay, _decoupled) = (parameters, beta1, beta2, epsilon, weightDecay, decoupled);
        _means = Zeros(parameters);
        _squares = Zeros(parameters);
        State = new Dictionary<string, Tensor>([.. Named(parameters, _means, "mean"), .. Named(parameters, _squares, "square")]);
    }

    public override IReadOnlyDictionary<string, Tensor> State { get; }

    private protected override void Move(int index, Tensor gradient, double learningRate, double gradientScale)
    {
        Parameter parameter = _parameters[index].Parameter;
        double decay = _parameters[index].Decays ? _weightDecay : 0;
        double move = -learningRate / (1 - Math.Pow(_beta1, Steps));
        double correction = Math.Sqrt(1 - Math.Pow(_beta2, Steps));
        if (AdamKernel.CanTake(parameter, gradient))
        {
            var kernel = new AdamKernel(
                (float)_beta1, (float)(1 - _beta1), (float)_beta2, (float)(1 - _beta2), (float)_epsilon, (float)move, (float)correction,
                (float)gradientScale, (float)(_decoupled ? 0 : decay), (float)(_decoupled ? 1 - (learningRate * decay) : 1));
            kernel.Apply(parameter, gradient, _means[index], _squares[index]);
            return;
        }

        Tensor slope = Adjusted(gradient, parameter, gradientScale, _decoupled ? 0 : decay);
        using Scalar beta1 = _beta1, beta2 = _beta2, mean = 1 - _beta1, square = 1 - _beta2, epsilon = _epsilon;
        using Scalar moveNumber = move, correctionNumber = correction, keep = 1 - (learningRate * decay);
        if (_decoupled && decay != 0)
        {
            parameter.mul_(keep);
        }

        _means[index].mul_(beta1).add_(slope, mean);
        _squares[index].mul_(beta2).addcmul_(slope, slope, square);
        Tensor root = _squares[index].sqrt().div_(correctionNumber).add_(epsilon, Scalars.One);
        parameter.addcdiv_(_means[index], root, moveNumber);
    }
}
