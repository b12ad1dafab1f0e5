namespace UcfActionRecognition;

/// <summary>What <see cref="ClipMetricsSum"/> has added up.</summary>
/// <param name="Loss">The clips' losses together, each with its weight.</param>
/// <param name="Weight">The weights together.</param>
/// <param name="Accuracy">Right and all predictions.</param>
/// <param name="Unit">What is predicted, as in <see cref="MetricNames"/>.</param>
internal sealed record ClipSums(double Loss, double Weight, TopKAccuracy Accuracy, string Unit = MetricNames.Clip)
{
    /// <summary>Numbers of <see cref="ToTerms"/>.</summary>
    public const int Terms = 8;

    /// <summary>The sums one after another, to be added to those of other processes.</summary>
    public double[] ToTerms() =>
    [
        Loss, Weight, Accuracy.Top1.Correct, Accuracy.Top1.Total, Accuracy.Top5.Correct, Accuracy.Top5.Total, Accuracy.Top10.Correct, Accuracy.Top10.Total,
    ];

    /// <summary>The sums that others were added to.</summary>
    public static ClipSums FromTerms(ReadOnlySpan<double> terms, string unit) => new(
        terms[0], terms[1],
        new TopKAccuracy(
            new Accuracy((long)terms[2], (long)terms[3]), new Accuracy((long)terms[4], (long)terms[5]), new Accuracy((long)terms[6], (long)terms[7])),
        unit);
}
