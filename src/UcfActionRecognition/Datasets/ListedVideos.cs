namespace UcfActionRecognition;

/// <summary>Finds the files of the videos that a data set's lists name.</summary>
internal sealed class ListedVideos(VideoFiles files, bool skipMissing, DatasetProblems problems)
{
    private readonly Dictionary<string, (string List, int Line)> _seen = new(StringComparer.Ordinal);

    /// <summary>Videos left out because their files are not there.</summary>
    public int Missing { get; private set; }

    /// <summary>
    /// A video's name as its file spells it; <see langword="null"/> where it is left out or where something is wrong, which is then among the problems.
    /// </summary>
    /// <param name="name">The name in the list.</param>
    /// <param name="list">The list.</param>
    /// <param name="line">Its line, from 1.</param>
    /// <param name="otherName">Looked for where the name is not there.</param>
    public string? Find(string name, string list, int line, string? otherName = null)
    {
        if (!files.TryFind(name, out VideoFile video) && !files.TryFind(otherName ?? name, out video))
        {
            if (skipMissing)
            {
                Missing++;
            }
            else
            {
                problems.Add(list, line, $"the file '{files.PathOf(otherName ?? name)}' is not there");
            }

            return null;
        }

        if (video.Also is { } also)
        {
            problems.Add(list, line, $"'{video.Name}' is there as {video.Extension} and as {also}; keep one of the files");
            return null;
        }

        if (!_seen.TryAdd(video.Name, (list, line)))
        {
            (string first, int at) = _seen[video.Name];
            problems.Add(list, line, $"'{video.Name}' stands in {Path.GetFileName(first)}({at}) already");
            return null;
        }

        return video.Name;
    }
}
