namespace UcfActionRecognition;

/// <summary>The ways in which <see cref="FrameResampler"/> computes; all give the same bytes.</summary>
internal enum ResamplerPath
{
    /// <summary>Plain code, one value at a time: the reference for the others.</summary>
    Scalar,

    /// <summary>.NET's portable vectors of 128 bits, on any processor that has them.</summary>
    Vector128,

    /// <summary>256 bits.</summary>
    Avx2,

    /// <summary>512 bits, and permutes of single bytes (VBMI).</summary>
    Avx512,
}
