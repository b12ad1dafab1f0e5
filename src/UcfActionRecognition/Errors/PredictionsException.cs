namespace UcfActionRecognition;

/// <summary>Predictions cannot be read, or do not fit what they are used for: other videos, other classes, another model or split.</summary>
public sealed class PredictionsException : ActionRecognitionException
{
    /// <summary>Creates the error with a message that names the files or the differences.</summary>
    public PredictionsException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
