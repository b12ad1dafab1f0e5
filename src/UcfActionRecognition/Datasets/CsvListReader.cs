namespace UcfActionRecognition;

/// <summary>Reads the list of a <see cref="CsvDataset"/>.</summary>
internal sealed class CsvListReader(string path, IReadOnlyList<string> extensions, ListedVideos listed, DatasetProblems problems)
{
    private static readonly string[] Required = ["video", "label", "split"];
    private static readonly string[] Known = [.. Required, "group"];

    // The sides in the order of ActionDataset's: training, test, held out.
    private static readonly Dictionary<string, int> Sides = new(StringComparer.OrdinalIgnoreCase)
    {
        ["train"] = 0,
        ["test"] = 1,
        ["validation"] = 2,
        ["held-out"] = 2,
    };

    private readonly List<(string Name, string Label, string Group, int Side)> _videos = [];
    private Dictionary<string, int> _columns = [];

    /// <summary>Reads all of it; what is wrong goes to the problems.</summary>
    /// <exception cref="DatasetFormatException">The list is missing, cannot be read, or has no header.</exception>
    public void Read()
    {
        using StreamReader text = ListFile.Open(path, $"It must be a CSV file with the header {string.Join(',', Known)}, a video a line.");
        ListFile.Read(path, () => ReadRecords(new CsvReader(text)));
    }

    /// <summary>What was read.</summary>
    /// <exception cref="DatasetFormatException">Sides share a group.</exception>
    public ActionDataset Dataset()
    {
        string[] classes = [.. _videos.Select(video => video.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Dictionary<string, int> labels = classes.Select((name, label) => (name, label)).ToDictionary(entry => entry.name, entry => entry.label, StringComparer.Ordinal);
        ILookup<int, LabeledVideo> sides = _videos.ToLookup(video => video.Side, video => new LabeledVideo(video.Name, labels[video.Label], video.Group));
        var data = new ActionDataset(Path.GetFileNameWithoutExtension(path), classes, [.. sides[0]], [.. sides[1]]) { HeldOut = [.. sides[2]] };
        return data.WithCheckedGroups();
    }

    private void ReadRecords(CsvReader reader)
    {
        bool header = true;
        foreach (CsvRecord record in reader.Read())
        {
            if (record.Problem is { } problem)
            {
                problems.Add(path, record.Line, problem);
            }
            else if (header)
            {
                ReadHeader(record);
            }
            else
            {
                ReadVideo(record);
            }

            header = false;
            if (_columns.Count == 0)
            {
                return;
            }
        }

        if (header)
        {
            problems.Add(path, 1, $"expected the header {string.Join(',', Known)}, found nothing");
        }
        else if (_videos.Count == 0 && listed.Missing == 0)
        {
            problems.Add(path, 1, "no video after the header");
        }
    }

    // Without the columns nothing after them can be read, so a bad header is the only problem that is told.
    private void ReadHeader(CsvRecord record)
    {
        string[] names = [.. record.Fields.Select(field => field.ToLowerInvariant())];
        bool good = names.All(Known.Contains) && Required.All(names.Contains) && names.Distinct().Count() == names.Length;
        if (good)
        {
            _columns = names.Select((name, column) => (name, column)).ToDictionary(entry => entry.name, entry => entry.column);
        }
        else
        {
            string found = ErrorText.Shortened(string.Join(',', record.Fields));
            problems.Add(path, record.Line, $"expected the columns {string.Join(',', Required)} and at most group beside them, found '{found}'");
        }
    }

    private void ReadVideo(CsvRecord record)
    {
        if (record.Fields.Count != _columns.Count)
        {
            problems.Add(path, record.Line, $"expected {_columns.Count} fields, found {record.Fields.Count}");
            return;
        }

        string[] empty = [.. Required.Where(column => Field(record, column).Length == 0)];
        if (empty.Length > 0)
        {
            problems.Add(path, record.Line, $"{string.Join(" and ", empty)} {(empty.Length == 1 ? "is" : "are")} empty");
        }
        else if (!Sides.TryGetValue(Field(record, "split"), out int side))
        {
            problems.Add(path, record.Line, $"expected the split train, validation, held-out or test, found '{ErrorText.Shortened(Field(record, "split"))}'");
        }
        else if (Find(Field(record, "video"), record.Line) is { } name)
        {
            string group = _columns.ContainsKey("group") ? Field(record, "group") : "";
            _videos.Add((name, Field(record, "label"), group.Length > 0 ? group : name, side));
        }
    }

    private string Field(CsvRecord record, string column) => record.Fields[_columns[column]];

    private string? Find(string video, int line)
    {
        string? extension = extensions.FirstOrDefault(known => video.EndsWith(known, StringComparison.OrdinalIgnoreCase));
        return extension is null ? listed.Find(video, path, line) : listed.Find(video[..^extension.Length], path, line, otherName: video);
    }
}
