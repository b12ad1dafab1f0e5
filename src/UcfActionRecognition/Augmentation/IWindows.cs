namespace UcfActionRecognition;

/// <summary>How the pairs of bytes of one vector are picked from a line.</summary>
internal unsafe interface IWindows<TBytes>
    where TBytes : struct
{
    /// <summary>Windows for one vector of pairs.</summary>
    static abstract int Count { get; }

    /// <summary>Loads the windows at <c>line + starts[..]</c> and picks by the places in <paramref name="shuffle"/>.</summary>
    static abstract TBytes Pick(byte* line, int* starts, TBytes shuffle);
}
