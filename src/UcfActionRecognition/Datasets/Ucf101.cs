using Microsoft.Extensions.Logging;

namespace UcfActionRecognition;

/// <summary>
/// The UCF-101 data set (Soomro, Zamir and Shah, 2012): 13,320 clips of 101 actions, with three official splits.
/// </summary>
/// <remarks>
/// The root holds the official lists, <c>ucfTrainTestlist/</c>, and the videos: <c>UCF-101/</c> (AVI),
/// <c>UCF-101-hdf5/</c> (decoded) or <c>UCF-101-compact/</c> (JPEG frames in HDF5), each with a folder per class.
/// </remarks>
public static class Ucf101
{
    /// <summary>The folder of the official lists.</summary>
    public const string ListFolder = "ucfTrainTestlist";

    /// <summary>The folder of the published AVI files.</summary>
    public const string AviFolder = "UCF-101";

    /// <summary>The folder of the decoded HDF5 files.</summary>
    public const string Hdf5Folder = "UCF-101-hdf5";

    /// <summary>The folder of the compact HDF5 files.</summary>
    public const string CompactFolder = "UCF-101-compact";

    internal const string ListRemedy = $"Unpack UCF101TrainTestSplits-RecognitionTask.zip so that the root holds {ListFolder}/.";

    /// <summary>Loads one of the official splits.</summary>
    /// <param name="root">The folder that holds the lists and the videos.</param>
    /// <param name="split">1, 2 or 3.</param>
    /// <param name="options">Which part to load; all of it by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The split is not 1, 2 or 3.</exception>
    /// <exception cref="DatasetFormatException">
    /// A list is missing, cannot be read or is not UTF-8, or has bad lines, unknown classes, duplicates or videos whose files are not there: all of them,
    /// each with file and line. Or the two sides share a group (<see cref="ActionDataset.CheckGroups"/>).
    /// </exception>
    public static ActionDataset Load(string root, int split, Ucf101Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentOutOfRangeException.ThrowIfLessThan(split, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(split, 3);
        options ??= new Ucf101Options();
        Ucf101Files files = Ucf101Files.Find(root, options.Format);
        string lists = Path.Combine(root, ListFolder);
        var problems = new DatasetProblems();
        Ucf101Classes classes = Ucf101Classes.Read(Path.Combine(lists, "classInd.txt"), options.Classes, problems);
        var listed = new ListedVideos(files, options.SkipMissing, problems);
        var reader = new Ucf101ListReader(classes, listed, problems);
        IReadOnlyList<LabeledVideo> train = reader.Read(Path.Combine(lists, $"trainlist0{split}.txt"));
        IReadOnlyList<LabeledVideo> test = reader.Read(Path.Combine(lists, $"testlist0{split}.txt"));
        problems.ThrowIfAny($"UCF-101 split {split} in '{root}'");
        return new ActionDataset($"UCF-101 split {split}", classes.Kept, train, test) { MissingVideos = listed.Missing }.WithCheckedGroups();
    }

    /// <summary>The form in which <see cref="OpenSource"/> would read a root's videos.</summary>
    /// <param name="root">The folder that holds the videos' folders.</param>
    /// <param name="format">The form that is asked for.</param>
    /// <returns>Any but <see cref="VideoFormat.Auto"/>.</returns>
    /// <exception cref="DatasetFormatException">The root does not hold the folder.</exception>
    public static VideoFormat FindFormat(string root, VideoFormat format = VideoFormat.Auto)
    {
        ArgumentNullException.ThrowIfNull(root);
        return Ucf101Files.Find(root, format).Format;
    }

    /// <summary>Opens the videos of a root for reading.</summary>
    /// <param name="root">The folder that holds <c>UCF-101-hdf5/</c>, <c>UCF-101-compact/</c> or <c>UCF-101/</c>.</param>
    /// <param name="options">The form of the videos, its <see cref="Ucf101Options.Format"/>; by default the first of these that is there.</param>
    /// <param name="logger">Told once where indexes of videos that ffmpeg decodes cannot be kept; <see langword="null"/> for none.</param>
    /// <returns>The source, an <see cref="Hdf5VideoClipSource"/> or an <see cref="FFmpegVideoClipSource"/>; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The form is none.</exception>
    /// <exception cref="DatasetFormatException">The root does not hold the folder.</exception>
    /// <exception cref="ActionRecognitionException">The ffmpeg or the ffprobe program is missing or too old.</exception>
    public static IVideoClipSource OpenSource(string root, Ucf101Options? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        var files = Ucf101Files.Find(root, (options ?? new Ucf101Options()).Format);
        return files.Format == VideoFormat.Avi ? new FFmpegVideoClipSource(files.Folder, logger: logger) : new Hdf5VideoClipSource(files.Folder);
    }
}
