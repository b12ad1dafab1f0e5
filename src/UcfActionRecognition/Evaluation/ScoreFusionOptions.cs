namespace UcfActionRecognition;

/// <summary>How <see cref="ScoreFusion"/> combines predictions.</summary>
public sealed record ScoreFusionOptions
{
    /// <summary>The name of the combination, for reports. Default: <c>combined</c>.</summary>
    public string Name { get; init; } = "combined";

    /// <summary>What is averaged. Default: log-probabilities.</summary>
    public FusionRule Rule { get; init; } = FusionRule.LogProbabilities;

    /// <summary>
    /// A weight for each set, finite and not negative, with a sum above 0; they are divided by their sum. By default
    /// (<see langword="null"/>) all are equal.
    /// </summary>
    public IReadOnlyList<double>? Weights { get; init; }

    /// <summary>
    /// The weights that <see cref="ScoreFusion.FindWeight"/> found for these two models, in place of <see cref="Weights"/>; refused where it was searched
    /// on groups that are now scored, for other models or by another <see cref="Rule"/>. Default: <see langword="null"/>.
    /// </summary>
    public FusionWeightSearch? Search { get; init; }
}
