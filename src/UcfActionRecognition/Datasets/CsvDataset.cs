using Microsoft.Extensions.Logging;

namespace UcfActionRecognition;

/// <summary>
/// Any videos as a data set, by a list in CSV: <c>video,label,split,group</c>, a video a line.
/// </summary>
/// <remarks>
/// <para>CSV as in RFC 4180: fields with commas, quotes or line ends stand in double quotes, quotes in them are doubled; lines end in LF or CRLF. UTF-8, with
/// or without a byte order mark. The first line names the columns, in any order; a column that is none of the four is an error. Space
/// around a field does not count, empty lines do not either.</para>
/// <para><c>video</c> is the path below the folder of the videos, with <c>/</c> between folders, with the file's extension or without it. <c>label</c> is the
/// class's name; labels follow the ordinal order of the names, so they do not depend on the order of the lines. <c>split</c> is <c>train</c>,
/// <c>validation</c> (or <c>held-out</c>) or <c>test</c>; videos for validation become <see cref="ActionDataset.HeldOut"/>. <c>group</c> is the recording that
/// the video is cut from; where it is empty, or the column is not there, the video is a group of its own.</para>
/// </remarks>
public static class CsvDataset
{
    /// <summary>Loads a list.</summary>
    /// <param name="path">The list.</param>
    /// <param name="options">Where the videos are; defaults where <see langword="null"/>.</param>
    /// <returns>The data set, named after the list; the videos are in its order.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="DatasetFormatException">
    /// The list or the folder is missing or cannot be read; the list has bad lines, duplicates or videos whose files are not there: all of them, each with its
    /// line; or sides share a group (<see cref="ActionDataset.CheckGroups"/>).
    /// </exception>
    public static ActionDataset Load(string path, CsvDatasetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new CsvDatasetOptions();
        options.Validate();
        string folder = options.FolderOf(path);
        if (!Directory.Exists(folder))
        {
            throw new DatasetFormatException(
                $"The folder of the videos '{folder}' is not there. Name it in {nameof(CsvDatasetOptions)}.{nameof(CsvDatasetOptions.Folder)}.");
        }

        var problems = new DatasetProblems();
        var listed = new ListedVideos(new VideoFiles(folder, options.Extensions), options.SkipMissing, problems);
        var reader = new CsvListReader(path, options.Extensions, listed, problems);
        reader.Read();
        problems.ThrowIfAny($"The list '{path}'");
        return reader.Dataset() with { MissingVideos = listed.Missing };
    }

    /// <summary>Opens the videos of a list for reading.</summary>
    /// <param name="path">The list.</param>
    /// <param name="options">Where the videos are.</param>
    /// <param name="logger">Told once where indexes of videos that ffmpeg decodes cannot be kept; <see langword="null"/> for none.</param>
    /// <returns>The source; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="ActionRecognitionException">The ffmpeg or the ffprobe program is missing or too old.</exception>
    public static IVideoClipSource OpenSource(string path, CsvDatasetOptions? options = null, ILogger? logger = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new CsvDatasetOptions();
        options.Validate();
        return VideoFiles.Open(options.FolderOf(path), options.Extensions, logger);
    }
}
