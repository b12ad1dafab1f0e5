namespace UcfActionRecognition;

/// <summary>A video that could not be read.</summary>
/// <param name="Video">The video's name.</param>
/// <param name="Reason">The error's message.</param>
public sealed record VideoFailure(string Video, string Reason);
