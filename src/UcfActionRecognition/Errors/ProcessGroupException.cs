namespace UcfActionRecognition;

/// <summary>The processes of a training cannot exchange what they have to: the library for it is missing or does not fit, or it reports an error.</summary>
public sealed class ProcessGroupException : ActionRecognitionException
{
    /// <summary>Creates the error with a message that says what was looked for or what the library reports.</summary>
    public ProcessGroupException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
