using System.Globalization;
using System.Text.RegularExpressions;

namespace UcfActionRecognition;

/// <summary>Reads the train and test lists of one split.</summary>
internal sealed partial class Ucf101ListReader(Ucf101Classes classes, ListedVideos listed, DatasetProblems problems)
{
    public IReadOnlyList<LabeledVideo> Read(string path)
    {
        var videos = new List<LabeledVideo>();
        foreach ((int number, string text) in ListFile.Lines(path, Ucf101.ListRemedy))
        {
            if (Parse(text, out string? problem) is { } video && listed.Find(video.Name, path, number) is { } name)
            {
                videos.Add(video with { Name = name });
            }

            if (problem is not null)
            {
                problems.Add(path, number, problem);
            }
        }

        return videos;
    }

    /// <summary>The video of one line; <see langword="null"/> without a problem where its class is not kept.</summary>
    private LabeledVideo? Parse(string text, out string? problem)
    {
        problem = null;
        Match match = Line().Match(text);
        if (!match.Success)
        {
            problem = $"expected '<Class>/v_<Class>_g<group>_c<clip>.avi [<class number>]', found '{text}'";
            return null;
        }

        string className = match.Groups["class"].Value;
        if (!classes.TryGetIndex(className, out int index) || !className.Equals(match.Groups["again"].Value, StringComparison.OrdinalIgnoreCase))
        {
            problem = $"'{match.Groups["name"].Value}' names a class that classInd.txt does not have";
            return null;
        }

        if (match.Groups["label"] is { Success: true } label && label.Value != index.ToString(CultureInfo.InvariantCulture))
        {
            problem = $"the line says class {label.Value}; classInd.txt says {className} is {index}";
            return null;
        }

        return classes.TryGetLabel(className, out int kept)
            ? new LabeledVideo(match.Groups["name"].Value, kept, $"{classes.Kept[kept]}/g{match.Groups["group"].Value}")
            : null;
    }

    [GeneratedRegex(@"^(?<name>(?<class>\w+)/v_(?<again>\w+)_g(?<group>\d+)_c\d+)\.avi(?:\s+(?<label>\d+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Line();
}
