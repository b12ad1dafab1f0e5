namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>What came of one mutant.</summary>
internal enum FuzzOutcome
{
    /// <summary>It read.</summary>
    Read,

    /// <summary>It was refused as documented.</summary>
    Refused,

    /// <summary>It threw what is not documented, or was read to what cannot be.</summary>
    Wrong,

    /// <summary>The process died.</summary>
    Died,

    /// <summary>The process did not come to an end with it in time.</summary>
    Hung,

    /// <summary>The process took too much memory.</summary>
    Memory,
}
