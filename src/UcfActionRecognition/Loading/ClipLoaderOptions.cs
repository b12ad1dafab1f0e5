using System.Text.Json.Serialization;

namespace UcfActionRecognition;

/// <summary>How a <see cref="ClipLoader"/> makes batches.</summary>
public sealed record ClipLoaderOptions
{
    /// <summary>
    /// Videos in a batch, at least 1. Default: 32. An epoch has <c>ceil(videos / BatchSize)</c> batches whose sizes differ by at most one.
    /// </summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Threads that read and augment, at least 1. Default: the number of processors. The batches do not depend on it.</summary>
    [JsonIgnore]
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// Batches made ahead of the one in use, at least 1. Default: 2. Memory is bounded by this many batches and the ones that the caller holds.
    /// </summary>
    [JsonIgnore]
    public int PrefetchBatches { get; init; } = 2;

    /// <summary>
    /// Bytes of the batches made ahead, at least 1: with large batches fewer than <see cref="PrefetchBatches"/> are made, but always one.
    /// Default: 1 GiB.
    /// </summary>
    [JsonIgnore]
    public long PrefetchBytes { get; init; } = 1L << 30;

    /// <summary>
    /// Whether batches lie in page-locked memory, from where a CUDA device takes them without a copy in between.
    /// Default: <see langword="null"/>, which means where CUDA is available.
    /// </summary>
    [JsonIgnore]
    public bool? PinMemory { get; init; }

    /// <summary>Whether every epoch visits the videos in a random order of its own. Default: <see langword="true"/>.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>Seed of the order, the sampling and the augmentation. Default: 0.</summary>
    public long Seed { get; init; }

    /// <summary>
    /// Share of an epoch's videos that may be unreadable, 0 to 1; each is replaced by another video's clip and named in its
    /// <see cref="ClipBatch.Failures"/>. Past it the epoch ends with an error. Default: 0.05.
    /// </summary>
    public double MaxFailureShare { get; init; } = 0.05;

    /// <summary>
    /// How long the reading of a video may go on without a clip of the awaited batch being finished, 1 millisecond to 24 days; past it the
    /// epoch ends with an error that names the videos being read. It is for disks and network drives that hang. Default: 10 minutes.
    /// <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.
    /// </summary>
    [JsonIgnore]
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromMinutes(10);

    internal void Validate()
    {
        OptionCheck.InRange(BatchSize, 1, int.MaxValue);
        OptionCheck.InRange(Workers, 1, int.MaxValue);
        OptionCheck.InRange(PrefetchBatches, 1, int.MaxValue);
        OptionCheck.InRange(PrefetchBytes, 1, long.MaxValue);
        OptionCheck.InRange(MaxFailureShare, 0.0, 1.0);
        if (StallTimeout != Timeout.InfiniteTimeSpan)
        {
            OptionCheck.InRange(StallTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(24));
        }
    }
}
