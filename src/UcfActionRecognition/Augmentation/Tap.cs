namespace UcfActionRecognition;

/// <summary>The two source columns (or rows) that an output column (or row) is mixed from, and their 11-bit weights.</summary>
internal readonly record struct Tap(int First, int Second, int FirstWeight, int SecondWeight)
{
    // OpenCV's fixed point.
    private const int WeightScale = 2048;

    /// <summary>Fills a table for an axis.</summary>
    /// <param name="taps">One per output position.</param>
    /// <param name="source">Length of the source axis.</param>
    /// <param name="clampFraction">For columns: past an edge OpenCV gives the edge all the weight. Of rows it clamps the index only, which rounds differently.</param>
    public static void Fill(Span<Tap> taps, int source, bool clampFraction)
    {
        // Pixel centres lie at half integers: output i sees source position (i + 0.5) * source / output - 0.5.
        double scale = 1 / ((double)taps.Length / source);
        for (int i = 0; i < taps.Length; i++)
        {
            float position = (float)((i + 0.5) * scale - 0.5);
            int first = (int)MathF.Floor(position);
            float fraction = position - first;
            if (clampFraction && (first < 0 || first >= source - 1))
            {
                first = Math.Clamp(first, 0, source - 1);
                fraction = 0;
            }

            taps[i] = new Tap(
                Math.Clamp(first, 0, source - 1),
                Math.Clamp(first + 1, 0, source - 1),
                (int)MathF.Round((1 - fraction) * WeightScale, MidpointRounding.ToEven),
                (int)MathF.Round(fraction * WeightScale, MidpointRounding.ToEven));
        }
    }

    /// <summary>Exchanges left and right: the weights of the unflipped frame stay with their output column, the columns that they read are mirrored.</summary>
    public static void Mirror(Span<Tap> taps, int source)
    {
        foreach (ref Tap tap in taps)
        {
            tap = tap with { First = source - 1 - tap.First, Second = source - 1 - tap.Second };
        }
    }
}
