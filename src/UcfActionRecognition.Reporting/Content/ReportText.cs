using System.Globalization;

namespace UcfActionRecognition.Reporting;

/// <summary>Numbers and lists in words.</summary>
internal static class ReportText
{
    /// <summary>Formats without regard to the machine's language.</summary>
    public static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>For example <c>75.0 %</c>; a dash where there is nothing.</summary>
    public static string Percent(double share) => double.IsNaN(share) ? "–" : Line($"{100 * share:F1} %");

    public static string Percent(Accuracy accuracy) => Percent(accuracy.Value);

    /// <summary>A difference of shares in points, with its sign: <c>+1.2</c>, <c>−0.3</c>.</summary>
    public static string Points(double difference)
    {
        double points = Math.Round(100 * difference, 1, MidpointRounding.AwayFromZero);
        return points switch
        {
            double.NaN => "–",
            > 0 => Line($"+{points:F1}"),
            < 0 => Line($"−{-points:F1}"),
            _ => "0.0",
        };
    }

    public static string Points(ConfidenceInterval? interval) => interval is { } range ? $"{Points(range.Low)} to {Points(range.High)}" : "–";

    public static string PValue(double p) => p < 0.001 ? "< 0.001" : Line($"{p:F3}");

    public static string Count(long count, string one, string many) => Line($"{count} {(count == 1 ? one : many)}");

    /// <summary>The first few of a list: <c>a, b, c and 4 more</c>.</summary>
    public static string List(IReadOnlyCollection<string> names, int most)
    {
        string[] shown = [.. names.Take(names.Count == most + 1 ? names.Count : most)];
        return names.Count > shown.Length
            ? Line($"{string.Join(", ", shown)} and {names.Count - shown.Length} more")
            : shown.Length < 2 ? string.Concat(shown) : $"{string.Join(", ", shown[..^1])} and {shown[^1]}";
    }

    public static string Capital(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];
}
