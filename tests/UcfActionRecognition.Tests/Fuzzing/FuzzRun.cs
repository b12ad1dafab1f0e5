using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace UcfActionRecognition.Tests.Fuzzing;

/// <summary>Has child processes read mutants, and watches their time and memory: what kills a process cannot be caught inside it.</summary>
internal sealed class FuzzRun(string target, string findings, FuzzLimits limits)
{
    private const int MostFindings = 50;
    private static readonly TimeSpan TimeToStart = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    private readonly FuzzReport _report = new(target);

    /// <summary>Reads the mutants from a number on, in some processes at a time.</summary>
    public FuzzReport Run(int first, int count, int processes)
    {
        int each = (count + processes - 1) / processes;
        Thread[] threads = [.. Enumerable.Range(0, processes).Select(index => new Thread(() =>
            RunRange(first + (index * each), Math.Min(first + count, first + ((index + 1) * each)))))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return _report;
    }

    private void RunRange(int first, int end)
    {
        while (first < end && _report.Findings.Count < MostFindings)
        {
            using var folder = new TemporaryFolder();
            first = RunProcess(first, end, folder);
        }
    }

    /// <summary>Runs one process until it ends or is ended.</summary>
    /// <returns>The number to go on with.</returns>
    private int RunProcess(int first, int end, TemporaryFolder folder)
    {
        using Process process = Start(first, end, folder);
        using var lines = new BlockingCollection<string>();
        process.OutputDataReceived += (_, line) => Take(lines, line.Data);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        process.BeginOutputReadLine();
        int current = first;
        string said = "";
        long since = Stopwatch.GetTimestamp();
        TimeSpan allowed = TimeToStart;
        while (!lines.IsCompleted)
        {
            if (lines.TryTake(out string? line, Poll))
            {
                int next = Read(line, current, folder);
                said = next == current && !line.StartsWith("begin", StringComparison.Ordinal) ? $"{said} {line}" : "";
                (current, since, allowed) = (next, Stopwatch.GetTimestamp(), limits.TimePerMutant);
            }
            else if (Stopwatch.GetElapsedTime(since) > allowed)
            {
                return Lost(process, current, FuzzOutcome.Hung, $"no end after {allowed.TotalSeconds} s", folder);
            }

            if (ResidentBytes(process) is { } bytes && bytes > limits.ProcessBytes)
            {
                return Lost(process, current, FuzzOutcome.Memory, $"{bytes >> 20} MiB", folder);
            }
        }

        process.WaitForExit();
        return process.ExitCode == 0 ? end : Lost(process, current, FuzzOutcome.Died, $"code {process.ExitCode}: {FirstOf(said + errors.Result)}", folder);
    }

    private Process Start(int first, int end, TemporaryFolder folder)
    {
        // Runtime files of .NET would pass for files that were left behind.
        string temporary = Directory.CreateDirectory(folder["temporary"]).FullName;
        return FreshProcess.StartAction(
            FuzzChild.Action, AppContext.BaseDirectory, (FuzzChild.Target, target), (FuzzChild.First, Text(first)), (FuzzChild.End, Text(end)),
            (FuzzChild.Folder, folder.Path), ("TMPDIR", temporary), ("DOTNET_EnableDiagnostics", "0"),
            ("DOTNET_GCHeapHardLimit", limits.HeapBytes.ToString("x", CultureInfo.InvariantCulture)), ("DOTNET_gcServer", "0"));
    }

    /// <summary>Takes in a line of the child.</summary>
    /// <returns>The mutant that it is at.</returns>
    private int Read(string line, int current, TemporaryFolder folder)
    {
        string[] fields = line.Split('\t');
        if (fields is ["end", var number, var named, var milliseconds, var peak, var allocated, var detail])
        {
            FuzzOutcome outcome = Enum.Parse<FuzzOutcome>(named);
            _report.Add(outcome, detail, Long(milliseconds), Long(peak), Long(allocated));
            if (outcome == FuzzOutcome.Wrong)
            {
                _report.Add(new FuzzFinding((int)Long(number), outcome, detail, Keep((int)Long(number), folder)));
            }

            // The next one may begin to be written before this line is read.
            return (int)Long(number) + 1;
        }

        return fields is ["begin", var begun] ? (int)Long(begun) : current;
    }

    private int Lost(Process process, int number, FuzzOutcome outcome, string detail, TemporaryFolder folder)
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        _report.AddLost();
        _report.Add(new FuzzFinding(number, outcome, detail, Keep(number, folder)));
        return number + 1;
    }

    private string Keep(int number, TemporaryFolder folder)
    {
        string kept = Path.Combine(findings, $"{target}-{number}");
        using FuzzTarget maker = FuzzTarget.All[target]();
        maker.Prepare(Directory.CreateDirectory(folder["again"]).FullName);
        foreach (FuzzFile file in maker.Make(number))
        {
            string path = Path.Combine(kept, file.Name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file.Content);
        }

        return kept;
    }

    private static void Take(BlockingCollection<string> lines, string? line)
    {
        if (line is null)
        {
            lines.CompleteAdding();
        }
        else
        {
            lines.Add(line);
        }
    }

    private static long? ResidentBytes(Process process)
    {
        try
        {
            process.Refresh();
            return process.WorkingSet64;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string FirstOf(string text) => text.Length > 2000 ? text[..2000] : text;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Long(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
