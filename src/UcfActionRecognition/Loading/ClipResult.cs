namespace UcfActionRecognition;

/// <summary>What stands in one place of a batch.</summary>
/// <param name="Video">The video that the clip is from; <see langword="null"/> where the place stays empty.</param>
/// <param name="Failures">Videos that were to stand there and could not be read; <see langword="null"/> for none.</param>
internal readonly record struct ClipResult(LabeledVideo? Video, List<VideoFailure>? Failures);
