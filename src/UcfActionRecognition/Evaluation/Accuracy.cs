using System.Globalization;
using System.Text.Json.Serialization;

namespace UcfActionRecognition;

/// <summary>How many of a number of predictions are right.</summary>
/// <param name="Correct">Right predictions.</param>
/// <param name="Total">All predictions.</param>
public readonly record struct Accuracy(long Correct, long Total)
{
    /// <summary>The share that is right, 0 to 1; not a number where nothing was predicted.</summary>
    [JsonIgnore]
    public double Value => Total == 0 ? double.NaN : (double)Correct / Total;

    /// <summary>In words: <c>75.0 % (3 of 4)</c>.</summary>
    public override string ToString() =>
        Total == 0 ? "none" : string.Create(CultureInfo.InvariantCulture, $"{100 * Value:F1} % ({Correct} of {Total})");
}
