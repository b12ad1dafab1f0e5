using System.Runtime.CompilerServices;

namespace UcfActionRecognition;

internal static class Probability
{
    public static double Check(double probability, [CallerArgumentExpression(nameof(probability))] string? name = null) =>
        probability is >= 0 and <= 1
            ? probability
            : throw new ArgumentOutOfRangeException(name, probability, "A probability is between 0 and 1.");
}
