namespace UcfActionRecognition;

/// <summary>How patient a download is.</summary>
internal sealed record DownloadOptions
{
    /// <summary>Attempts in all; each begins anew.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Wait before the second attempt; before the third it is twice as long, and so on.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait for the answer's head, with redirections, and for each <see cref="StallBytes"/> of its data.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Fewer bytes than this in <see cref="StallTimeout"/> are a stall: a server that sends one now and then holds no download for long. By
    /// default 64 KiB, which a line of 18 kbit/s carries.
    /// </summary>
    public int StallBytes { get; init; } = 64 << 10;

    /// <summary>Redirections that are followed.</summary>
    public int Redirections { get; init; } = 5;

    /// <summary>
    /// What a file of unpublished length may have: the largest network has 0.5 GB of weights, and a training checkpoint keeps an optimizer's
    /// values beside them, two for each with Adam.
    /// </summary>
    public long MaxBytes { get; init; } = 4L << 30;

    /// <summary>Whether http is good enough; for a server on this machine.</summary>
    public bool AllowHttp { get; init; }

    /// <summary>Whether the proxy of the system's settings is used.</summary>
    public bool UseProxy { get; init; } = true;

    /// <summary>The clock of <see cref="StallTimeout"/> and <see cref="RetryDelay"/>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
