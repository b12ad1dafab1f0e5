namespace UcfActionRecognition;

/// <summary>A video cannot be opened or read: missing, broken, empty, or not what its source expects.</summary>
public sealed class VideoReadException : ActionRecognitionException
{
    /// <summary>Creates the error for one video.</summary>
    /// <param name="video">The video's name, or the file's path where the video was addressed by path.</param>
    /// <param name="message">What was expected, what was found and what to do; it names the file.</param>
    /// <param name="innerException">The error that led to it.</param>
    public VideoReadException(string video, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Video = video;
    }

    /// <summary>The video's name, for example <c>YoYo/v_YoYo_g01_c01</c>.</summary>
    public string Video { get; }
}
