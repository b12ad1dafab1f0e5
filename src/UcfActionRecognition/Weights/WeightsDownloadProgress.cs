namespace UcfActionRecognition;

/// <summary>How far a download of weights is; reported as data comes in.</summary>
/// <param name="Weights">The file.</param>
/// <param name="Bytes">Bytes that came in; an attempt after a failed one begins at 0 again.</param>
/// <param name="TotalBytes">Bytes of the whole file; <see langword="null"/> where neither the catalogue nor the server says.</param>
/// <param name="Attempt">The attempt, from 1.</param>
public sealed record WeightsDownloadProgress(KnownWeights Weights, long Bytes, long? TotalBytes, int Attempt);
