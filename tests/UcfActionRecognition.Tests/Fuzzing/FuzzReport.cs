using System.Globalization;
using System.Text;

namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>Counts what came of the mutants. Safe for concurrent use.</summary>
internal sealed class FuzzReport(string target)
{
    private const int ShownCharacters = 1500;

    private readonly Lock _sync = new();
    private readonly SortedDictionary<string, int> _refused = new(StringComparer.Ordinal);
    private readonly List<FuzzFinding> _findings = [];
    private long _slowest;
    private long _peak;
    private long _allocated;

    public int Mutants { get; private set; }

    public int Reads { get; private set; }

    public int Refusals => _refused.Values.Sum();

    public IReadOnlyList<FuzzFinding> Findings => _findings;

    /// <summary>Counts a mutant that the process survived.</summary>
    public void Add(FuzzOutcome outcome, string detail, long milliseconds, long peakBytes, long allocated)
    {
        lock (_sync)
        {
            Mutants++;
            _slowest = Math.Max(_slowest, milliseconds);
            _peak = Math.Max(_peak, peakBytes);
            _allocated = Math.Max(_allocated, allocated);
            if (outcome == FuzzOutcome.Read)
            {
                Reads++;
            }
            else if (outcome == FuzzOutcome.Refused)
            {
                _refused[detail] = _refused.GetValueOrDefault(detail) + 1;
            }
        }
    }

    /// <summary>Counts a mutant that the process did not survive.</summary>
    public void AddLost()
    {
        lock (_sync)
        {
            Mutants++;
        }
    }

    public void Add(FuzzFinding finding)
    {
        lock (_sync)
        {
            _findings.Add(finding);
        }
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{target}: {Mutants} mutants, {Reads} read, ");
        text.Append(string.Join(", ", _refused.Select(entry => $"{entry.Value} {entry.Key}")));
        foreach (FuzzOutcome outcome in (FuzzOutcome[])[FuzzOutcome.Wrong, FuzzOutcome.Died, FuzzOutcome.Hung, FuzzOutcome.Memory])
        {
            text.Append(CultureInfo.InvariantCulture, $", {_findings.Count(finding => finding.Outcome == outcome)} {outcome.ToString().ToLowerInvariant()}");
        }

        text.Append(CultureInfo.InvariantCulture, $"; slowest {_slowest} ms, most allocated {_allocated >> 10} KiB, peak of a process {_peak >> 20} MiB");
        foreach (FuzzFinding finding in _findings)
        {
            text.AppendLine();
            text.Append(CultureInfo.InvariantCulture, $"  {target}:{finding.Number} {finding.Outcome}: {Beginning(finding.Detail)} ({finding.Folder})");
        }

        return text.ToString();
    }

    private static string Beginning(string detail) => detail.Length > ShownCharacters ? detail[..ShownCharacters] + "..." : detail;
}
