namespace UcfActionRecognition;

/// <summary>Arithmetic on the scores of classes.</summary>
internal static class Scores
{
    /// <summary>Adds the log-softmax of one row of logits to <paramref name="sum"/>; the largest logit is shifted out, so nothing overflows.</summary>
    public static void AddLogSoftmax(ReadOnlySpan<float> logits, Span<double> sum)
    {
        double max = double.NegativeInfinity;
        foreach (float logit in logits)
        {
            max = Math.Max(max, logit);
        }

        double exponentials = 0;
        foreach (float logit in logits)
        {
            exponentials += Math.Exp(logit - max);
        }

        double logSum = max + Math.Log(exponentials);
        for (int i = 0; i < logits.Length; i++)
        {
            sum[i] += logits[i] - logSum;
        }
    }

    /// <summary>Scores of one video, scaled so that they are logarithms of probabilities of sum 1.</summary>
    public static double[] LogSoftmax(ReadOnlySpan<double> scores)
    {
        double max = double.NegativeInfinity;
        foreach (double score in scores)
        {
            max = Math.Max(max, score);
        }

        double exponentials = 0;
        foreach (double score in scores)
        {
            exponentials += Math.Exp(score - max);
        }

        var normalized = new double[scores.Length];
        for (int i = 0; i < normalized.Length; i++)
        {
            // The two are subtracted one by one: scores near the largest keep their digits when that is far from 0.
            normalized[i] = scores[i] - max - Math.Log(exponentials);
        }

        return normalized;
    }

    /// <summary>
    /// Classes scored better than the given one. Of equal scores the lower index is the better; a score that is no number is right at no rank.
    /// </summary>
    public static int Rank<T>(ReadOnlySpan<T> scores, int label)
        where T : System.Numerics.IFloatingPoint<T>
    {
        T own = scores[label];
        if (T.IsNaN(own))
        {
            return int.MaxValue;
        }

        int rank = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            if (scores[i] > own || (scores[i] == own && i < label))
            {
                rank++;
            }
        }

        return rank;
    }

    /// <summary>The index of the best score, the lowest of equals.</summary>
    public static int Best(ReadOnlySpan<double> scores)
    {
        int best = 0;
        for (int i = 1; i < scores.Length; i++)
        {
            if (scores[i] > scores[best] || double.IsNaN(scores[best]))
            {
                best = i;
            }
        }

        return best;
    }
}
