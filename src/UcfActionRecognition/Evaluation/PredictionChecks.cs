namespace UcfActionRecognition;

/// <summary>What holds of every set of predictions, and between sets that are used together.</summary>
internal static class PredictionChecks
{
    /// <exception cref="PredictionsException">There are no classes, a class or video is listed twice, or a label is no class.</exception>
    public static void CheckVideos(string set, IReadOnlyList<string> classes, IReadOnlyList<LabeledVideo> videos)
    {
        if (classes.Count == 0 || FirstTwice(classes) is not null)
        {
            throw new PredictionsException(
                classes.Count == 0 ? $"'{set}' has no classes; at least one is expected." : $"'{set}' lists the class '{FirstTwice(classes)}' twice.");
        }

        if (FirstTwice(videos.Select(video => video.Name)) is { } twice)
        {
            throw new PredictionsException($"'{set}' lists the video '{twice}' twice; it would count twice. List each video once.");
        }

        if (videos.FirstOrDefault(video => (uint)video.Label >= (uint)classes.Count) is { } wrong)
        {
            throw new PredictionsException(
                $"'{set}': '{wrong.Name}' has the label {wrong.Label}; there are {classes.Count} classes, 0 to {classes.Count - 1}.");
        }
    }

    /// <summary>The scores by video.</summary>
    /// <exception cref="PredictionsException">A score is of no listed video, of one that has a score already, or not a finite number for each class.</exception>
    public static Dictionary<string, VideoScore> ByName(
        string set, IReadOnlyList<string> classes, IReadOnlyList<LabeledVideo> videos, IEnumerable<VideoScore> scores)
    {
        var listed = videos.ToDictionary(video => video.Name, StringComparer.Ordinal);
        var byName = new Dictionary<string, VideoScore>(StringComparer.Ordinal);
        foreach (VideoScore score in scores)
        {
            string video = score.Video.Name;
            if (!listed.TryGetValue(video, out LabeledVideo? expected) || expected != score.Video)
            {
                throw new PredictionsException(
                    $"'{set}' has a score of {score.Video}, which is not one of its {videos.Count} videos"
                    + (expected is null ? "." : $"; listed is {expected}."));
            }

            CheckScore(set, classes, score);
            if (!byName.TryAdd(video, score))
            {
                throw new PredictionsException($"'{set}' has two scores of '{video}'.");
            }
        }

        return byName;
    }

    /// <exception cref="PredictionsException">The sets differ in classes, in videos, or in the data that their models were trained on.</exception>
    public static void CheckTogether(IReadOnlyList<PredictionSet> sets)
    {
        PredictionSet first = sets[0];
        PredictionSet? known = sets.FirstOrDefault(set => set.Data is not null);
        foreach (PredictionSet other in sets)
        {
            if (other.Data is not null && other.Data != known!.Data)
            {
                throw new PredictionsException(
                    $"The models of '{known.Name}' and '{other.Name}' were trained on other data, '{ErrorText.Shortened(known.Data!)}' and "
                    + $"'{ErrorText.Shortened(other.Data)}': one has learned from videos that the other is tested on. Combine and compare models of one split.");
            }

            if (Difference(first, other) is { } difference)
            {
                throw new PredictionsException($"'{first.Name}' and '{other.Name}' do not belong together: {difference}.");
            }
        }
    }

    private static void CheckScore(string set, IReadOnlyList<string> classes, VideoScore score)
    {
        if (score.LogProbabilities.Count != classes.Count)
        {
            throw new PredictionsException($"'{set}': '{score.Video.Name}' has {score.LogProbabilities.Count} scores; there are {classes.Count} classes.");
        }

        for (int i = 0; i < classes.Count; i++)
        {
            if (!double.IsFinite(score.LogProbabilities[i]))
            {
                throw new PredictionsException($"'{set}': the score of '{score.Video.Name}' for '{classes[i]}' is not a finite number.");
            }
        }
    }

    private static string? Difference(PredictionSet first, PredictionSet other) =>
        DescribeClasses(first.Classes, other.Classes) ?? DescribeVideos(first, other);

    /// <summary>How two lists of classes differ, as a clause; <see langword="null"/> where they are the same.</summary>
    public static string? DescribeClasses(IReadOnlyList<string> first, IReadOnlyList<string> other)
    {
        if (first.SequenceEqual(other, StringComparer.Ordinal))
        {
            return null;
        }

        string[] onlyFirst = [.. first.Except(other, StringComparer.Ordinal)];
        string[] onlyOther = [.. other.Except(first, StringComparer.Ordinal)];
        if (onlyFirst.Length + onlyOther.Length > 0)
        {
            return $"the classes differ ({first.Count} and {other.Count}; only the first has {List(onlyFirst)}, only the second {List(onlyOther)})";
        }

        int place = Enumerable.Range(0, Math.Min(first.Count, other.Count)).FirstOrDefault(i => first[i] != other[i]);
        return $"the classes are in another order (class {place} is '{ErrorText.Shortened(first[place])}' and "
            + $"'{ErrorText.Shortened(other[place])}')";
    }

    /// <summary>Names of a list, the first few of them.</summary>
    public static string List(IReadOnlyList<string> names)
    {
        const int Most = 5;
        const int NameLength = 300; // paths among them
        return names.Count == 0
            ? "none"
            : string.Join(", ", names.Take(Most).Select(name => $"'{ErrorText.ShortenedTo(NameLength, name)}'"))
                + (names.Count > Most ? $" and {names.Count - Most} more" : "");
    }

    private static string? DescribeVideos(PredictionSet first, PredictionSet other)
    {
        var firstVideos = first.Videos.ToDictionary(video => video.Name, StringComparer.Ordinal);
        var otherVideos = other.Videos.ToDictionary(video => video.Name, StringComparer.Ordinal);
        string[] onlyFirst = [.. first.Videos.Select(video => video.Name).Where(name => !otherVideos.ContainsKey(name))];
        string[] onlyOther = [.. other.Videos.Select(video => video.Name).Where(name => !firstVideos.ContainsKey(name))];
        if (onlyFirst.Length + onlyOther.Length > 0)
        {
            return $"the videos differ ({first.Videos.Count} and {other.Videos.Count}; only the first has {List(onlyFirst)}, only the second {List(onlyOther)})";
        }

        return first.Videos.FirstOrDefault(video => otherVideos[video.Name] != video) is { } changed
            ? $"'{changed.Name}' has the label {changed.Label} and group '{changed.Group}', and the label "
                + $"{otherVideos[changed.Name].Label} and group '{otherVideos[changed.Name].Group}'"
            : null;
    }

    private static string? FirstTwice(IEnumerable<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return names.FirstOrDefault(name => !seen.Add(name));
    }
}
