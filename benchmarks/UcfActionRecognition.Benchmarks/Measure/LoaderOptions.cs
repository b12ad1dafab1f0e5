namespace UcfActionRecognition.Benchmarks;

/// <summary>What a <see cref="LoaderMeasurement"/> loads, and for how long.</summary>
/// <param name="Folder">The videos.</param>
/// <param name="Videos">The most of them.</param>
/// <param name="Workers">Threads that load.</param>
/// <param name="Frames">Frames of a clip.</param>
/// <param name="Batch">Clips of a batch.</param>
/// <param name="Prefetch">Batches made ahead.</param>
/// <param name="Seconds">How long to measure.</param>
/// <param name="Batches">So many batches in place of <paramref name="Seconds"/>.</param>
/// <param name="WarmUp">Batches before the clock starts.</param>
/// <param name="Cold">Whether to evict the files first and read each video once.</param>
/// <param name="Input">Whether each batch becomes a model's float32 input too.</param>
internal sealed record LoaderOptions(
    string Folder, int Videos, int Workers, int Frames, int Batch, int Prefetch, double Seconds, int? Batches, int WarmUp, bool Cold, bool Input);
