namespace UcfActionRecognition;

/// <summary>A video whose predictions an earlier evaluation left.</summary>
/// <param name="Path">Their file.</param>
/// <param name="Scored">What comes of them.</param>
internal sealed record FinishedVideo(string Path, ScoredVideo Scored);
