using System.Text.Json.Serialization;

namespace UcfActionRecognition;

/// <summary>Which optimizer a <see cref="Trainer"/> uses, and its settings: <see cref="AdamOptions"/>, <see cref="AdamWOptions"/> or <see cref="SgdOptions"/>.</summary>
[JsonDerivedType(typeof(AdamOptions), "adam")]
[JsonDerivedType(typeof(AdamWOptions), "adamw")]
[JsonDerivedType(typeof(SgdOptions), "sgd")]
public abstract record OptimizerOptions
{
    private protected OptimizerOptions()
    {
    }

    /// <summary>
    /// How strongly weights are pulled to zero, 0 or more. Biases and the scales and shifts of BatchNorms (all parameters of one dimension) are left alone.
    /// Default: 0, of AdamW 0.01.
    /// </summary>
    public double WeightDecay { get; init; }

    internal abstract Optimizer Create(IReadOnlyList<OptimizedParameter> parameters);

    internal virtual void Validate() => OptionCheck.IsNumberFrom(0, WeightDecay);
}
