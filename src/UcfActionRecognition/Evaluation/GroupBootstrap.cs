namespace UcfActionRecognition;

/// <summary>Percentile intervals of shares, by drawing groups of videos with replacement.</summary>
internal static class GroupBootstrap
{
    /// <summary>The interval of the mean of a count per video; <see langword="null"/> where there are fewer than two groups.</summary>
    public static ConfidenceInterval? Estimate(IEnumerable<(string Group, long Count)> videos, BootstrapOptions options) =>
        Estimate(videos.Select(video => (video.Group, new[] { video.Count })), 1, options) is [var interval] ? interval : null;

    /// <summary>The intervals of the means of several counts per video, from the same draws; empty where there are fewer than two groups.</summary>
    /// <param name="videos">The group and the counts of each video.</param>
    /// <param name="counts">The number of counts.</param>
    /// <param name="options">How many draws, and which.</param>
    public static ConfidenceInterval[] Estimate(IEnumerable<(string Group, long[] Counts)> videos, int counts, BootstrapOptions options)
    {
        options.Validate();

        // By name, so that the interval does not depend on the order of the videos.
        long[][] groups = [.. SumsByGroup(videos, counts).OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value)];
        if (groups.Length < 2)
        {
            return [];
        }

        double[][] means = Resample(groups, counts, options);
        return Array.ConvertAll(means, values => Percentiles(values, options.Confidence));
    }

    // The last sum is the group's number of videos.
    private static Dictionary<string, long[]> SumsByGroup(IEnumerable<(string Group, long[] Counts)> videos, int counts)
    {
        var sums = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach ((string group, long[] values) in videos)
        {
            if (!sums.TryGetValue(group, out long[]? sum))
            {
                sums[group] = sum = new long[counts + 1];
            }

            for (int i = 0; i < counts; i++)
            {
                sum[i] += values[i];
            }

            sum[counts]++;
        }

        return sums;
    }

    private static double[][] Resample(long[][] groups, int counts, BootstrapOptions options)
    {
        double[][] means = [.. Enumerable.Range(0, counts).Select(_ => new double[options.Resamples])];
        var drawn = new long[counts + 1];
        var random = new ClipRandom(options.Seed, epoch: 0, video: 0, view: 0);
        for (int resample = 0; resample < options.Resamples; resample++)
        {
            Array.Clear(drawn);
            for (int draw = 0; draw < groups.Length; draw++)
            {
                long[] group = groups[random.Next(groups.Length)];
                for (int i = 0; i < drawn.Length; i++)
                {
                    drawn[i] += group[i];
                }
            }

            for (int i = 0; i < counts; i++)
            {
                means[i][resample] = (double)drawn[i] / drawn[counts];
            }
        }

        return means;
    }

    private static ConfidenceInterval Percentiles(double[] values, double confidence)
    {
        Array.Sort(values);
        return new ConfidenceInterval(Quantile(values, (1 - confidence) / 2), Quantile(values, (1 + confidence) / 2));
    }

    // Linear between the neighbours, as numpy.quantile does by default.
    private static double Quantile(double[] sorted, double share)
    {
        double position = share * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
