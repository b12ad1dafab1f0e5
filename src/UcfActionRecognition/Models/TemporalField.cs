namespace UcfActionRecognition;

/// <summary>
/// Which frames a network's features see: position <c>p</c> depends on the frames from <c>p * Stride - Radius</c> to
/// <c>p * Stride + Radius</c> and on no other.
/// </summary>
/// <param name="Radius">Frames to either side.</param>
/// <param name="Stride">Frames from one position to the next.</param>
internal readonly record struct TemporalField(int Radius, int Stride)
{
    /// <summary>The field of the frames themselves.</summary>
    public static TemporalField OfFrames => new(0, 1);

    /// <summary>The field after a convolution or a pooling of odd size, padded by half of it.</summary>
    public TemporalField After(long size, long stride) => new(Radius + ((int)size / 2 * Stride), Stride * (int)stride);
}
