namespace UcfActionRecognition;

/// <summary>How the videos of an epoch make batches, and which part of each batch is one process's.</summary>
/// <param name="Videos">Videos in the epoch.</param>
/// <param name="BatchSize">The most videos in a batch, all processes together.</param>
/// <param name="Rank">The process, zero-based.</param>
/// <param name="Ranks">Processes.</param>
internal readonly record struct BatchPlan(int Videos, int BatchSize, int Rank = 0, int Ranks = 1)
{
    /// <summary>Batches in the epoch.</summary>
    public int BatchCount => (int)(((long)Videos + BatchSize - 1) / BatchSize);

    /// <summary>The most videos of a batch that are this process's, or another's.</summary>
    public int LargestPart => (LargestBatch + Ranks - 1) / Ranks;

    private int LargestBatch => (Videos + BatchCount - 1) / BatchCount;

    /// <summary>The videos of a batch that are this process's, as a range of the epoch's order; none where there are fewer than processes.</summary>
    public Range PartOf(int batch)
    {
        int first = StartOf(batch);
        long length = StartOf(batch + 1) - first;
        return (first + (int)(length * Rank / Ranks))..(first + (int)(length * (Rank + 1) / Ranks));
    }

    /// <summary>How many videos of a batch are this process's.</summary>
    public int SizeOf(int batch) => PartOf(batch).GetOffsetAndLength(Videos).Length;

    // Balanced: batch b holds the videos from b * n / batches to (b + 1) * n / batches.
    private int StartOf(int batch) => (int)((long)batch * Videos / BatchCount);
}
