namespace UcfActionRecognition;

/// <summary>
/// The base of the errors this library raises about its input: files, data sets, weights and the machine it runs on.
/// The message names the file, what was expected, what was found and what to do.
/// </summary>
public class ActionRecognitionException : Exception
{
    /// <summary>Creates the error with a message that stands on its own.</summary>
    public ActionRecognitionException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the error with a message that stands on its own and the error that led to it.</summary>
    public ActionRecognitionException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
