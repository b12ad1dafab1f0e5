namespace UcfActionRecognition;

/// <summary>The steps of <see cref="VectorSweep"/> on one kind of vectors.</summary>
/// <remarks>
/// Two bounds keep everything in 16 bits. Both weights of a tap add up to 2049 at most (each is rounded by itself), so a sum without its
/// last 4 bits is at most 255 * 2049 / 16 = 32,655. And two rows together are at most 2049 * 32,655 / 65,536 = 1020.9, so
/// (value + 2) / 4 never passes 255: only brightness has to be clamped, and being an integer it can be added as 4 of it before the division.
/// </remarks>
/// <typeparam name="TBytes">The vector, as bytes.</typeparam>
/// <typeparam name="TSums">The vector, as 16-bit sums: half as many.</typeparam>
internal unsafe interface IVectorKernel<TBytes, TSums>
    where TBytes : struct
    where TSums : struct
{
    static abstract TBytes Load(void* address);

    static abstract TSums Broadcast(int value);

    /// <summary>The horizontal sums without their last 4 bits: first byte of each pair by the first weight, plus second by second.</summary>
    static abstract TSums Weigh(TBytes pairs, TBytes coarse, TBytes fine);

    /// <summary>The vertical pass: (upper * upperWeight / 65,536 + lower * lowerWeight / 65,536 + rounding) / 4, each rounded down.</summary>
    static abstract TSums Mix(TSums upper, TSums lower, TSums upperWeight, TSums lowerWeight, TSums rounding);

    /// <summary>Clamps to bytes and stores one vector of them.</summary>
    static abstract void Store(TSums low, TSums high, byte* output);
}
