namespace UcfActionRecognition;

/// <summary>Videos that were to be scored are of groups that the model was trained on, so the score would say nothing about new videos.</summary>
public sealed class TrainingVideosException : ActionRecognitionException
{
    /// <summary>Creates the error.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="message">Which videos, and what to do.</param>
    /// <param name="innerException">The error that led to it.</param>
    public TrainingVideosException(IReadOnlyList<string> groups, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Groups = groups;
    }

    /// <summary>The groups of videos to be scored that the model was trained on, each once, sorted.</summary>
    public IReadOnlyList<string> Groups { get; }
}
