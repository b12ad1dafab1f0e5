namespace UcfActionRecognition;

/// <summary>The two passes of <see cref="FrameResampler"/> over one row, in one way of computing.</summary>
/// <remarks>
/// OpenCV sums both columns in 11-bit fixed point, drops 4 bits, multiplies by each row's weight and drops 16, adds both rows and rounds
/// the last 2 bits. Two bounds keep all of it in 16 bits. Both weights of a tap add up to 2049 at most (each is rounded by itself), so a
/// sum without its 4 bits is at most 255 * 2049 / 16 = 32,655. And both rows together are at most 2049 * 32,655 / 65,536 = 1020.9,
/// so (value + 2) / 4 never passes 255: only brightness has to be clamped, and being an integer it can be added as 4 of it before
/// the division.
/// </remarks>
internal interface IRowKernel
{
    /// <summary>The horizontal pass: mixes the columns of one source row.</summary>
    /// <param name="line">The row, as <see cref="ColumnTable.Line"/> gives it.</param>
    /// <param name="columns">What is mixed.</param>
    /// <param name="sums">Receives a sum per output value, without its last 4 bits.</param>
    static abstract void Weigh(ReadOnlySpan<byte> line, ColumnTable columns, Span<short> sums);

    /// <summary>The vertical pass: mixes two rows of sums, and adds brightness.</summary>
    /// <param name="upper">The first row's sums, at least as many as <paramref name="destination"/> takes.</param>
    /// <param name="lower">The second row's sums, likewise.</param>
    /// <param name="row">Their weights.</param>
    /// <param name="brightness">Grey levels, -255 to 255.</param>
    /// <param name="destination">Receives the output row; at least <see cref="FrameResampler.ShortestRow"/> bytes.</param>
    static abstract void Blend(ReadOnlySpan<short> upper, ReadOnlySpan<short> lower, Tap row, int brightness, Span<byte> destination);
}
