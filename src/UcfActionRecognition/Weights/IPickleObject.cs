namespace UcfActionRecognition;

/// <summary>A value of a pickle that is made first and gets its state afterwards (BUILD).</summary>
internal interface IPickleObject
{
    /// <exception cref="FormatException">It has no such state.</exception>
    void SetState(object? state);
}
