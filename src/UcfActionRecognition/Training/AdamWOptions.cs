namespace UcfActionRecognition;

/// <summary>
/// AdamW (Loshchilov and Hutter, "Decoupled weight decay regularization", 2019), with PyTorch's defaults: Adam whose weight decay does not go through the
/// gradient's averages.
/// </summary>
public sealed record AdamWOptions : OptimizerOptions
{
    /// <summary>Creates the options with a weight decay of 0.01.</summary>
    public AdamWOptions() => WeightDecay = 0.01;

    /// <inheritdoc cref="AdamOptions.Beta1"/>
    public double Beta1 { get; init; } = 0.9;

    /// <inheritdoc cref="AdamOptions.Beta2"/>
    public double Beta2 { get; init; } = 0.999;

    /// <inheritdoc cref="AdamOptions.Epsilon"/>
    public double Epsilon { get; init; } = 1e-8;

    internal override Optimizer Create(IReadOnlyList<OptimizedParameter> parameters) => new Adam(parameters, Beta1, Beta2, Epsilon, WeightDecay, decoupled: true);

    internal override void Validate()
    {
        base.Validate();
        AdamOptions.ValidateMoments(Beta1, Beta2, Epsilon);
    }
}
