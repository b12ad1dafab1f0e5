namespace UcfActionRecognition.Benchmarks;

/// <summary>What a <see cref="StepMeasurement"/> measures.</summary>
/// <param name="Batch">Clips of a batch.</param>
/// <param name="BatchNorm"><see cref="Train"/> or <see cref="Frozen"/>.</param>
/// <param name="Workers">Threads of the loader; as the library chooses without.</param>
/// <param name="Steps">Steps that are measured.</param>
/// <param name="WarmUp">Steps before them.</param>
internal sealed record StepOptions(int Batch, string BatchNorm, int? Workers, int Steps, int WarmUp)
{
    public const string Train = "train";
    public const string Frozen = "frozen";
}
