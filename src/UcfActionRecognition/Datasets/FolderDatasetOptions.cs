using System.Text.RegularExpressions;

namespace UcfActionRecognition;

/// <summary>How <see cref="FolderDataset"/> reads a folder and splits what is in it.</summary>
public sealed record FolderDatasetOptions
{
    /// <summary>
    /// Extensions of the videos, each with its dot, at least one; other files are left alone. Of <c>.hdf5</c> alone, the videos are HDF5 files
    /// (<see cref="Hdf5VideoClipSource"/>), else ffmpeg reads them. Default: <c>.avi</c>, <c>.mp4</c>, <c>.mkv</c>, <c>.mov</c> and <c>.webm</c>.
    /// </summary>
    public IReadOnlyList<string> Extensions { get; init; } = VideoExtensions.Usual;

    /// <summary>
    /// A regular expression that finds in a file's name, without extension, the recording that the video is cut from: its first group in parentheses. For
    /// example <c>_g(\d+)_c\d+$</c> for the names of UCF-101. The videos of a class whose names give the same text are of one group. By default
    /// (<see langword="null"/>) each video is a group of its own, which is right only where no two videos are of the same recording. No
    /// lookarounds and no backreferences: it is matched in linear time, since names may be a stranger's.
    /// </summary>
    public string? GroupPattern { get; init; }

    /// <summary>
    /// The share of each class's groups that becomes the test side, 0 to 1. Rounded to whole groups, at least one and not all of them; 0 puts
    /// all on the training side and 1 all on the test side. Default: 0.3.
    /// </summary>
    public double TestShare { get; init; } = 0.3;

    /// <summary>Seed of the split. Default: 0.</summary>
    public long Seed { get; init; }

    internal void Validate()
    {
        VideoExtensions.Check(Extensions);
        OptionCheck.InRange(TestShare, 0.0, 1.0);
    }

    /// <summary>The pattern; <see langword="null"/> for none.</summary>
    /// <exception cref="ArgumentException">It cannot be used.</exception>
    internal Regex? ParsePattern()
    {
        if (GroupPattern is null)
        {
            return null;
        }

        try
        {
            var pattern = new Regex(GroupPattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return pattern.GetGroupNumbers().Length > 1
                ? pattern
                : throw new ArgumentException($"The pattern '{GroupPattern}' has no group in parentheses; put them around the recording's name.", nameof(GroupPattern));
        }
        catch (Exception error) when (error is RegexParseException or NotSupportedException)
        {
            throw new ArgumentException($"The pattern '{GroupPattern}' cannot be used: {error.Message}", nameof(GroupPattern), error);
        }
    }
}
