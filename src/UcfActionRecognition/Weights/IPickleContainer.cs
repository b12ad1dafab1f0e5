namespace UcfActionRecognition;

/// <summary>
/// A value of a pickle that holds others, itself perhaps among them: whoever walks it follows no more levels than it knows.
/// </summary>
internal interface IPickleContainer
{
    /// <summary>How many levels it had when it was filled.</summary>
    int Depth { get; }
}
