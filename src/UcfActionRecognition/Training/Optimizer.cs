using TorchSharp;
using static TorchSharp.torch;

namespace UcfActionRecognition;

/// <summary>Moves parameters against their gradients, and remembers what it needs from step to step.</summary>
/// <remarks>
/// In place of TorchSharp's, which pass numbers to native code that nothing keeps alive meanwhile (see <see cref="Scalars"/>): a garbage
/// collection at the wrong moment would end the process or, worse, change a number. Here every number has an owner.
/// </remarks>
internal abstract class Optimizer(IReadOnlyList<OptimizedParameter> parameters) : IDisposable
{
    /// <summary>Steps done.</summary>
    public long Steps { get; set; }

    /// <summary>What it remembers, by name: <c>fc.weight.mean</c>. The tensors are its own; writing into them restores a state.</summary>
    public abstract IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Forgets the gradients of the last step.</summary>
    public void ZeroGrad()
    {
        foreach (OptimizedParameter parameter in parameters)
        {
            parameter.Parameter.grad = null;
        }
    }

    /// <summary>Moves every parameter that has a gradient.</summary>
    /// <param name="learningRate">The learning rate, before each parameter's own factor.</param>
    /// <param name="gradientScale">What the gradients are multiplied by.</param>
    public void Step(double learningRate, double gradientScale = 1)
    {
        Steps++;
        using IDisposable mode = no_grad();
        for (int i = 0; i < parameters.Count; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            if (parameters[i].Parameter.grad is { } gradient)
            {
                Move(i, gradient, learningRate * parameters[i].LearningRateFactor, gradientScale);
            }
        }

        GC.KeepAlive(this);
    }

    /// <summary>The norm of all gradients as one vector (Pascanu, Mikolov and Bengio, "On the difficulty of training recurrent neural networks", 2013).</summary>
    public double GradientNorm()
    {
        using IDisposable mode = no_grad();
        double squares = 0;
        foreach (OptimizedParameter parameter in parameters)
        {
            using DisposeScope scope = NewDisposeScope();
            if (parameter.Parameter.grad is { } gradient)
            {
                double norm = linalg.vector_norm(gradient, 2).item<float>();
                squares += norm * norm;
            }
        }

        return Math.Sqrt(squares);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in State.Values)
        {
            tensor.Dispose();
        }
    }

    /// <summary>Moves one parameter.</summary>
    private protected abstract void Move(int index, Tensor gradient, double learningRate, double gradientScale);

    /// <summary>One tensor of zeros for each parameter.</summary>
    private protected static Tensor[] Zeros(IReadOnlyList<OptimizedParameter> parameters) =>
        [.. parameters.Select(parameter => zeros_like(parameter.Parameter, requires_grad: false).DetachFromDisposeScope())];

    /// <summary>Names tensors after their parameters.</summary>
    private protected static IEnumerable<KeyValuePair<string, Tensor>> Named(IReadOnlyList<OptimizedParameter> parameters, Tensor[] tensors, string what) =>
        parameters.Zip(tensors, (parameter, tensor) => KeyValuePair.Create($"{parameter.Name}.{what}", tensor));

    /// <summary>The gradient with its scale and, where that goes through it, the weight decay; itself where there is nothing to do.</summary>
    private protected static Tensor Adjusted(Tensor gradient, Tensor weight, double scale, double decay)
    {
        using Scalar scaleNumber = scale;
        using Scalar decayNumber = decay;
        Tensor scaled = scale == 1 ? gradient : gradient.mul(scaleNumber);
        return decay == 0 ? scaled : scaled.add(weight, decayNumber);
    }
}
