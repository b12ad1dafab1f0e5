namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>What one mutant may take before its process is ended.</summary>
internal sealed record FuzzLimits
{
    /// <summary>Time to read it. Default: a minute, as machines of tests may be busy and ffmpeg may be waited for several times.</summary>
    public TimeSpan TimePerMutant { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Resident memory of the process. Default: 1 GiB.</summary>
    public long ProcessBytes { get; init; } = 1L << 30;

    /// <summary>The managed heap; past it, an allocation throws. Default: 512 MiB.</summary>
    public long HeapBytes { get; init; } = 512 << 20;
}
