namespace UcfActionRecognition.Samples.Part3;

/// <summary>Whether the folders hold what their options say: with them swapped, or one given twice, every label in the report would be wrong.</summary>
internal static class FolderCheck
{
    /// <exception cref="ArgumentException">A folder's predictions are of the other part's model, or both are of one.</exception>
    public static void Check(Part3Options options, PredictionSet single, PredictionSet sequence)
    {
        if (IsOfFrames(single) == false)
        {
            throw Wrong("--single", options.Single, single.ClipLength is { } frames ? $"clips of {frames} frames" : "clips", "Part 1");
        }

        if (IsOfFrames(sequence) == true)
        {
            throw Wrong("--sequence", options.Sequence, "single frames", "Part 2");
        }

        if (single.ModelHash.Length > 0 && single.ModelHash == sequence.ModelHash)
        {
            throw new ArgumentException(
                $"--single and --sequence: '{options.Single}' and '{options.Sequence}' hold predictions of one model, {single.ModelHash}; "
                + "expected those of Part 1 and those of Part 2. Check which folder is which.");
        }
    }

    // Null where the files do not say.
    private static bool? IsOfFrames(PredictionSet set) => set switch
    {
        { ClipLength: { } frames } => frames == 1,
        { Kind: PredictionKind.Frames } => true,
        { Kind: PredictionKind.Windows or PredictionKind.Sequence } => false,
        _ => null,
    };

    private static ArgumentException Wrong(string option, string folder, string found, string expected) =>
        new($"{option}: '{folder}' holds predictions of {found}; expected those of {expected}. Check which folder is which.");
}
