namespace UcfActionRecognition;

/// <summary>
/// Stochastic gradient descent with momentum, as PyTorch has it: <c>v = momentum * v + gradient + WeightDecay * weight</c>, <c>weight -= learning rate * v</c>.
/// </summary>
public sealed record SgdOptions : OptimizerOptions
{
    /// <summary>Share of the last step's direction that is kept, 0 to below 1. Default: 0.9.</summary>
    public double Momentum { get; init; } = 0.9;

    internal override Optimizer Create(IReadOnlyList<OptimizedParameter> parameters) => new Sgd(parameters, Momentum, WeightDecay);

    internal override void Validate()
    {
        base.Validate();
        OptionCheck.IsBelowOne(Momentum);
    }
}
