using System.Globalization;

namespace UcfActionRecognition;

/// <summary>
/// How what reaches a network's first BatchNorm compares with what its weights were trained on, which the BatchNorm's running
/// statistics tell: a wrong normalisation (0..255 for 0..1, a mean that is not subtracted) shows here, and nowhere else than in bad results.
/// </summary>
/// <param name="Scale">
/// Standard deviation seen over that expected, the median over the channels: 1 where the normalisation is that of the weights, give or
/// take what the videos differ in.
/// </param>
/// <param name="Shift">Distance of the mean seen from that expected, in standard deviations expected, the median over the channels.</param>
/// <param name="Videos">Videos that were looked at.</param>
/// <param name="Normalization">The normalisation that was checked.</param>
public sealed record InputCheck(double Scale, double Shift, int Videos, Normalization Normalization)
{
    // Videos of another kind change the contrast by less than 2; the errors that this is for change it by 4 and more.
    private const double Tolerance = 3;

    /// <summary>Whether the input is about what the weights were trained on: the scale within 1/3 to 3, the shift up to 3.</summary>
    public bool FitsWeights => Scale is >= 1 / Tolerance and <= Tolerance && Shift <= Tolerance;

    /// <summary>One line: what was found and, where it does not fit, what to do.</summary>
    public override string ToString()
    {
        string seen = Scale >= 1 ? Number(Scale) + " times larger" : Number(1 / Scale) + " times smaller";
        return FitsWeights
            ? $"The input fits the weights: its scale is {Number(Scale)} of what they were trained on ({Videos} videos)."
            : $"The input does not fit the weights: it is {seen} than what they were trained on, and {Number(Shift)} standard deviations off "
                + $"({Videos} videos; {Normalization}). Take the normalisation of the weights, or have all BatchNorms re-estimate their statistics (BatchNormMode.Train).";
    }

    private static string Number(double value) => value.ToString(value < 10 ? "0.00" : "0", CultureInfo.InvariantCulture);
}
