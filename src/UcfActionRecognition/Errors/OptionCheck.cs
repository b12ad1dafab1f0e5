using System.Globalization;
using System.Runtime.CompilerServices;

namespace UcfActionRecognition;

/// <summary>Checks options once, on entry; the error names the option.</summary>
internal static class OptionCheck
{
    public static void InRange<T>(T value, T least, T most, [CallerArgumentExpression(nameof(value))] string? option = null)
        where T : IComparable<T>
    {
        if (value.CompareTo(least) < 0 || value.CompareTo(most) > 0)
        {
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value}; it must be {least} to {most}.");
        }
    }

    /// <summary>A finite number of at least <paramref name="least"/>.</summary>
    public static void IsNumberFrom(double least, double value, [CallerArgumentExpression(nameof(value))] string? option = null) =>
        Check(value >= least && double.IsFinite(value), value, $"a number from {least} on", option);

    /// <summary>A finite number above <paramref name="bound"/>.</summary>
    public static void IsNumberAbove(double bound, double value, [CallerArgumentExpression(nameof(value))] string? option = null) =>
        Check(value > bound && double.IsFinite(value), value, $"a number above {bound}", option);

    /// <summary>A number from 0 to below 1.</summary>
    public static void IsBelowOne(double value, [CallerArgumentExpression(nameof(value))] string? option = null) =>
        Check(value is >= 0 and < 1, value, "from 0 to below 1", option);

    /// <summary>A part of a whole, above 0 and at most 1.</summary>
    public static void IsPart(double value, [CallerArgumentExpression(nameof(value))] string? option = null) =>
        Check(value is > 0 and <= 1, value, "above 0 and at most 1", option);

    private static void Check(bool good, double value, string expected, string? option)
    {
        if (!good)
        {
            throw new ArgumentOutOfRangeException(option, value, $"{option} is {value.ToString(CultureInfo.InvariantCulture)}; it must be {expected}.");
        }
    }
}
