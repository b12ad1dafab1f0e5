using System.Globalization;

namespace UcfActionRecognition.Tests;

/// <summary>How often the reliability tests repeat what they do: a few times, or as often as the environment variable UCF101_RELIABILITY says.</summary>
internal static class Reliability
{
    public static int Repetitions(int usual) =>
        Environment.GetEnvironmentVariable("UCF101_RELIABILITY") is { Length: > 0 } count ? int.Parse(count, CultureInfo.InvariantCulture) : usual;
}
