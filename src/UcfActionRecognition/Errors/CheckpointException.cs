namespace UcfActionRecognition;

/// <summary>A checkpoint is incomplete, or does not fit what it is used for.</summary>
public sealed class CheckpointException : ActionRecognitionException
{
    /// <summary>Creates the error with a message that names the file.</summary>
    public CheckpointException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
