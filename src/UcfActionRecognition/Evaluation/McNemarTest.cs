namespace UcfActionRecognition;

/// <summary>
/// McNemar's test of whether two models are right equally often (Psychometrika 12, 1947), exact and two-sided: how probable a difference at
/// least as large is by chance, counting the videos that only one of them gets right.
/// </summary>
/// <remarks>
/// It takes the videos as independent. Those of one group are not, so the p-value is too small rather than too large: read it beside
/// <see cref="ModelComparison.DifferenceInterval"/>, which respects the groups.
/// </remarks>
/// <param name="OnlyFirst">Videos that only the first model gets right (b).</param>
/// <param name="OnlySecond">Videos that only the second model gets right (c).</param>
/// <param name="PValue">The probability, 0 to 1; 1 where the two numbers are equal.</param>
public readonly record struct McNemarTest(int OnlyFirst, int OnlySecond, double PValue)
{
    /// <summary>Computes the test: twice the smaller tail of a binomial distribution with probability one half, at most 1.</summary>
    /// <param name="onlyFirst">Videos that only the first model gets right, 0 or more.</param>
    /// <param name="onlySecond">Videos that only the second model gets right, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
    public static McNemarTest Exact(int onlyFirst, int onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        long all = (long)onlyFirst + onlySecond;
        int smaller = Math.Min(onlyFirst, onlySecond);

        // In logarithms: 2^-n is 0 in double precision from n = 1,075 on.
        double logTerm = -all * Math.Log(2);
        double tail = Math.Exp(logTerm);
        for (int k = 1; k <= smaller; k++)
        {
            logTerm += Math.Log((double)(all - k + 1) / k);
            tail += Math.Exp(logTerm);
        }

        return new McNemarTest(onlyFirst, onlySecond, onlyFirst == onlySecond ? 1 : Math.Min(1, 2 * tail));
    }
}
