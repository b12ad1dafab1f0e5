namespace UcfActionRecognition;

/// <summary>How a <see cref="PredictionSet"/> is read.</summary>
public sealed record PredictionSetOptions
{
    /// <summary>
    /// The data and split that the model must have been trained on (<see cref="ActionDataset.Name"/>); files that say another one are refused. By
    /// default (<see langword="null"/>) any, as long as all files say the same.
    /// </summary>
    public string? Data { get; init; }

    /// <summary>What files without attributes are; by default (<see langword="null"/>) they are refused.</summary>
    public PredictionImport? Import { get; init; }
}
