using System.CommandLine;

namespace UcfActionRecognition.Samples.Assignment;

/// <summary>The options that say which videos there are.</summary>
internal static class DataOptions
{
    private static readonly Option<string?> Data = new("--data")
    {
        Description = "Root of the data: for ucf101 it holds ucfTrainTestlist/ and UCF-101-hdf5/, UCF-101-compact/ or UCF-101/ (AVI); for csv it is the list.",
        Recursive = true,
    };

    private static readonly Option<DatasetKind> Dataset = new("--dataset")
    {
        Description = "ucf101, hmdb51 (official lists and hmdb51_org/), folder (one folder per class) or csv (columns video, label, split and, if known, group).",
        Recursive = true,
    };

    private static readonly Option<VideoFormat> Source = new("--source")
    {
        Description = "Form of the videos: hdf5 (raw frames), compact or avi. auto: the first of these that is there.",
        Recursive = true,
    };

    public static IReadOnlyList<Option> All => [Data, Dataset, Source];

    /// <summary>What was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="isNeeded">Whether nothing can be done without a root.</param>
    /// <exception cref="ArgumentException">The root is needed and was not named.</exception>
    public static DatasetChoice Get(ParseResult parsed, bool isNeeded) => new(
        parsed.GetValue(Dataset), parsed.GetValue(Data) ?? (isNeeded ? throw new ArgumentException("--data is needed: the root of the data.") : ""),
        parsed.GetValue(Source), ClassesOption.Get(parsed));
}
