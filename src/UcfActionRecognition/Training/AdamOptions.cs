namespace UcfActionRecognition;

/// <summary>
/// Adam (Kingma and Ba, "Adam: a method for stochastic optimization", 2015), with PyTorch's defaults. Weight decay is added to the gradient.
/// </summary>
public sealed record AdamOptions : OptimizerOptions
{
    /// <summary>Decay of the average of the gradients, 0 to below 1. Default: 0.9.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>Decay of the average of their squares, 0 to below 1. Default: 0.999.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the squares, above 0. Default: 1e-8.</summary>
    public double Epsilon { get; init; } = 1e-8;

    internal override Optimizer Create(IReadOnlyList<OptimizedParameter> parameters) => new Adam(parameters, Beta1, Beta2, Epsilon, WeightDecay, decoupled: false);

    internal override void Validate()
    {
        base.Validate();
        ValidateMoments(Beta1, Beta2, Epsilon);
    }

    internal static void ValidateMoments(double beta1, double beta2, double epsilon)
    {
        OptionCheck.IsBelowOne(beta1, nameof(Beta1));
        OptionCheck.IsBelowOne(beta2, nameof(Beta2));
        OptionCheck.IsNumberAbove(0, epsilon, nameof(Epsilon));
    }
}
