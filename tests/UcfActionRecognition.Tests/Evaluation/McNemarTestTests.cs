using System.Numerics;
using CsCheck;

namespace UcfActionRecognition.Tests.Evaluation;

public class McNemarTestTests
{
    // Python: 2 * sum(comb(b + c, k) for k in range(min(b, c) + 1)) / 2 ** (b + c), at most 1
    [TestCase(0, 0, 1.0)]
    [TestCase(5, 5, 1.0)]
    [TestCase(0, 5, 0.0625)]
    [TestCase(5, 0, 0.0625)]
    [TestCase(1, 9, 0.021484375)]
    [TestCase(121, 59, 4.434449263755176e-06)]
    public void Exact_IsTheTwoSidedBinomialTest(int onlyFirst, int onlySecond, double p) =>
        Assert.That(McNemarTest.Exact(onlyFirst, onlySecond).PValue, Is.EqualTo(p).Within(1e-10).Percent);

    [Test]
    public void Exact_EqualsTheSumInWholeNumbers() =>
        Gen.Select(Gen.Int[0, 500], Gen.Int[0, 500]).Sample((b, c) =>
        {
            Assert.That(McNemarTest.Exact(b, c).PValue, Is.EqualTo(InWholeNumbers(b, c)).Within(1e-7).Percent);
            Assert.That(McNemarTest.Exact(c, b).PValue, Is.EqualTo(McNemarTest.Exact(b, c).PValue));
        }, iter: 200);

    [Test]
    public void Exact_NegativeCount_Throws() =>
        Assert.That(() => McNemarTest.Exact(-1, 3), Throws.TypeOf<ArgumentOutOfRangeException>());

    private static double InWholeNumbers(int b, int c)
    {
        int n = b + c;
        BigInteger term = 1;
        BigInteger tail = 1;
        for (int k = 1; k <= Math.Min(b, c); k++)
        {
            term = term * (n - k + 1) / k;
            tail += term;
        }

        return b == c ? 1 : Math.Min(1, Math.Exp(BigInteger.Log(2 * tail) - (n * Math.Log(2))));
    }
}
