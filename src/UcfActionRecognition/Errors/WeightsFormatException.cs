namespace UcfActionRecognition;

/// <summary>A file of weights is broken, or does not fit the model it is loaded into.</summary>
public sealed class WeightsFormatException : ActionRecognitionException
{
    /// <summary>Creates the error with a message that names the file.</summary>
    public WeightsFormatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
