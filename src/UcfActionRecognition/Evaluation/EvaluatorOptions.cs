namespace UcfActionRecognition;

/// <summary>How an <see cref="Evaluator"/> works.</summary>
public sealed record EvaluatorOptions
{
    /// <summary>Frames that go through the model at once, at least 1. Default: 200.</summary>
    public int FramesPerChunk { get; init; } = 200;

    /// <summary>Chunks read ahead of the model, at least 1. Default: 2.</summary>
    public int PrefetchChunks { get; init; } = 2;

    /// <summary>
    /// Folder that receives each video's logits as <c>&lt;Class&gt;/&lt;video&gt;.hdf5</c> (see <see cref="VideoPredictions"/>); none are
    /// written where it is <see langword="null"/> (the default). Files of an earlier run are replaced.
    /// </summary>
    public string? PredictionsFolder { get; init; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(FramesPerChunk, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(PrefetchChunks, 1);
    }
}
