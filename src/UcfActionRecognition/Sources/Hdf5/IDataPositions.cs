namespace UcfActionRecognition;

/// <summary>A stream that PureHDF reads from and that notes where a dataset's data lies.</summary>
internal interface IDataPositions
{
    /// <summary>Where the last data read began; -1 when there was none since <see cref="BeginOperation"/>.</summary>
    long DataPosition { get; }

    /// <summary>Forgets what was noted.</summary>
    void BeginOperation();
}
