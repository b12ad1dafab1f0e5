namespace UcfActionRecognition.Reporting;

/// <summary>A range with ticks at round numbers.</summary>
internal sealed record Axis(double Low, double High, double Step)
{
    /// <summary>What stands at a tick, where it is not the number.</summary>
    public Func<double, string>? Name { get; init; }

    /// <summary>Covers values with about five steps; a single value gets room on both sides.</summary>
    /// <param name="values">What is to be shown.</param>
    /// <param name="whole">Whether ticks are whole numbers.</param>
    /// <param name="floor">The least that the axis may show.</param>
    /// <param name="ceiling">The most that the axis may show.</param>
    public static Axis Covering(IEnumerable<double> values, bool whole = false, double floor = double.NegativeInfinity, double ceiling = double.PositiveInfinity)
    {
        double[] all = [.. values];
        double low = all.DefaultIfEmpty(0).Min();
        double high = all.DefaultIfEmpty(1).Max();
        if (high - low < 1e-9 * Math.Max(1, Math.Abs(high)))
        {
            double room = whole ? 1 : Math.Max(0.05, Math.Abs(high) * 0.05);
            (low, high) = (low - room, high + room);
        }

        double step = RoundStep((high - low) / 5);
        step = whole ? Math.Max(1, Math.Ceiling(step)) : step;
        return new Axis(
            Math.Clamp(Math.Floor(low / step) * step, floor, ceiling - step), Math.Clamp(Math.Ceiling(high / step) * step, floor + step, ceiling), step);
    }

    public IEnumerable<double> Ticks
    {
        get
        {
            int count = (int)Math.Floor(((High - Low) / Step) + 1e-6);
            return Enumerable.Range(0, count + 1).Select(i => Low + (i * Step));
        }
    }

    public string Label(double tick)
    {
        if (Name is not null)
        {
            return Name(tick);
        }

        int digits = Math.Clamp((int)Math.Ceiling(-Math.Log10(Step) - 1e-9), 0, 12);
        double rounded = Math.Round(tick, digits) + 0.0;
        return rounded.ToString("F" + digits, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Where a value lies between the ends, 0 to 1.</summary>
    public float Place(double value) => (float)((value - Low) / (High - Low));

    private static double RoundStep(double step)
    {
        double unit = Math.Pow(10, Math.Floor(Math.Log10(step)));
        double factor = step / unit;
        return unit * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
    }
}
