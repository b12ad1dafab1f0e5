using System.Globalization;

namespace UcfActionRecognition;

/// <summary>The range that a share lies in with a stated confidence.</summary>
/// <param name="Low">Lower end; 0 to 1 for an accuracy, -1 to 1 for a difference of two.</param>
/// <param name="High">Upper end, not below <paramref name="Low"/>.</param>
public readonly record struct ConfidenceInterval(double Low, double High)
{
    /// <summary>In words: <c>76.1 to 79.0 %</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{100 * Low:F1} to {100 * High:F1} %");
}
