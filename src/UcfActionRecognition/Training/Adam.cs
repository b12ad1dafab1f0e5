using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>
/// Adam (Kingma and Ba, "Adam: a method for stochastic optimization", 2015) with PyTorch's defaults: betas 0.9 and 0.999, epsilon 1e-8.
/// </summary>
/// <remarks>
/// In place of TorchSharp's, which passes numbers to native code that nothing keeps alive meanwhile (see <see cref="Scalars"/>): a garbage
/// collection at the wrong moment would end the process or, worse, change a number. Here every number has an owner.
/// </remarks>
internal sealed class Adam : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    private readonly Parameter[] _parameters;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly double _learningRate;
    private readonly Scalar _beta1 = Beta1;
    private readonly Scalar _beta2 = Beta2;
    private readonly Scalar _oneMinusBeta1 = 1 - Beta1;
    private readonly Scalar _oneMinusBeta2 = 1 - Beta2;
    private readonly Scalar _epsilon = Epsilon;
    private int _step;

    public Adam(IEnumerable<Parameter> parameters, double learningRate)
    {
        _parameters = [.. parameters];
        _learningRate = learningRate;
        _means = Array.ConvertAll(_parameters, parameter => zeros_like(parameter, requires_grad: false).DetachFromDisposeScope());
        _squares = Array.ConvertAll(_parameters, parameter => zeros_like(parameter, requires_grad: false).DetachFromDisposeScope());
    }

    /// <summary>Forgets the gradients of the last step.</summary>
    public void ZeroGrad()
    {
        foreach (Parameter parameter in _parameters)
        {
            parameter.grad = null;
        }
    }

    /// <summary>Moves every parameter that has a gradient.</summary>
    public void Step()
    {
        _step++;
        using IDisposable mode = no_grad();
        double moved = -_learningRate / (1 - Math.Pow(Beta1, _step));
        double corrected = Math.Sqrt(1 - Math.Pow(Beta2, _step));
        var kernel = new AdamKernel(
            (float)Beta1, (float)(1 - Beta1), (float)Beta2, (float)(1 - Beta2), (float)Epsilon, (float)moved, (float)corrected);
        using Scalar move = moved;
        using Scalar correction = corrected;
        for (int i = 0; i < _parameters.Length; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            if (_parameters[i].grad is not { } gradient)
            {
                continue;
            }

            if (AdamKernel.CanTake(_parameters[i], gradient))
            {
                kernel.Apply(_parameters[i], gradient, _means[i], _squares[i]);
                continue;
            }

            _means[i].mul_(_beta1).add_(gradient, _oneMinusBeta1);
            _squares[i].mul_(_beta2).addcmul_(gradient, gradient, _oneMinusBeta2);
            Tensor root = _squares[i].sqrt().div_(correction).add_(_epsilon, Scalars.One);
            _parameters[i].addcdiv_(_means[i], root, move);
        }

        GC.KeepAlive(this);
    }

    public void Dispose()
    {
        foreach (IDisposable owned in (IEnumerable<IDisposable>)[.. _means, .. _squares, _beta1, _beta2, _oneMinusBeta1, _oneMinusBeta2, _epsilon])
        {
            owned.Dispose();
        }
    }
}
