namespace UcfActionRecognition;

/// <summary>The result of <see cref="ScoreFusion.FindWeight"/>.</summary>
/// <param name="Weight">The best weight of the first model, 0 to 1; the second's is the rest to 1. Of equally good ones the closest to one half.</param>
/// <param name="Curve">The accuracy by weight, from 0 to 1 in equal steps.</param>
public sealed record FusionWeightSearch(double Weight, IReadOnlyList<FusionWeightPoint> Curve)
{
    /// <summary>The rule that the weight is for.</summary>
    public FusionRule Rule { get; init; }

    /// <summary>The weights of both models.</summary>
    public IReadOnlyList<double> Weights => [Weight, 1 - Weight];

    /// <summary>The groups that the weight was searched on; nothing of them may be scored with it.</summary>
    internal IReadOnlySet<string> Groups { get; init; } = new HashSet<string>();

    /// <summary>The hashes of the models that the weight is for.</summary>
    internal IReadOnlyList<string> ModelHashes { get; init; } = [];
}
