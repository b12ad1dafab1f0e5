namespace UcfActionRecognition;

/// <summary>Fills one place of a batch.</summary>
/// <param name="clip">Receives <c>V x T x H x W x 3</c> bytes.</param>
/// <param name="stop">Ends the work early.</param>
internal delegate ClipResult ClipJob(Span<byte> clip, CancellationToken stop);

/// <summary>What stands in one place of a batch.</summary>
/// <param name="Video">The video that the clip is from; <see langword="null"/> where the place stays empty.</param>
/// <param name="Failures">Videos that were to stand there and could not be read.</param>
internal sealed record ClipResult(LabeledVideo? Video, IReadOnlyList<VideoFailure> Failures);
