namespace UcfActionRecognition;

/// <summary>Gathers what is wrong with a data set's lists, so that one error tells all of it.</summary>
internal sealed class DatasetProblems
{
    // Enough to see a pattern; a message of 13,000 lines would hide it.
    private const int Shown = 20;
    private const int ProblemLength = 400;

    private readonly List<string> _problems = [];

    public void Add(string file, int line, string problem) =>
        _problems.Add($"{Path.GetFileName(file)}({line}): {ErrorText.ShortenedTo(ProblemLength, problem)}");

    public void ThrowIfAny(string what)
    {
        if (_problems.Count == 0)
        {
            return;
        }

        string more = _problems.Count > Shown ? $"{Environment.NewLine}  ... and {_problems.Count - Shown} more" : "";
        throw new DatasetFormatException(
            $"{what} has {_problems.Count} problem{(_problems.Count == 1 ? "" : "s")}:{Environment.NewLine}"
            + string.Join(Environment.NewLine, _problems.Take(Shown).Select(problem => "  " + problem)) + more);
    }

    /// <summary>The lines of a list, numbered from 1, without the empty ones; CRLF or LF.</summary>
    public static IEnumerable<(int Number, string Text)> Lines(string path)
    {
        if (!File.Exists(path))
        {
            throw new DatasetFormatException(
                $"The list '{path}' is not there. Unpack UCF101TrainTestSplits-RecognitionTask.zip so that the root holds {Ucf101.ListFolder}/.");
        }

        return File.ReadLines(path).Select((text, index) => (index + 1, text.Trim())).Where(line => line.Item2.Length > 0);
    }
}
