namespace UcfActionRecognition;

/// <summary>Weights that are asked for by name are not on this machine, or cannot be downloaded to it.</summary>
public sealed class WeightsUnavailableException : ActionRecognitionException
{
    /// <summary>Creates the error with a message that says where the file was looked for, or what stopped the download.</summary>
    /// <param name="weights">The published file; <see langword="null"/> where the name is none of the catalogue's.</param>
    /// <param name="message">What was looked for, and what to do.</param>
    /// <param name="innerException">The error that led to it.</param>
    public WeightsUnavailableException(KnownWeights? weights, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Weights = weights;
    }

    /// <summary>
    /// The published file, which <see cref="PretrainedWeights.Download"/> fetches where it has a
    /// <see cref="KnownWeights.DownloadAddress"/>; <see langword="null"/> where the name is none of the catalogue's.
    /// </summary>
    public KnownWeights? Weights { get; }
}
