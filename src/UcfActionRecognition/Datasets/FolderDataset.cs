using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace UcfActionRecognition;

/// <summary>
/// Any folder of videos as a data set: one folder per class, the videos in it, <c>root/&lt;class&gt;/&lt;video&gt;.mp4</c>. It is split at random into a
/// training and a test side, by groups, so that no recording is on both.
/// </summary>
/// <remarks>
/// Labels follow the ordinal order of the class names. The split depends on the seed and on the names alone: it is the same on every machine. Hidden files
/// and folders, and folders in the folders of classes, are left alone.
/// </remarks>
public static class FolderDataset
{
    /// <summary>Loads and splits a folder of videos.</summary>
    /// <param name="root">The folder that holds a folder per class.</param>
    /// <param name="options">Extensions, groups and split; defaults where <see langword="null"/>.</param>
    /// <returns>The data set, named after the folder; a video's name is <c>&lt;class&gt;/&lt;video&gt;</c>, its group <c>&lt;class&gt;/&lt;recording&gt;</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="ArgumentException">The pattern for groups cannot be used.</exception>
    /// <exception cref="DatasetFormatException">
    /// The folder is missing or cannot be listed, or holds no class; a class has no video, or too few groups for two sides; a name does not have the
    /// pattern; two files have the same name; or an extension is in another case: all of them, each with its file.
    /// </exception>
    public static ActionDataset Load(string root, FolderDatasetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(root);
        options ??= new FolderDatasetOptions();
        options.Validate();
        Regex? pattern = options.ParsePattern();
        VideoFolder[] classes = FindClasses(root, options.Extensions);
        var problems = new DatasetProblems();
        var train = new List<LabeledVideo>();
        var test = new List<LabeledVideo>();
        for (int label = 0; label < classes.Length; label++)
        {
            List<LabeledVideo> videos = ReadClass(classes[label], label, pattern, options, problems);
            HashSet<string> testGroups = DrawTest(classes[label].Name, label, GroupDraw.Sorted(videos), options, problems);
            ILookup<bool, LabeledVideo> sides = videos.ToLookup(video => testGroups.Contains(video.Group));
            train.AddRange(sides[false]);
            test.AddRange(sides[true]);
        }

        problems.ThrowIfAny($"The folder '{root}'");
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)));
        return new ActionDataset(name, [.. classes.Select(folder => folder.Name)], train, test).WithCheckedGroups();
    }

    /// <summary>Opens the videos of a folder for reading.</summary>
    /// <param name="root">The folder that holds a folder per class.</param>
    /// <param name="options">The extensions.</param>
    /// <param name="logger">Told once where indexes of videos that ffmpeg decodes cannot be kept; <see langword="null"/> for none.</param>
    /// <returns>The source; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An extension is none.</exception>
    /// <exception cref="ActionRecognitionException">The ffmpeg or the ffprobe program is missing or too old.</exception>
    public static IVideoClipSource OpenSource(string root, FolderDatasetOptions? options = null, ILogger? logger = null) =>
        VideoFiles.Open(root, (options ?? new FolderDatasetOptions()).Extensions, logger);

    private static VideoFolder[] FindClasses(string root, IReadOnlyList<string> extensions)
    {
        if (!Directory.Exists(root))
        {
            throw new DatasetFormatException($"The folder '{root}' is not there. It must hold a folder per class, and the videos in these.");
        }

        VideoFolder[] classes = [.. new VideoFiles(root, extensions).ClassFolders()];
        return classes.Length > 0
            ? classes
            : throw new DatasetFormatException($"The folder '{root}' holds no folder. It must hold a folder per class, and the videos in these.");
    }

    private static List<LabeledVideo> ReadClass(VideoFolder folder, int label, Regex? pattern, FolderDatasetOptions options, DatasetProblems problems)
    {
        var videos = new List<LabeledVideo>();
        foreach (VideoFile file in folder.Videos())
        {
            if (Problem(file) is { } problem)
            {
                problems.Add(file.Name + file.Extension, problem);
            }
            else if (pattern is null)
            {
                videos.Add(new LabeledVideo(file.Name, label, file.Name));
            }
            else if (pattern.Match(file.Name[(folder.Name.Length + 1)..]) is { Success: true, Groups: [_, { Length: > 0 } recording, ..] })
            {
                videos.Add(new LabeledVideo(file.Name, label, $"{folder.Name}/{recording.Value}"));
            }
            else
            {
                problems.Add(file.Name + file.Extension, $"the name does not tell the recording: '{options.GroupPattern}' finds none in it");
            }
        }

        foreach (string file in folder.InOtherCase())
        {
            problems.Add($"{folder.Name}/{file}", $"an extension in another case; rename the file, or add '{Path.GetExtension(file)}' to the extensions");
        }

        return videos;
    }

    private static string? Problem(VideoFile file) => file.Also is { } also
        ? $"there is a file '{also}' of the same name, too; keep one of them"
        : !VideoPath.HasPlainNames(file.Name) ? "the name has a character that no file name has on every system; rename the file" : null;

    private static HashSet<string> DrawTest(string className, int label, string[] groups, FolderDatasetOptions options, DatasetProblems problems)
    {
        bool bothSides = options.TestShare is > 0 and < 1;
        int least = bothSides ? 2 : 1;
        if (groups.Length < least)
        {
            problems.Add(className, groups.Length == 0
                ? $"no video: no file in it ends in {string.Join(", ", options.Extensions)}"
                : "all its videos are of one group; two sides take at least two groups");
            return [];
        }

        int count = (int)Math.Round(options.TestShare * groups.Length, MidpointRounding.AwayFromZero);
        count = bothSides ? Math.Clamp(count, 1, groups.Length - 1) : count;
        return [.. GroupDraw.Shuffled(groups, options.Seed, GroupDraw.Test, label).Take(count)];
    }
}
