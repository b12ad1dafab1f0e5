using System.Globalization;

namespace UcfActionRecognition;

/// <summary>
/// How what reaches a network's first BatchNorm compares in scale with what its weights were trained on, which the BatchNorm's running
/// statistics tell. It tells 0..255 from 0..1 and a standard deviation that was left out, which nothing else than bad results would. It
/// does not tell what leaves the scale as it is: a mean that is not subtracted, blue for red, a factor of 2.
/// </summary>
/// <param name="Scale">
/// Standard deviation seen over that expected, the median over the channels: 1 where the normalisation is that of the weights, give or
/// take what the videos differ in. Not a number where a value or a statistic is none.
/// </param>
/// <param name="Shift">Distance of the mean seen from that expected, in standard deviations expected, the median over the channels.</param>
/// <param name="Videos">Videos that were looked at.</param>
/// <param name="Normalization">The normalisation that was checked.</param>
/// <param name="BatchNorm">What the model's BatchNorms do in training mode.</param>
public sealed record InputCheck(double Scale, double Shift, int Videos, Normalization Normalization, BatchNormMode BatchNorm)
{
    // Wide, as other videos have another contrast; the errors that this is for are of 4 and more.
    private const double Tolerance = 3;

    /// <summary>Whether the input is about what the weights were trained on: the scale within 1/3 to 3, the shift up to 3.</summary>
    public bool FitsWeights => Scale is >= 1 / Tolerance and <= Tolerance && Shift <= Tolerance;

    /// <summary>One line: what was found and, where it does not fit, what to do.</summary>
    public override string ToString() => FitsWeights
        ? $"The input fits the weights: its scale is {Number(Scale)} of what they were trained on ({Videos} videos)."
        : $"The input does not fit the weights: {Found} ({Videos} videos; {Normalization}). {Advice}";

    private string Found => Scale switch
    {
        double.NaN => "it, or the statistics of their first BatchNorm, are no numbers",
        0 => "it is the same everywhere",
        >= 1 => $"it is {Number(Scale)} times larger than what they were trained on, and {Number(Shift)} standard deviations off",
        _ => $"it is {Number(1 / Scale)} times smaller than what they were trained on, and {Number(Shift)} standard deviations off",
    };

    private string Advice => BatchNorm == BatchNormMode.Train && Scale > 0
        ? "Training makes up for it, as all BatchNorms re-estimate their statistics (BatchNormMode.Train)."
        : "Take the normalisation of the weights, or have all BatchNorms re-estimate their statistics (BatchNormMode.Train).";

    private static string Number(double value) => value.ToString(value < 10 ? "0.00" : "0", CultureInfo.InvariantCulture);
}
