namespace UcfActionRecognition;

/// <summary>A data set's lists, names or folders are not as its format says.</summary>
public sealed class DatasetFormatException : ActionRecognitionException
{
    /// <summary>Creates the error with a message that lists every problem with its file and line.</summary>
    public DatasetFormatException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
