using System.Globalization;

namespace UcfActionRecognition;

/// <summary>The classes of <c>classInd.txt</c>, and which of them are kept.</summary>
internal sealed class Ucf101Classes
{
    private readonly Dictionary<string, int> _indexByName = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _labelByName = new(StringComparer.OrdinalIgnoreCase);

    private Ucf101Classes()
    {
    }

    /// <summary>The kept classes, in the order of the list; a label is an index into it.</summary>
    public IReadOnlyList<string> Kept { get; private set; } = [];

    public static Ucf101Classes Read(string path, IReadOnlyList<string>? keep, DatasetProblems problems)
    {
        var classes = new Ucf101Classes();
        var names = new SortedDictionary<int, string>();
        foreach ((int number, string text) in ListFile.Lines(path, Ucf101.ListRemedy))
        {
            string[] parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length != 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index) || index < 1)
            {
                problems.Add(path, number, $"expected '<number from 1> <class>', found '{text}'");
            }
            else if (!names.TryAdd(index, parts[1]) || !classes._indexByName.TryAdd(parts[1], index))
            {
                problems.Add(path, number, $"the number {index} or the class '{parts[1]}' is there twice");
            }
        }

        problems.ThrowIfAny($"'{path}'");
        classes.Kept = KeptClasses.Of(names.Values, keep, path);
        for (int label = 0; label < classes.Kept.Count; label++)
        {
            classes._labelByName[classes.Kept[label]] = label;
        }

        return classes;
    }

    /// <summary>The class's number in <c>classInd.txt</c>, from 1.</summary>
    public bool TryGetIndex(string name, out int index) => _indexByName.TryGetValue(name, out index);

    /// <summary>The zero-based label among the kept classes.</summary>
    public bool TryGetLabel(string name, out int label) => _labelByName.TryGetValue(name, out label);
}
