using System.Text.RegularExpressions;

namespace UcfActionRecognition;

/// <summary>Reads the lists of one split, one per class.</summary>
internal sealed partial class Hmdb51Lists(string folder, int split)
{
    private const string Remedy = $"Unpack test_train_splits.rar so that the root holds {Hmdb51.ListFolder}/ with three lists for each class.";

    private readonly List<LabeledVideo> _train = [];
    private readonly List<LabeledVideo> _test = [];

    public IReadOnlyList<LabeledVideo> Train => _train;

    public IReadOnlyList<LabeledVideo> Test => _test;

    /// <summary>The classes that have a list of any split, sorted: a list that lacks must not move the labels of the others.</summary>
    /// <param name="keep">Those that are kept; all where it is <see langword="null"/>.</param>
    /// <exception cref="DatasetFormatException">The folder or the lists are missing, or a class to keep has no list.</exception>
    public string[] Classes(IReadOnlyList<string>? keep)
    {
        if (!Directory.Exists(folder))
        {
            throw new DatasetFormatException($"The folder of the lists '{folder}' is not there. {Remedy}");
        }

        string[] all = [.. FolderListing.Names(folder, Directory.EnumerateFiles).Select(name => ListName().Match(name))
            .Where(match => match.Success).Select(match => match.Groups["class"].Value).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (all.Length == 0)
        {
            throw new DatasetFormatException($"The folder '{folder}' holds no list <class>_test_split{split}.txt. {Remedy}");
        }

        return KeptClasses.Of(all, keep, folder);
    }

    /// <summary>Reads the list of one class.</summary>
    public void Read(string className, int label, ListedVideos listed, DatasetProblems problems)
    {
        string path = Path.Combine(folder, $"{className}_test_split{split}.txt");
        foreach ((int number, string text) in ListFile.Lines(path, Remedy))
        {
            Match match = Line().Match(text);
            if (!match.Success)
            {
                problems.Add(path, number, $"expected '<video>.avi <0, 1 or 2>', found '{ErrorText.Shortened(text)}'");
            }
            else if (match.Groups["side"].Value != "0" && listed.Find($"{className}/{match.Groups["name"].Value}", path, number) is { } name)
            {
                (match.Groups["side"].Value == "1" ? _train : _test).Add(new LabeledVideo(name, label, Group(className, match.Groups["name"].Value)));
            }
        }
    }

    // The title may name the action itself, so its end is the last such name. A clip without one is a group of its own.
    private static string Group(string className, string name)
    {
        int end = name.LastIndexOf($"_{className}_", StringComparison.Ordinal);
        return $"{className}/{(end > 0 ? name[..end] : name)}";
    }

    [GeneratedRegex(@"^(?<class>[^/\\]+)_test_split[123]\.txt$", RegexOptions.CultureInvariant)]
    private static partial Regex ListName();

    [GeneratedRegex(@"^(?<name>[^/]+)\.avi\s+(?<side>[012])$", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
