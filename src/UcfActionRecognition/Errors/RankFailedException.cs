namespace UcfActionRecognition;

/// <summary>Another process of a training failed, so this one ended, too. The failed one has the error itself.</summary>
public sealed class RankFailedException : ActionRecognitionException
{
    /// <summary>Creates the error.</summary>
    /// <param name="rank">The process that failed.</param>
    /// <param name="message">What it failed of.</param>
    /// <param name="innerException">The error that led to it.</param>
    public RankFailedException(int rank, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Rank = rank;
    }

    /// <summary>The process that failed.</summary>
    public int Rank { get; }
}
