using System.CommandLine;
using Spectre.Console;

namespace UcfActionRecognition.Samples.Assignment;

/// <summary><c>--distributed mpi</c>: this process is one of several that <c>mpirun</c> started.</summary>
internal static class DistributedOption
{
    private const string Mpi = "mpi";
    private const int Failed = 1;
    private const int Cancelled = 130;

    public static readonly Option<string> Value = Create();

    /// <summary>Runs the work in this process alone, or as one rank of a job.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(ParseResult parsed, AssignmentOptions options, Func<AssignmentOptions, int> work)
    {
        if (parsed.GetValue(Value) != Mpi)
        {
            return work(options);
        }

        if (options.Shard is not null || options.Merge)
        {
            throw new ArgumentException($"--distributed {Mpi} evaluates in shards and merges by itself; it goes with neither --shard nor the verb merge.");
        }

        // Rank 0 speaks for all, also of what another one failed of.
        int rank = 0;
        try
        {
            return MpiProcessGroup.Run(group =>
            {
                rank = group.Rank;
                return RunRank(options with { Group = group }, work);
            });
        }
        catch (RankFailedException) when (rank > 0)
        {
            return Failed;
        }
        catch (OperationCanceledException) when (rank > 0)
        {
            return Cancelled;
        }
    }

    private static int RunRank(AssignmentOptions options, Func<AssignmentOptions, int> work)
    {
        if (options.IsMain)
        {
            Console.WriteLine($"{options.Group!.Size} processes, {options.Group.Library}.");
        }
        else
        {
            Console.SetOut(TextWriter.Null);
            AnsiConsole.Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
        }

        return work(options);
    }

    private static Option<string> Create()
    {
        var option = new Option<string>("--distributed")
        {
            Description = $"none, or {Mpi}: the processes that mpirun started train together, each with batches of --batch-size, and evaluate in shards; --output is a folder that all of them see.",
            DefaultValueFactory = _ => "none",
            Recursive = true,
        };
        option.AcceptOnlyFromAmong("none", Mpi);
        return option;
    }
}
