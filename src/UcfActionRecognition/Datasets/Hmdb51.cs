using Microsoft.Extensions.Logging;

namespace UcfActionRecognition;

/// <summary>
/// The HMDB51 data set (Kuehne, Jhuang, Garrote, Poggio and Serre, 2011): 6,766 clips of 51 actions, with three official splits of 70 training and
/// 30 test clips a class.
/// </summary>
/// <remarks>
/// <para>The root holds the official lists, <c>testTrainMulti_7030_splits/&lt;class&gt;_test_split&lt;N&gt;.txt</c> with a line
/// <c>&lt;video&gt;.avi &lt;0, 1 or 2&gt;</c> for each clip (0: in neither side, 1: training, 2: test), and the videos,
/// <c>hmdb51_org/&lt;class&gt;/&lt;video&gt;.avi</c>.</para>
/// <para>A clip's group is its class and the title of the recording, which its name begins with: <c>run/The_Matrix_3</c> for
/// <c>The_Matrix_3_run_f_cm_np1_ba_med_8</c>. That is as far as the official splits go. Within a class they keep the clips of a title on one side: in 14 of
/// the 153 lists, each of another class, of all three splits, none of their titles is on both. Across classes they do not (in split 1 <c>Juno</c> is tested on in
/// <c>run</c> and learned from in <c>pick</c>), nor for the parts of a film (<c>The_Matrix_3</c> is tested on in <c>run</c>, <c>The_Matrix_6</c> is learned
/// from): a score on HMDB51 holds for new clips, not always for new films. Titles are compared as spelled, since split 1 has <c>How_to_do_a_Cartwheel</c>
/// on one side and <c>how_to_do_a_cartwheel</c> on the other.</para>
/// </remarks>
public static class Hmdb51
{
    /// <summary>The folder of the official lists.</summary>
    public const string ListFolder = "testTrainMulti_7030_splits";

    /// <summary>The folder of the published AVI files, once the archive of each class is unpacked in it.</summary>
    public const string VideoFolder = "hmdb51_org";

    private static readonly string[] Extensions = [".avi"];

    /// <summary>Loads one of the official splits.</summary>
    /// <param name="root">The folder that holds the lists and the videos.</param>
    /// <param name="split">1, 2 or 3.</param>
    /// <param name="options">Which part to load; all of it by default.</param>
    /// <returns>The data set; labels follow the ordinal order of the class names.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The split is not 1, 2 or 3.</exception>
    /// <exception cref="DatasetFormatException">
    /// A folder or a list is missing, cannot be read or is not UTF-8, or lists have bad lines, duplicates or videos whose files are not there: all of them,
    /// each with file and line. Or the two sides share a group (<see cref="ActionDataset.CheckGroups"/>), unless
    /// <see cref="Hmdb51Options.AllowSharedGroups"/> is set.
    /// </exception>
    public static ActionDataset Load(string root, int split, Hmdb51Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentOutOfRangeException.ThrowIfLessThan(split, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(split, 3);
        options ??= new Hmdb51Options();
        var files = new VideoFiles(FindFolder(root, options), Extensions);
        var lists = new Hmdb51Lists(Path.Combine(root, ListFolder), split);
        string[] classes = lists.Classes(options.Classes);
        var problems = new DatasetProblems();
        var listed = new ListedVideos(files, options.SkipMissing, problems);
        for (int label = 0; label < classes.Length; label++)
        {
            lists.Read(classes[label], label, listed, problems);
        }

        problems.ThrowIfAny($"HMDB51 split {split} in '{root}'");
        var data = new ActionDataset($"HMDB51 split {split}", classes, lists.Train, lists.Test) { MissingVideos = listed.Missing };
        return options.AllowSharedGroups ? data : data.WithCheckedGroups();
    }

    /// <summary>Opens the videos of a root for reading.</summary>
    /// <param name="root">The folder that holds the videos' folder.</param>
    /// <param name="options">Where the videos are.</param>
    /// <param name="logger">Told once where indexes of videos that ffmpeg decodes cannot be kept; <see langword="null"/> for none.</param>
    /// <returns>The source; the caller disposes it.</returns>
    /// <exception cref="DatasetFormatException">The root does not hold the folder.</exception>
    /// <exception cref="ActionRecognitionException">The ffmpeg or the ffprobe program is missing or too old.</exception>
    public static IVideoClipSource OpenSource(string root, Hmdb51Options? options = null, ILogger? logger = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        return VideoFiles.Open(FindFolder(root, options ?? new Hmdb51Options()), Extensions, logger);
    }

    private static string FindFolder(string root, Hmdb51Options options)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.Folder);
        string folder = Path.Combine(root, options.Folder);
        return Directory.Exists(folder)
            ? folder
            : throw new DatasetFormatException(
                $"The data root '{root}' does not hold {options.Folder}/. It must hold the videos there, one folder per class, and {ListFolder}/. Unpack "
                + $"hmdb51_org.rar and the archives of the classes in it, or name the folder in {nameof(Hmdb51Options)}.{nameof(Hmdb51Options.Folder)}.");
    }
}
