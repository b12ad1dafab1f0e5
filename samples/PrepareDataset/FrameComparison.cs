namespace UcfActionRecognition.Samples.Prepare;

/// <summary>Compares a decoded frame with the stored one. One video, one thread.</summary>
internal abstract class FrameComparison
{
    /// <summary>The size that the stored frames must have.</summary>
    public abstract FrameSize StoredSize { get; }

    /// <returns>What is wrong, as the end of a sentence that begins with "Frame 7 of the HDF5 file"; <see langword="null"/> for nothing.</returns>
    public abstract string? Compare(ReadOnlySpan<byte> decoded, ReadOnlySpan<byte> stored);
}
