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
}
