namespace UcfActionRecognition;

/// <summary>Gathers what is wrong with a data set's lists and folders, so that one error tells all of it.</summary>
internal sealed class DatasetProblems
{
    // Enough to see a pattern; a message of 13,000 lines would hide it.
    private const int Shown = 20;

    // Lists and the names of files may be a stranger's.
    private const int ProblemLength = 400;

    private readonly List<string> _first = [];
    private int _count;

    public void Add(string file, int line, string problem) => Add($"{Path.GetFileName(file)}({line})", problem);

    /// <param name="place">The class, the file or the line that has it.</param>
    /// <param name="problem">What was expected, what was found.</param>
    public void Add(string place, string problem)
    {
        _count++;
        if (_first.Count < Shown)
        {
            _first.Add(ErrorText.ShortenedTo(ProblemLength, $"{place}: {problem}"));
        }
    }

    public void ThrowIfAny(string what)
    {
        if (_count == 0)
        {
            return;
        }

        string more = _count > Shown ? $"{Environment.NewLine}  ... and {_count - Shown} more" : "";
        throw new DatasetFormatException(
            $"{what} has {_count} problem{(_count == 1 ? "" : "s")}:{Environment.NewLine}"
            + string.Join(Environment.NewLine, _first.Select(problem => "  " + problem)) + more);
    }
}
